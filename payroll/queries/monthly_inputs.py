"""Values entered or imported for people, as they count in a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from django.db.models import F, Q, QuerySet

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, places_of, read_columns_and_text
from payroll.models import MonthlyInput, PayInput, PayRun
from payroll.queries.histories import YEAR_TO_DATE

# Personnel data that changes by itself: an entered value holds for its month only.
MOVING = ("base_pay", "base_pay_days", "employed_months", "service_years")
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
    standing = Q(input__source=PayInput.Source.PEOPLE) & ~Q(input__code__in=MOVING)
    of_year = Q(input__source=PayInput.Source.HISTORY, month__gte=year)
    of_run = Q(month=month, run=None) if run.is_regular else Q(run=run)
    rows = MonthlyInput.objects.filter(of_run | (standing | of_year) & Q(run=None), month__lte=month)
    return rows.filter(employee__in=list(employee_ids)).order_by("month", F("run").asc(nulls_first=True))


def entered_for(run: PayRun, employee_ids: Ints) -> Entered:
    """What counts in the run, by the places of the employees, in two statements.

    Personnel data and tax relief: the latest value, the latter of this year; opening balances: those of the person's
    latest month in this year that has any; everything else: of the month itself, or of the off-cycle run itself.
    """
    inputs = {id_: (code, source) for id_, code, source in PayInput.objects.values_list("id", "code", "source")}
    found, texts = _counting(run, employee_ids, inputs)
    order = np.lexsort((found["of_run"], found["month"]))
    rows = {name: column[order] for name, column in found.items()}
    places, _there = places_of(employee_ids, rows["employee_id"])
    openings = _openings(rows, places, len(employee_ids), inputs)
    values = {}
    for input_id in np.unique(rows["input_id"]).tolist():
        code = inputs[input_id][0]
        of_input = rows["input_id"] == input_id
        if code in YEAR_TO_DATE:
            of_input &= rows["month"] == openings[places]
        values[code] = _latest(np.flatnonzero(of_input), places, rows["number"], rows["is_text"], texts, order)
    return Entered(values, openings)


def _latest(chosen: Ints, places: Ints, numbers: Ints, is_text: Ints, texts: list[str], order: Ints) -> Given:
    """The last row of each person among the chosen ones, which are oldest first."""
    people, from_the_end = np.unique(places[chosen][::-1], return_index=True)
    last = chosen[::-1][from_the_end]
    words = [texts[at] for at in order[last].tolist()] if is_text[last].any() else []
    return Given(people, numbers[last], words)


def _openings(rows: dict[str, Ints], places: Ints, count: int, inputs: dict[int, tuple[str, str]]) -> Ints:
    of_history = [id_ for id_, (code, _source) in inputs.items() if code in YEAR_TO_DATE]
    chosen = np.isin(rows["input_id"], of_history)
    openings = np.full(count, NO_OPENING, dtype=np.int64)
    np.maximum.at(openings, places[chosen], rows["month"][chosen])
    return openings


def _counting(run: PayRun, employee_ids: Ints, inputs: dict[int, tuple[str, str]]) -> tuple[dict[str, Ints], list[str]]:
    """``counting`` as columns employee_id, input_id, month, of_run, number (0 for a text), is_text; and the texts."""
    people, history = PayInput.Source.PEOPLE, PayInput.Source.HISTORY
    params = {
        "tenant": require_tenant_id(), "month": run.month, "year": run.month.replace(month=1, day=1),
        "run": None if run.is_regular else run.pk,
        "people": employee_ids.tolist(),
        "standing": [id_ for id_, (code, source) in inputs.items() if source == people and code not in MOVING],
        "history": [id_ for id_, (_code, source) in inputs.items() if source == history],
    }  # fmt: skip
    return read_columns_and_text(_COUNTING, params, ("employee_id", "input_id", "month", "of_run", "number", "is_text"))


_COUNTING = """
SELECT employee_id, input_id, (month - '1970-01-01'::date)::bigint, (run_id IS NOT NULL)::int::bigint,
       COALESCE(number, 0), (number IS NULL)::int::bigint, COALESCE(text, '')
FROM payroll_monthlyinput
WHERE tenant_id = %(tenant)s AND employee_id = ANY (%(people)s::bigint[]) AND month <= %(month)s
  AND ((month = %(month)s AND run_id IS NOT DISTINCT FROM %(run)s) OR (run_id IS NULL AND (
      input_id = ANY (%(standing)s::bigint[]) OR (input_id = ANY (%(history)s::bigint[]) AND month >= %(year)s))))
"""
