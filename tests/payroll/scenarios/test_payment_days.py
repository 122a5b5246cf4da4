"""Payroll scenarios of other products, by id, from the timesheet to the payslip: days that are paid.

The other product pays calendar days, or days without Sundays. Chinese law counts working days, so our days are those of
the calendar of October 2026: 18, with 1 to 7 October off and Saturday the 10th worked. Its figure stands in a comment.
At 18,000 a month each day due is worth 1,000.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from attendance.models import AttendanceMonth, Timesheet
from attendance.rules.timesheets import TOTAL_COLUMNS
from hrsaas.people.services.assignments import leave
from payroll.models import PayItem, Payslip
from payroll.queries.people_columns import working_days
from payroll.services import pay_items
from tests.payroll.conftest import Payroll

OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)
EARLIER = date(2026, 3, 1)
BASE = 1_800_000


def pay(shop: Payroll, *, joined: date = EARLIER, last_day: date | None = None, **sheet: int) -> Payslip:
    """The payslip of somebody whose closed timesheet has a shift on each working day employed."""
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    employee = shop.hire("E1", BASE, hire_date=joined)
    if last_day is not None:
        leave(employee=employee, leave_date=last_day + timedelta(days=1), **by)
    ends = NOVEMBER if last_day is None else last_day + timedelta(days=1)
    due = working_days(max(joined, OCTOBER), ends)
    totals = {"due_days": due, "worked_days": due - sheet.get("absent_days", 0)} | sheet
    month = AttendanceMonth.objects.create(start_date=OCTOBER)
    Timesheet.objects.create(month=month, employee=employee, **dict.fromkeys(TOTAL_COLUMNS, 0) | totals)
    shop.enter("E1", OCTOBER, ytd_income="0")  # what came before is not asked here
    shop.calculate(OCTOBER)
    return shop.slip(OCTOBER, "E1")


def days(slip: Payslip) -> tuple[int, int]:
    """(due, paid) as the payslip keeps them."""
    version = slip.run.formula_set
    values = []
    for code in ("due_days", "paid_days"):
        place = version.input_position(code)
        values.append(slip.inputs[place] // 10 ** version.inputs[place]["scale"])
    return values[0], values[1]


def test_october_has_eighteen_working_days() -> None:
    """By hand: 22 weekdays, less the five of the national holiday (1, 2, 5, 6, 7), and Saturday the 10th."""
    weekdays = [day for day in range(1, 32) if date(2026, 10, day).weekday() < 5]
    assert len(weekdays) - 5 + 1 == 18


@pytest.mark.parametrize(
    ("joined", "last_day", "sheet", "paid"),
    [
        # the other: 26 of 31 calendar days; 27 to 30 October are working days not employed
        pytest.param(OCTOBER, date(2026, 10, 26), {}, 14, id="FH-165"),
        # the other: 28 of 31; no working day lies before the 4th
        pytest.param(date(2026, 10, 4), None, {}, 18, id="FH-166"),
        # the other: 23 of 31
        pytest.param(date(2026, 10, 4), date(2026, 10, 26), {}, 14, id="FH-168"),
        # the other: 30 of 31, since it can count a rest day as absent; a rest day is neither due nor paid
        pytest.param(EARLIER, None, {}, 18, id="FH-176"),
        # the other: 26 or 27 of 31; the Sunday is no working day, the unmarked Monday an absence
        pytest.param(date(2026, 10, 4), None, {"absent_days": 1, "unpaid_day_hundredths": 100}, 17, id="FH-177"),
        # the other: 12; leave after the last day is no leave, 8, 9, 10, 12, 13 and 14 October are worked
        pytest.param(EARLIER, date(2026, 10, 14), {}, 6, id="FH-180"),
    ],
)
def test_the_month_is_paid_by_its_working_days(
    shop: Payroll, joined: date, last_day: date | None, sheet: dict[str, int], paid: int
) -> None:
    slip = pay(shop, joined=joined, last_day=last_day, **sheet)
    assert days(slip) == (18, paid)
    assert shop.amounts(OCTOBER, "E1")["attended_pay"] == paid * 100_000


@pytest.mark.parametrize("minutes", [pytest.param(240, id="FH-178")])
def test_half_a_day_on_a_sunday_is_overtime_of_a_rest_day(shop: Payroll, minutes: int) -> None:
    """The other takes half a day off or ignores it. Ours pays it double: 18,000 / 21.75 / 8 × 4 × 2 = 827.586…"""
    slip = pay(shop, joined=date(2026, 10, 4), overtime_rest_day_minutes=minutes)
    assert days(slip) == (18, 18)
    amounts = shop.amounts(OCTOBER, "E1")
    assert (amounts["attended_pay"], amounts["rest_day_overtime"]) == (1_800_000, 82_759)


@pytest.mark.parametrize("paid", [pytest.param("17.25", id="FH-170")])
def test_leave_paid_by_half_takes_the_part_that_is_not_paid(shop: Payroll, paid: str) -> None:
    """4 to 7 October are holidays, so no leave; half of the 8th and the 9th at half pay cost 0.25 + 0.5 days. The other
    has 23.25 of 27, since it works on 5 to 7 October.
    """
    shop.hire("E1", BASE)
    shop.enter("E1", OCTOBER, due_days="18", attended_days="16.5", paid_days=paid)
    shop.calculate(OCTOBER)
    assert shop.amounts(OCTOBER, "E1")["attended_pay"] == 1_725_000


@pytest.mark.parametrize(
    "ranges",
    [pytest.param([((2024, 6, 28), (2024, 7, 3)), ((2024, 7, 10), (2024, 7, 13)), ((2024, 7, 28), (2024, 8, 5))],
                  id="FH-171")],
)  # fmt: skip
def test_unpaid_leave_across_the_ends_of_a_month_costs_the_working_days_inside(
    shop: Payroll, ranges: list[tuple[tuple[int, int, int], tuple[int, int, int]]]
) -> None:
    """July 2024 has 23 working days; 1 to 3, 10 to 12 and 29 to 31 July are 9 of leave, 14 are paid. The other, with
    Saturdays worked: 10 and 17.
    """
    july, august = date(2024, 7, 1), date(2024, 8, 1)
    inside = [(max(date(*first), july), min(date(*last) + timedelta(days=1), august)) for first, last in ranges]
    absent = sum(working_days(first, end) for first, end in inside)
    employee = shop.hire("E1", 2_300_000, hire_date=date(2020, 1, 1))
    month = AttendanceMonth.objects.create(start_date=july)
    sheet = dict.fromkeys(TOTAL_COLUMNS, 0) | {"due_days": 23, "worked_days": 23 - absent, "absent_days": absent,
                                                "unpaid_day_hundredths": 100 * absent}  # fmt: skip
    Timesheet.objects.create(month=month, employee=employee, **sheet)
    shop.enter("E1", july, social_base="0", fund_base="0", ytd_income="0")
    shop.calculate(july)
    assert (absent, shop.amounts(july, "E1")["attended_pay"]) == (9, 1_400_000)


@pytest.mark.parametrize(
    ("last_day", "has_sheet", "errors"),
    [
        pytest.param(None, False, ["E1"], id="FH-221-nothing-marked"),
        pytest.param(date(2026, 10, 16), True, [], id="FH-221-left-and-marked"),
        pytest.param(None, True, [], id="FH-221-all-marked"),
    ],
)
def test_whoever_has_no_timesheet_is_named(
    shop: Payroll, last_day: date | None, has_sheet: bool, errors: list[str]
) -> None:
    if has_sheet:
        pay(shop, last_day=last_day)
    else:
        shop.hire("E1", BASE)
        shop.calculate(OCTOBER)
    found = {error.item for result in shop.results for error in result.errors}
    assert sorted(found) == errors


@pytest.mark.parametrize("months", [pytest.param(1, id="FH-181")])
def test_whoever_has_left_before_the_month_is_left_out_and_stops_nobody(shop: Payroll, months: int) -> None:
    """The other refuses the payslip of an inactive person."""
    gone = shop.hire("E0", BASE, hire_date=EARLIER)
    leave(employee=gone, leave_date=OCTOBER, actor=shop.actor, now=shop.now)
    pay(shop)
    run = shop.slip(OCTOBER, "E1").run
    assert [slip.employee_code for slip in run.payslips.all()] == ["E1"]
    assert (run.headcount, run.error_count) == (months, 0)


@pytest.mark.parametrize("amount", [pytest.param("5000", id="FH-212")])
def test_an_item_that_comes_every_month_ends_when_it_is_taken_out_of_use(shop: Payroll, amount: str) -> None:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    changes = {"name": "每月补贴", "name_en": "monthly extra", "category": "earning", "order": 195}
    pay_items.save_item(code="extra", formula=amount, changes=changes, **by)
    pay(shop)
    assert shop.amounts(OCTOBER, "E1")["extra"] == 500_000
    pay_items.remove_item(code="extra", **by)
    shop.full_month("E1", NOVEMBER)
    shop.calculate(NOVEMBER)
    assert "extra" not in shop.amounts(NOVEMBER, "E1")
    assert shop.amounts(OCTOBER, "E1")["extra"] == 500_000
    assert not PayItem.objects.get(code="extra").is_active
