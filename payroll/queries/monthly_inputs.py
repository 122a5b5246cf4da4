"""Values entered or imported for people, as they count in a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F, Q, QuerySet

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_condition, places_of, read_columns, read_columns_and_text
from payroll.models import MonthlyInput, PayInput, PayRun
from payroll.queries.histories import YEAR_TO_DATE

# Personnel data that changes by itself: an entered value holds for its month only.
MOVING = ("base_pay", "base_pay_days", "employed_months", "service_years", "pay_month", "quarter_end", "year_end")
# Taken once a month, by the regular run; a run beside it takes them only where they are entered for it.
ONCE_A_MONTH = ("social_base", "fund_base", "annuity_base", "additional_deduction")
NO_OPENING = -1


@dataclass(frozen=True)
class Given:
    """Values of one input: places of the people who have one, and the values; numbers, or texts for a text input."""

    places: Ints
    numbers: Ints
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Entered:
    """values: by input. openings: day number of the month of each person's opening balance (numbers of the year up to
    that month, in ``values`` too), or NO_OPENING.
    """

    values: dict[str, Given]
    openings: Ints

    @property
    def opened(self) -> npt.NDArray[np.bool_]:
        return self.openings != NO_OPENING


def counting(run: PayRun, employee_ids: Sequence[int]) -> QuerySet[MonthlyInput]:
    """The rows that may count in the run, oldest first, so that a later one replaces an earlier one."""
    month, year = run.month, run.month.replace(month=1, day=1)
    standing = Q(input__source=PayInput.Source.PEOPLE) & ~Q(input__code__in=_not_standing(run))
    of_year = Q(input__source=PayInput.Source.HISTORY, month__gte=year)
    of_run = Q(month=month, run=None) if run.is_regular else Q(run=run)
    rows = MonthlyInput.objects.filter(of_run | (standing | of_year) & Q(run=None), month__lte=month)
    return rows.filter(employee__in=list(employee_ids)).order_by("month", F("run").asc(nulls_first=True))


def _not_standing(run: PayRun) -> tuple[str, ...]:
    return MOVING if run.is_regular else MOVING + ONCE_A_MONTH


def entered_for(run: PayRun, employee_ids: Ints, *, dense: bool = False) -> Entered:
    """What counts in the run, by the places of the employees, in three statements.

    Personnel data and tax relief: the latest value, the latter of this year; opening balances: those of the person's
    latest month in this year that has any; everything else: of the month itself, or of the off-cycle run itself.
    dense: the employees are nearly all with ids in between.
    """
    inputs = list(PayInput.objects.only("id", "code", "source", "type"))
    params, whose = _params(run, inputs), ids_condition("employee_id", employee_ids, dense=dense)
    rows = read_columns(_NUMBERS + whose, params, (*_COLUMNS, "number"))
    places, there = places_of(employee_ids, rows["employee_id"])
    order = np.lexsort((rows["of_run"], rows["month"]))
    order = order[there[order]]
    rows, places = {name: column[order] for name, column in rows.items()}, places[order]
    openings = _openings(rows, places, len(employee_ids), inputs)
    values = {}
    for entry in inputs:
        of_input = rows["input_id"] == entry.id
        if entry.code in YEAR_TO_DATE:
            of_input &= rows["month"] == openings[places]
        if of_input.any():
            last = _latest(np.flatnonzero(of_input), places)
            values[entry.code] = Given(places[last], rows["number"][last])
    return Entered(values | _texts(params, whose, employee_ids, inputs), openings)


def _texts(params: Mapping[str, Any], whose: str, employee_ids: Ints, inputs: Sequence[PayInput]) -> dict[str, Given]:
    """Values of the text inputs."""
    codes = {entry.id: entry.code for entry in inputs if entry.type == PayInput.Type.TEXT}
    rows, texts = read_columns_and_text(_TEXTS + whose, {**params, "texts": list(codes)}, _COLUMNS)
    places, there = places_of(employee_ids, rows["employee_id"])
    order = np.lexsort((rows["of_run"], rows["month"]))
    order = order[there[order]]
    values = {}
    for input_id, code in codes.items():
        chosen = order[rows["input_id"][order] == input_id]
        if len(chosen):
            last = _latest(chosen, places)
            words = [texts[at] for at in last.tolist()]
            values[code] = Given(places[last], np.zeros(len(last), dtype=np.int64), words)
    return values


def _latest(chosen: Ints, places: Ints) -> Ints:
    """The last row of each person among the chosen ones, which are oldest first."""
    _people, from_the_end = np.unique(places[chosen][::-1], return_index=True)
    return chosen[::-1][from_the_end]


def _openings(rows: Mapping[str, Ints], places: Ints, count: int, inputs: Sequence[PayInput]) -> Ints:
    of_history = [entry.id for entry in inputs if entry.code in YEAR_TO_DATE]
    chosen = np.isin(rows["input_id"], of_history)
    openings = np.full(count, NO_OPENING, dtype=np.int64)
    np.maximum.at(openings, places[chosen], rows["month"][chosen])
    return openings


def _params(run: PayRun, inputs: Sequence[PayInput]) -> dict[str, Any]:
    people, history, moving = PayInput.Source.PEOPLE, PayInput.Source.HISTORY, _not_standing(run)
    return {
        "tenant": require_tenant_id(), "month": run.month, "year": run.month.replace(month=1, day=1),
        "run": None if run.is_regular else run.pk,
        "standing": [entry.id for entry in inputs if entry.source == people and entry.code not in moving],
        "history": [entry.id for entry in inputs if entry.source == history],
    }  # fmt: skip


_COLUMNS = ("employee_id", "input_id", "month", "of_run")
# The rows of ``counting``, in no order.
_COUNTING = """
FROM payroll_monthlyinput
WHERE tenant_id = %(tenant)s AND month <= %(month)s
  AND ((month = %(month)s AND run_id IS NOT DISTINCT FROM %(run)s) OR (run_id IS NULL AND (
      input_id = ANY (%(standing)s::bigint[]) OR (input_id = ANY (%(history)s::bigint[]) AND month >= %(year)s))))
"""
_KEYS = "SELECT employee_id, input_id, (month - '1970-01-01'::date)::bigint, (run_id IS NOT NULL)::int::bigint"
_NUMBERS = f"{_KEYS}, number {_COUNTING} AND number IS NOT NULL AND "
_TEXTS = f"{_KEYS}, text {_COUNTING} AND text IS NOT NULL AND input_id = ANY (%(texts)s::bigint[]) AND "
