"""Who is hired after the month was closed is named by the review of the next run until that month is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.services.employees import leave
from payroll.models import PayGroup, PayRun
from payroll.queries.missed_months import missed_months
from payroll.queries.reviews import review_of
from payroll.services import calculations, pay_groups, pay_runs
from payroll.services.reviews import acknowledge_findings
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll, inside

KIND = "month_without_payslip"
ACCOUNT = {"bank_account": "6222020200112233445"}


def by(payroll: Payroll) -> dict[str, Any]:
    return {"actor": payroll.actor, "now": payroll.now}


def month_for(payroll: Payroll, month: date, *codes: str) -> PayRun:
    for code in codes:
        payroll.full_month(code, month)
    return payroll.calculate(month)


def late(payroll: Payroll, code: str, hire_date: date = date(2026, 1, 12)) -> Employee:
    return payroll.hire(code, hire_date=hire_date, **ACCOUNT)


def missed(run: PayRun) -> list[tuple[str, str]]:
    return [(row["employee_code"], row["month"]) for row in review_of(run).rows(kind=KIND)[:]]


def calculated_run(payroll: Payroll, employee: Employee, kind: str) -> PayRun:
    run = pay_runs.create_run(
        group=PayGroup.objects.get(code=PayGroup.DEFAULT), month=JANUARY, kind=kind, title="补发", employees=[employee],
        **by(payroll),
    )  # fmt: skip
    run = pay_runs.prepare_run(run=run, **by(payroll))
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by(payroll))
    calculations.finish_run(run=run, **by(payroll))
    return PayRun.objects.get(pk=run.pk)


@pytest.fixture
def closed(shop: Payroll) -> Payroll:
    """January is locked for A1."""
    shop.hire("A1", **ACCOUNT)
    month_for(shop, JANUARY, "A1")
    shop.lock(JANUARY)
    return shop


def test_a_hire_recorded_after_the_month_was_closed_stops_the_review_of_the_next_run(closed: Payroll) -> None:
    late(closed, "L1")
    late(closed, "L2", FEBRUARY)
    run = month_for(closed, FEBRUARY, "A1", "L1", "L2")
    assert missed(run) == [("L1", "2026-01")]
    (row,) = review_of(run).rows(kind=KIND)[:]
    assert (row["severity"], row["is_open"], row["item"]) == ("stop", True, "")
    assert (
        row["en"] == "employed in 2026-01, but no payslip of that closed month: make an off-cycle run or enter the pay"
    )
    assert row["zh"].startswith("2026-01 在职")
    with pytest.raises(DomainError) as refused:
        pay_runs.review_run(run=run, note="", **by(closed))
    assert refused.value.code == "payroll.run.open_findings"


def test_who_has_left_before_the_run_is_named_as_well(closed: Payroll) -> None:
    leave(employee=late(closed, "L1"), leave_date=date(2026, 1, 20), **by(closed))
    assert missed(month_for(closed, FEBRUARY, "A1")) == [("L1", "2026-01")]


def test_a_month_that_is_still_open_says_nothing(shop: Payroll) -> None:
    shop.hire("A1", **ACCOUNT)
    month_for(shop, JANUARY, "A1")
    late(shop, "L1")
    assert missed(month_for(shop, FEBRUARY, "A1", "L1")) == []


def test_an_off_cycle_run_of_the_month_ends_it_and_a_bonus_does_not(closed: Payroll) -> None:
    person = late(closed, "L1")
    run = month_for(closed, FEBRUARY, "A1", "L1")
    calculated_run(closed, person, PayRun.Kind.BONUS)
    assert missed(run) == [("L1", "2026-01")]
    calculated_run(closed, person, PayRun.Kind.OFF_CYCLE)
    assert missed(run) == []


def test_acknowledged_for_the_person_it_does_not_come_back_in_later_months(closed: Payroll) -> None:
    person = late(closed, "L1")
    run = month_for(closed, FEBRUARY, "A1", "L1")
    acknowledge_findings(run=run, kind=KIND, employee=person, reason="一月工资已在本月录入", **by(closed))
    assert review_of(run).open_stops == 0
    assert missed(run) == [("L1", "2026-01")]
    closed.lock(FEBRUARY)
    late(closed, "L2", FEBRUARY)
    assert missed(month_for(closed, MARCH, "A1", "L1", "L2")) == [("L2", "2026-02")]


def test_acknowledged_for_everybody_it_counts_in_that_run_alone(closed: Payroll) -> None:
    late(closed, "L1")
    run = month_for(closed, FEBRUARY, "A1", "L1")
    acknowledge_findings(run=run, kind=KIND, reason="见附件", **by(closed))
    closed.lock(FEBRUARY)
    late(closed, "L2")
    found = missed(month_for(closed, MARCH, "A1", "L1", "L2"))
    assert found == [("L1", "2026-01"), ("L2", "2026-01"), ("L2", "2026-02")]


def test_only_people_of_the_group_whose_month_is_closed_are_named(closed: Payroll) -> None:
    """Another group has closed nothing: its people are paid for January by its own run, still to come."""
    default = PayGroup.objects.get(code=PayGroup.DEFAULT)
    other = pay_groups.save_group(
        code="sales", changes={"name": "销售", "scheme": default.scheme, "entity": default.entity}, **by(closed)
    )
    person = late(closed, "L1")
    pay_groups.assign_members(group=other, employees=[person], start_date=JANUARY, **by(closed))
    run = month_for(closed, FEBRUARY, "A1", "L1")
    assert missed(run) == []
    assert missed_months(PayRun.objects.get(group=other, month=FEBRUARY)) == []


def test_a_bonus_run_does_not_ask(closed: Payroll) -> None:
    person = late(closed, "L1")
    assert missed(calculated_run(closed, person, PayRun.Kind.BONUS)) == []


def test_many_people_and_months_take_one_statement(closed: Payroll) -> None:
    for number in range(8):
        late(closed, f"L{number}")
    run = PayRun.objects.select_related("group").get(pk=month_for(closed, FEBRUARY, "A1").pk)
    with CaptureQueriesContext(connection) as taken:
        (found,) = missed_months(run)
    assert (len(found), len(taken)) == (8, 1)


def test_another_tenant_is_asked_for_its_own_people_only(closed: Payroll, ward: Payroll) -> None:
    late(closed, "L1")
    with inside(ward):
        ward.hire("W1", **ACCOUNT)
        month_for(ward, JANUARY, "W1")
        assert missed(month_for(ward, FEBRUARY, "W1")) == []
    assert missed(month_for(closed, FEBRUARY, "A1", "L1")) == [("L1", "2026-01")]
