"""Leave from asking to cancelling: what it costs, what is refused, and what two at once cannot do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from attendance.models import (
    AttendanceMonth,
    DayResult,
    LeaveDay,
    LeaveEntry,
    LeaveLot,
    LeaveRequest,
    Rotation,
    Shift,
    Status,
)  # fmt: skip
from attendance.queries.absences import absence_minutes
from attendance.queries.leave_balances import balances
from attendance.rules.absences import AbsenceKind
from attendance.rules.calendars import minute_of
from attendance.services.day_results import compute_month
from attendance.services.leave_effects import Asked
from attendance.services.leave_ledger import adjust_balance
from attendance.services.leave_requests import cancel_leave, preview_leave, request_leave
from attendance.services.leave_types import save_leave_type
from attendance.services.months import begin_months
from attendance.services.rosters import assign_shift, put_on_rotation
from hrsaas.access.actors import Origin
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import decide
from hrsaas.errors import DomainError
from tests.conftest import SHANGHAI
from tests.factories import make_user

MONDAY = date(2026, 4, 13)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def nurse(people, leave_types, actor, now):
    """Works by the calendar, and has 5 days of annual leave until the end of the year."""
    (one,) = people("E1")
    fixed = Rotation.objects.filter(follows_calendar=True).first()
    put_on_rotation(employees=[one], rotation=fixed, start_date=date(2026, 4, 1), actor=actor, now=now)
    adjust_balance(
        employee=one, leave_type=leave_types["annual"], amount=5000, on=date(2026, 1, 1), end_date=date(2027, 1, 1),
        reason="年初", actor=actor, now=now,
    )  # fmt: skip
    return one


@pytest.fixture
def as_nurse(nurse, now):
    return actor_for_user(make_user(Role.EMPLOYEE, now=now, employee=nurse), Origin())


@pytest.fixture
def chief(now):
    return actor_for_user(make_user(Role.HR_ADMIN, now=now), Origin())


@pytest.fixture
def ask(nurse, leave_types, as_nurse, now):
    def make(code="annual", first=MONDAY, last=None, *, actor=as_nurse, **more):
        asked = Asked(more.pop("employee", nurse), leave_types[code], first, last or first, **more)
        return request_leave(asked=asked, actor=actor, now=now)

    return make


def approval_of(request):
    return ApprovalRequest.objects.get(kind="attendance.leave", subject_id=request.pk)


def annual(nurse, leave_types, on=date(2026, 4, 1)):
    (row,) = balances(on=on, employee_ids=[nurse.pk], type_ids=[leave_types["annual"].pk])
    return row


def test_a_week_costs_its_working_days_and_is_held_until_the_decision(nurse, ask, leave_types, chief, now):
    request = ask(first=FRIDAY, last=MONDAY + timedelta(days=8))  # Friday, weekend, Monday, Tuesday
    assert (request.amount, request.days.count()) == (3000, 5)
    held = annual(nurse, leave_types)
    assert (held.remaining, held.booked, held.available) == (5000, 3000, 2000)
    decide(request=approval_of(request), approve=True, comment="", actor=chief, now=now)
    after = annual(nurse, leave_types, on=date(2026, 4, 30))
    assert (after.taken, after.remaining, after.available) == (3000, 2000, 2000)
    assert LeaveRequest.objects.get().state == "approved"


def test_a_rejected_leave_gives_everything_back(nurse, ask, leave_types, chief, now):
    request = ask(last=FRIDAY)
    decide(request=approval_of(request), approve=False, comment="人手不足", actor=chief, now=now)
    assert annual(nurse, leave_types).available == 5000
    assert set(LeaveDay.objects.values_list("state", flat=True)) == {"void"}
    assert LeaveEntry.objects.filter(request=request).count() == 10  # taken and given back, day by day


def test_people_may_withdraw_and_ask_again(nurse, ask, as_nurse, leave_types, now):
    request = ask(last=FRIDAY)
    cancel_leave(request=request, actor=as_nurse, now=now)
    assert LeaveRequest.objects.get().state == "cancelled"
    assert ask(last=FRIDAY).amount == 5000


def test_an_approved_leave_is_cancelled_by_the_person_before_it_begins_only(
    ask, as_nurse, chief, leave_types, nurse, now
):
    request = ask()
    decide(request=approval_of(request), approve=True, comment="", actor=chief, now=now)
    begun = now + timedelta(days=12)
    with pytest.raises(DomainError, match="已经开始"):
        cancel_leave(request=request, actor=as_nurse, now=begun)
    cancel_leave(request=request, actor=chief, now=begun)
    assert annual(nurse, leave_types).available == 5000
    with pytest.raises(DomainError, match="已经结束"):
        cancel_leave(request=request, actor=chief, now=begun)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"code": "annual", "last": MONDAY + timedelta(days=7)}, "not_enough"),
        ({"code": "annual", "first": MONDAY + timedelta(days=5)}, "nothing"),
        ({"code": "marriage", "last": MONDAY + timedelta(days=9)}, "evidence"),
        ({"code": "marriage", "last": MONDAY + timedelta(days=10), "evidence": "结婚证"}, "most_per_request"),
        ({"code": "parental", "last": MONDAY + timedelta(days=7), "evidence": "出生证"}, "most_per_year"),
        ({"code": "travel"}, "destination"),
        ({"code": "annual", "last": MONDAY - timedelta(days=1)}, "period"),
        ({"code": "annual", "first": date(2023, 12, 29), "last": date(2024, 1, 3)}, "not_employed"),
        ({"code": "annual", "start_minute": 540, "end_minute": 600}, "by_hours"),
        ({"code": "marriage", "first_part": "morning", "last_part": "morning", "evidence": "结婚证"}, "parts"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_refused(ask, given, code):
    with pytest.raises(DomainError) as refused:
        ask(**given)
    assert refused.value.code == f"attendance.leave.{code}"
    assert not LeaveRequest.objects.exists()


def test_marriage_leave_is_as_long_as_the_law_of_the_region_says(ask):
    assert ask("marriage", last=MONDAY + timedelta(days=9), evidence="结婚证").amount == 10_000  # Shanghai


def test_two_leaves_never_overlap_but_two_halves_make_a_day(ask, nurse):
    ask("personal", first_part="morning", last_part="morning")
    with pytest.raises(DomainError) as refused:
        ask("annual")
    assert (refused.value.code, refused.value.status) == ("attendance.leave.overlap", 409)
    assert ask("annual", first_part="afternoon", last_part="afternoon").amount == 500


def test_the_database_refuses_an_overlap_and_an_overdraft_by_itself(ask, nurse, leave_types, now):
    request = ask()
    day = request.days.get()
    with pytest.raises(DatabaseError, match="attendance_leaveday_overlap"), transaction.atomic():
        LeaveDay.objects.create(
            request=request, employee=nurse, date=day.date, start_minute=day.start_minute + 30,
            end_minute=day.end_minute, amount=0,
        )  # fmt: skip
    lot = LeaveLot.objects.get(leave_type=leave_types["annual"])
    values = {"lot": lot, "kind": "taken", "date": MONDAY, "created_at": now, "created_by": "x"}
    with pytest.raises(DatabaseError, match="attendance_leavelot_floor"), transaction.atomic():
        LeaveEntry.objects.create(amount=-lot.remaining - 1, **values)
    for change in (lambda: LeaveEntry.objects.update(amount=1), lambda: LeaveEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError, match="attendance_leavelot takes no UPDATE"), transaction.atomic():
        LeaveLot.objects.update(remaining=99_000)
    assert LeaveLot.objects.get(pk=lot.pk).remaining == 4000


def test_a_locked_month_takes_no_leave_and_no_approval(ask, nurse, chief, actor, now):
    request = ask()
    begin_months(first=MONDAY, end=MONDAY + timedelta(days=1))
    AttendanceMonth.objects.filter(start_date=date(2026, 4, 1)).update(state="locked", locked_at=now)
    with pytest.raises(DomainError) as refused:
        ask(first=MONDAY + timedelta(days=1))
    assert refused.value.code == "attendance.month.locked"
    with pytest.raises(DomainError), transaction.atomic():
        decide(request=approval_of(request), approve=True, comment="", actor=chief, now=now)
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        LeaveDay.objects.update(state="approved")
    decide(request=approval_of(request), approve=False, comment="已封账", actor=chief, now=now)


def test_people_ask_for_themselves_only(ask, people, as_nurse):
    (other,) = people("E2")
    with pytest.raises(DomainError) as refused:
        ask("personal", employee=other)
    assert refused.value.code == "access.not_allowed"


def test_the_manager_is_asked_and_nobody_decides_his_own(ask, as_nurse, now):
    request = ask()
    step = approval_of(request).steps.get()
    assert step.role == "hr_admin"  # this nurse has no manager
    with pytest.raises(DomainError):
        decide(request=approval_of(request), approve=True, comment="", actor=as_nurse, now=now)


def test_the_preview_says_what_asking_does_and_writes_nothing(nurse, as_nurse, leave_types, ask, people, actor, now):
    (other,) = people("E2")
    ask("personal", employee=other, actor=actor)
    asked = Asked(nurse, leave_types["annual"], MONDAY, FRIDAY + timedelta(days=7))
    effect = preview_leave(asked=asked, actor=as_nurse, now=now)
    assert (effect.amount, effect.before, effect.after) == (10_000, 5000, -5000)
    assert [fault.code for fault in effect.faults] == ["attendance.leave.not_enough"]
    assert [(cover.away, cover.people) for cover in effect.cover[:2]] == [(1, 2), (0, 2)]
    assert LeaveRequest.objects.filter(employee=nurse).count() == 0
    fitting = preview_leave(asked=Asked(nurse, leave_types["annual"], MONDAY, FRIDAY), actor=as_nurse, now=now)
    assert (fitting.faults, fitting.after) == ([], 0)


def test_a_shift_worker_s_leave_goes_by_the_roster_and_never_by_statutory_holidays(ask, nurse, actor, now):
    saturday = MONDAY + timedelta(days=5)
    assign_shift(employee=nurse, day=saturday, shift=Shift.objects.get(code="N"), actor=actor, now=now)
    assert ask(first=saturday).amount == 1000
    labour_day = date(2026, 5, 1)
    assign_shift(employee=nurse, day=labour_day, shift=Shift.objects.get(code="N"), actor=actor, now=now)
    assert [day.amount for day in ask(first=date(2026, 4, 30), last=labour_day).days.order_by("date")] == [1000, 0]


def test_hours_cost_what_the_shift_asks_of_them(ask, nurse, actor, now):
    shift = Shift.objects.get(code=Rotation.objects.filter(follows_calendar=True).first().cycle[0])
    due = shift.start_minute
    request = ask("personal", start_minute=due - 60, end_minute=due + 90)
    assert request.amount == 90
    assert request.days.get().start_minute == minute_of(MONDAY) + due - 60


def test_what_goes_beyond_the_balance_is_an_advance_where_the_type_allows_it(ask, nurse, leave_types, actor, now):
    leave_types["annual"] = save_leave_type(code="annual", values={"most_advance": 2000}, actor=actor, now=now)
    ask(last=MONDAY + timedelta(days=8))
    assert annual(nurse, leave_types).available == -2000
    with pytest.raises(DomainError, match="short|还差"):
        ask(first=MONDAY + timedelta(days=9))


def test_the_sandwich_rule_counts_the_weekend_also_between_two_requests(ask, leave_types, actor, now):
    leave_types["annual"] = save_leave_type(code="annual", values={"sandwich": True}, actor=actor, now=now)
    assert ask(first=FRIDAY).amount == 1000
    bridged = ask(first=MONDAY + timedelta(days=7))
    assert (bridged.amount, bridged.first_date) == (3000, FRIDAY + timedelta(days=1))


def test_the_day_engine_reads_approved_leave_and_travel_in_one_statement(
    ask, nurse, chief, leave_types, people, actor, now, django_assert_num_queries
):
    (other,) = people("E2")
    for request in (
        ask("personal", first_part="morning", last_part="morning"), ask(first=MONDAY + timedelta(days=1)),
        ask("travel", first=MONDAY + timedelta(days=2), last=MONDAY + timedelta(days=3), destination="北京"),
        ask("travel", employee=other, actor=actor, destination="北京"),
    ):  # fmt: skip
        decide(request=approval_of(request), approve=True, comment="", actor=chief, now=now)
    ask(first=FRIDAY)  # pending: not there
    with django_assert_num_queries(1):
        found = absence_minutes([nurse.pk], date(2026, 4, 1), date(2026, 5, 1), SHANGHAI)
    kinds = [AbsenceKind.LEAVE_UNPAID, AbsenceKind.LEAVE_PAID, AbsenceKind.TRAVEL, AbsenceKind.TRAVEL]
    assert found["kind"].tolist() == kinds
    assert found["start_minute"].tolist() == [minute_of(MONDAY + timedelta(days=at)) for at in range(4)]
    assert found["end_minute"].tolist()[1:] == [minute_of(MONDAY + timedelta(days=at)) for at in (2, 3, 4)]
    assert set(found["employee_id"].tolist()) == {nurse.pk}
    assert not len(absence_minutes([nurse.pk], date(2026, 5, 1), date(2026, 6, 1), SHANGHAI)["kind"])


def test_a_trip_that_is_approved_after_it_puts_its_computed_days_right_and_cancelled_back(
    ask, nurse, people, chief, actor, now
):
    people("E2")
    trip = ask("travel", first=MONDAY, last=MONDAY + timedelta(days=1), destination="北京")
    later = now + timedelta(days=20)
    compute_month(month=date(2026, 4, 1), actor=actor, now=later)
    days = DayResult.objects.filter(employee=nurse, date__gte=MONDAY, date__lte=MONDAY + timedelta(days=1))
    assert set(days.values_list("status", flat=True)) == {Status.ABSENT}
    after = later + timedelta(minutes=1)
    decide(request=approval_of(trip), approve=True, comment="", actor=chief, now=after)
    assert set(days.values_list("status", flat=True)) == {Status.TRAVEL}
    assert DayResult.objects.filter(computed_at=after).count() == 2, "only the days touched"
    cancel_leave(request=trip, actor=actor, now=after + timedelta(minutes=1))
    assert set(days.values_list("status", flat=True)) == {Status.ABSENT}


def test_an_hr_admin_does_not_approve_the_own_leave_that_a_clerk_asked_for(ask, people, actor, now):
    (one,) = people("E7")
    asked = ask("travel", employee=one, actor=actor, destination="北京")
    himself = actor_for_user(make_user(Role.HR_ADMIN, now=now, employee=one), Origin())
    with pytest.raises(DomainError) as refused:
        decide(request=approval_of(asked), approve=True, comment="", actor=himself, now=now)
    assert refused.value.code == "attendance.request.own"
