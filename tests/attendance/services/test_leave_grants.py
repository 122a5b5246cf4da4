"""What time does to leave, once however often it is posted; and what people enter themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import tasks
from attendance.models import LeaveEntry, LeaveLot, LeavePolicy, LeaveType
from attendance.queries.leave_balances import balances
from attendance.services.leave_grants import Posted, bring_up_to_date, start_posting
from attendance.services.leave_ledger import (
    OpeningRow,
    adjust_balance,
    entry,
    post,
    set_opening_balances,
)
from attendance.services.leave_types import install_leave_types, save_leave_type, save_policy, set_career_starts
from attendance.services.overtime_credits import OvertimeRow, credit_overtime
from hrsaas.access.actors import system_actor
from hrsaas.errors import DomainError
from hrsaas.jobs.services.jobs import run_to_end
from hrsaas.people.services.assignments import leave
from hrsaas.tenancy.context import tenant_context
from tests.attendance.stored_days import store_day

APRIL, JANUARY = date(2026, 4, 1), date(2027, 1, 1)


def remaining(employee, on=APRIL, code="annual"):
    rows = balances(on=on, employee_ids=[employee.pk], type_ids=[LeaveType.objects.get(code=code).pk])
    return rows[0].remaining if rows else None


def take(employee, leave_type, amount, day, actor, now):
    """As an approved leave of that day would."""
    lots = LeaveLot.objects.filter(employee=employee, leave_type=leave_type, remaining__gte=amount, start_date__lte=day)
    post([entry(lots.order_by("end_date")[0].pk, "taken", day, -amount, actor=actor, now=now)])


@pytest.fixture
def bring(actor, now):
    return lambda on=APRIL: bring_up_to_date(on=on, actor=actor, now=now)


def test_the_year_is_granted_by_seniority_once(people, leave_types, bring, actor, now):
    short, long, fresh = people("E1", "E2", "E3")
    set_career_starts(starts={"E2": date(2004, 5, 1), "E3": date(2024, 1, 1)}, actor=actor, now=now)
    (joiner,) = people("E4", hire_date=date(2026, 3, 2))
    set_career_starts(starts={"E4": date(2014, 1, 1)}, actor=actor, now=now)
    assert bring() == Posted(people=4, granted=4)
    assert bring() == Posted(people=4)
    assert [remaining(one) for one in (short, long, fresh, joiner)] == [5000, 15000, 5000, 8000]
    with tenant_context(2):
        assert not LeaveEntry.objects.exists()


def test_posting_takes_as_many_statements_for_many_people_as_for_few(
    people, leave_types, bring, django_assert_num_queries
):
    people("E1")
    bring()
    people("E2", "E3")
    with CaptureQueriesContext(connection) as few:
        assert bring().granted == 2
    people(*[f"F{at}" for at in range(20)])
    with django_assert_num_queries(len(few)):
        assert bring().granted == 20


def test_balances_of_many_people_are_one_statement(people, leave_types, bring, django_assert_num_queries):
    people(*[f"F{at}" for at in range(20)])
    bring()
    with django_assert_num_queries(1):
        assert {row.remaining for row in balances(on=APRIL)} == {5000}
    assert balances(on=date(2025, 12, 31)) == []


def test_a_leaver_keeps_the_part_of_the_year_and_what_was_taken(people, leave_types, bring, actor, now):
    careful, fast = people("E1", "E2")
    bring()
    take(fast, leave_types["annual"], 4000, APRIL, actor, now)
    for one in (careful, fast):
        leave(employee=one, leave_date=date(2026, 7, 1), actor=actor, now=now)  # 181 days: 2.48
    bring()
    assert [remaining(one) for one in (careful, fast)] == [2000, 0]


def test_what_is_left_is_carried_over_and_expires(people, leave_types, bring, actor, now):
    (one,) = people("E1")
    save_policy(
        leave_type=leave_types["annual"], values={"most_carried": 3000, "carried_months": 3}, actor=actor, now=now
    )
    bring()
    take(one, leave_types["annual"], 1000, APRIL, actor, now)
    posted = bring(JANUARY)
    assert (posted.granted, posted.carried, posted.expired) == (1, 2, 1)
    assert remaining(one, JANUARY) == 8000
    assert remaining(one, date(2026, 12, 31)) == 4000
    take(one, leave_types["annual"], 2000, date(2027, 3, 1), actor, now)
    assert remaining(one, date(2027, 3, 31)) == 6000
    assert remaining(one, date(2027, 4, 1)) == 5000  # also before the job has run
    assert bring(date(2027, 4, 1)).expired == 1
    assert LeaveEntry.objects.get(kind="expired", date=date(2027, 4, 1)).amount == -1000
    assert remaining(one, date(2027, 4, 1)) == 5000


def test_leave_comes_by_month_where_the_policy_says_so(people, leave_types, bring, actor, now):
    (one,) = people("E1")
    values = {"steps": [{"years": 0, "amount": 12_000}], "accrual": "monthly", "accrual_day": "last"}
    save_policy(leave_type=leave_types["annual"], values=values, actor=actor, now=now)
    found = []
    for day in (date(2026, 1, 30), date(2026, 1, 31), date(2026, 3, 31), date(2026, 3, 30), date(2026, 12, 31)):
        bring(day)
        found.append(remaining(one, day))
    assert found == [None, 1000, 3000, 1000, 12_000]


def test_an_advance_is_settled_from_the_next_grant(people, leave_types, bring, actor, now):
    (one,) = people("E1")
    annual = save_leave_type(code="annual", values={"most_advance": 2000}, actor=actor, now=now)
    adjust_balance(
        employee=one, leave_type=annual, amount=-1500, on=date(2026, 1, 5), reason="预支", actor=actor, now=now
    )
    assert remaining(one, date(2026, 1, 5)) == -1500
    assert bring().settled == 2
    assert remaining(one) == 3500
    assert set(LeaveLot.objects.filter(employee=one).values_list("remaining", flat=True)) == {0, 3500}


def test_opening_balances_are_set_and_not_added_again(people, leave_types, actor, now):
    people("E1", "E2")
    rows = [OpeningRow("E1", "annual", 5000, JANUARY), OpeningRow("E2", "comp", 480)]
    assert [set_opening_balances(rows=rows, on=APRIL, actor=actor, now=now) for _time in range(2)] == [2, 0]
    with pytest.raises(DomainError) as refused:
        set_opening_balances(rows=[OpeningRow("E1", "sick", 1)], on=APRIL, actor=actor, now=now)
    assert refused.value.code == "attendance.leave.no_balance"
    with pytest.raises(DomainError) as refused:
        set_opening_balances(rows=[OpeningRow("E9", "annual", 1)], on=APRIL, actor=actor, now=now)
    assert refused.value.code == "attendance.leave.unknown_employee"


def test_overtime_becomes_leave_once_and_holds_for_its_months(people, leave_types, actor, now):
    (one,) = people("E1")
    day = date(2026, 3, 7)
    store_day(one, day, now=now, kind=1, overtime_rest_day_minutes=240, overtime_statutory_minutes=480)
    credit = {"leave_type": leave_types["comp"], "actor": actor, "now": now}
    with pytest.raises(DomainError) as refused:
        credit_overtime(rows=[OvertimeRow("E1", day, 300)], **credit)
    assert refused.value.code == "attendance.leave.not_worked"
    assert [credit_overtime(rows=[OvertimeRow("E1", day, 240)], **credit) for _time in range(2)] == [1, 0]
    assert [remaining(one, on, "comp") for on in (APRIL, date(2026, 9, 6), date(2026, 9, 7))] == [240, 240, 0]


def test_the_job_posts_all_people_and_the_daily_one_only_once(people, leave_types, actor, now):
    people("E1", "E2")
    job = start_posting(on=APRIL, actor=actor, now=now)
    run_to_end(job.pk)
    assert LeaveEntry.objects.filter(kind="grant").count() == 2
    assert start_posting(on=APRIL, actor=actor, now=now).pk == job.pk


def test_the_product_s_types_are_added_and_the_tenant_s_own_stay(leave_types, actor, now):
    save_leave_type(code="annual", values={"name": "公司年假"}, actor=actor, now=now)
    LeavePolicy.objects.filter(leave_type__code="marriage").delete()
    assert install_leave_types(actor=actor, now=now) == []
    assert LeaveType.objects.get(code="annual").name == "公司年假"
    assert (leave_types["annual"].policies.get().steps[0], leave_types["sick"].evidence_above) == (
        {"years": 1, "amount": 5000}, 1000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"overtime_months": 3}, "leave_type.hours"),
        ({"unit": "hour"}, "leave_type.in_use"),
        ({"kind": "travel"}, "leave_type.in_use"),
    ],
)
def test_a_type_stays_sound(people, leave_types, actor, now, values, code):
    (one,) = people("E1")
    adjust_balance(
        employee=one, leave_type=leave_types["annual"], amount=1000, on=APRIL, reason="补", actor=actor, now=now
    )
    with pytest.raises(DomainError) as refused:
        save_leave_type(code="annual", values=values, actor=actor, now=now)
    assert refused.value.code == f"attendance.{code}"


def test_posting_needs_the_permission(leave_types, now):
    nobody = replace(system_actor("x"), permissions=frozenset())
    with pytest.raises(DomainError, match="权限"):
        bring_up_to_date(on=APRIL, actor=nobody, now=now)
    assert tasks.post_leave.name == "attendance.tasks.post_leave"
