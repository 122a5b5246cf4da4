"""Values entered or imported for people, as they count in a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from payroll.models import MonthlyInput, PayInput, PayRun
from payroll.queries.histories import YEAR_TO_DATE

# Personnel data that changes by itself: an entered value holds for its month only.
MOVING = ("base_pay", "employed_months", "service_years")

Value = int | str


@dataclass(frozen=True)
class Entered:
    """values: input → employee → number at the input's scale, or text. openings: employee → month of the opening
    balance (numbers of the year up to that month, in ``values`` too).
    """

    values: dict[str, dict[int, Value]] = field(default_factory=dict)
    openings: dict[int, date] = field(default_factory=dict)


def counting(run: PayRun, employee_ids: Sequence[int]) -> QuerySet[MonthlyInput]:
    """The rows that may count in the run, oldest first, so that a later one replaces an earlier one."""
    month, year = run.month, run.month.replace(month=1, day=1)
    standing = Q(input__source=PayInput.Source.PEOPLE) & ~Q(input__code__in=MOVING)
    of_year = Q(input__source=PayInput.Source.HISTORY, month__gte=year)
    of_run = Q(month=month, run=None) if run.is_regular else Q(run=run)
    rows = MonthlyInput.objects.filter(of_run | (standing | of_year) & Q(run=None), month__lte=month)
    return rows.filter(employee__in=list(employee_ids)).order_by("month")


def entered_for(run: PayRun, employee_ids: Sequence[int]) -> Entered:
    """What counts in the run, in one statement.

    Personnel data and tax relief: the latest value, the latter of this year; opening balances: those of the person's
    latest month in this year that has any; everything else: of the month itself, or of the off-cycle run itself.
    """
    entered = Entered()
    found = counting(run, employee_ids).values_list("employee_id", "input__code", "month", "number", "text")
    for employee_id, code, of_month, number, text in found:
        if code in YEAR_TO_DATE and entered.openings.get(employee_id) != of_month:
            entered.openings[employee_id] = of_month
            _forget_openings(entered, employee_id)
        entered.values.setdefault(code, {})[employee_id] = text if number is None else number
    return entered


def _forget_openings(entered: Entered, employee_id: int) -> None:
    for code in YEAR_TO_DATE:
        entered.values.get(code, {}).pop(employee_id, None)
