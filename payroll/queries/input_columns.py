"""The inputs of a part of a month's people, one column per input, in a constant number of statements.

Where a value comes from, by the source that its input declares: personnel data (``people_columns``), timesheets,
scores, earlier payslips. A value that was entered or imported for the month replaces any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from attendance.queries.timesheets import month_columns
from hrsaas.tenancy.models.tenants import Module
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import PayInput, PayRun
from payroll.queries.histories import YEAR_TO_DATE, Past, sum_pasts
from payroll.queries.monthly_inputs import Entered, entered_for
from payroll.queries.people_columns import (
    Person,
    days_not_employed,
    employed_months,
    insured_cities,
    people_between,
    people_columns,
    text_column,
)
from payroll.rules.formula import History, TextColumn, Type
from performance.queries.scores import coefficients

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Entry = Mapping[str, Any]
COEFFICIENT = "performance_coefficient"

# Input → column of ``attendance.queries.timesheets.month_columns``.
TIMESHEET = {
    "due_days": "due_days",
    "attended_days": "worked_days",
    "absent_days": "absent_days",
    "worked_minutes": "worked_minutes",
    "late_count": "late_count",
    "late_minutes": "late_minutes",
    "early_count": "early_count",
    "early_minutes": "early_minutes",
    "workday_overtime_minutes": "overtime_weekday_minutes",
    "rest_day_overtime_minutes": "overtime_rest_day_minutes",
    "holiday_overtime_minutes": "overtime_statutory_minutes",
    "night_minutes": "night_minutes",
    "night_shifts": "night_shift_count",
    "evening_shifts": "evening_shift_count",
}


class Numbers(NamedTuple):
    """A column and where it has no value."""

    values: Ints
    missing: Mask


@dataclass(frozen=True)
class InputColumns:
    """One place per person. values, missing: as ``payroll.rules.formula.run`` takes them, for every input of the set.

    failed_months: place of a person → the last earlier month of the year whose payslip has an error.
    """

    people: list[Person]
    values: dict[str, npt.NDArray[Any] | TextColumn]
    missing: dict[str, Mask]
    failed_months: dict[int, date]

    def __len__(self) -> int:
        return len(self.people)


def input_columns(
    entries: Sequence[Entry], run: PayRun, earlier: Sequence[PayRun],
    *, first_id: int | None = None, last_id: int | None = None,
) -> InputColumns:  # fmt: skip
    """The inputs of everybody with an id from first_id to last_id who is employed in the run's month.

    entries: the formula set's inputs. earlier: the runs before this one, oldest first.
    """
    people = people_between(run.month, run.end_date, first_id, last_id)
    ids = [person.id for person in people]
    entered = entered_for(run.month, ids)
    history = [entry for entry in entries if entry["source"] == PayInput.Source.HISTORY]
    pasts = sum_pasts(earlier, run.month, history, entered.openings, ids)
    numbers, cities = _people(people, run, earlier, entered)
    numbers |= _timesheets(entries, people, run) | _coefficients(entries, ids, run)
    numbers |= {entry["code"]: _history(entry, ids, pasts, entered) for entry in history if _from_runs(entry)}
    columns = InputColumns(people, {}, {}, _failed(ids, pasts))
    for entry in entries:
        code, given = entry["code"], entered.values.get(entry["code"], {})
        if entry["type"] == Type.TEXT:
            columns.values[code], columns.missing[code] = _texts(ids, cities if code == "insured_city" else {}, given)
        else:
            known = numbers.get(code) or _nothing(len(ids))
            final = known if code in YEAR_TO_DATE else _with_entered(known, entry, ids, given)
            columns.values[code] = final.values.astype(np.bool_) if entry["type"] == Type.BOOL else final.values
            columns.missing[code] = final.missing
    return columns


def _people(
    people: Sequence[Person], run: PayRun, earlier: Sequence[PayRun], entered: Entered
) -> tuple[dict[str, Numbers], dict[int, str]]:
    """Numbers by input, and the insured city by employee."""
    of_year = [one.month.month for one in earlier if one.month.year == run.month.year]
    opened = dict.fromkeys(entered.openings, 1)
    values = people_columns(people, run.end_date)
    values["employed_months"] = employed_months(people, run.month, opened, min([*of_year, run.month.month]))
    return {code: _all_known(column) for code, column in values.items()}, insured_cities(people)


def _timesheets(entries: Sequence[Entry], people: Sequence[Person], run: PayRun) -> dict[str, Numbers]:
    """Timesheet totals at their inputs' scales; nobody's, where the tenant has no attendance."""
    scales = {entry["code"]: entry["scale"] for entry in entries if entry["source"] == PayInput.Source.ATTENDANCE}
    if not scales or Module.ATTENDANCE not in current_tenant().modules:
        return {}
    sheets = month_columns(run.month, [person.id for person in people])
    missing = sheets["has_timesheet"] == 0
    totals = {code: sheets[column] for code, column in TIMESHEET.items() if column in sheets}
    totals["paid_days"] = sheets["due_days"] - sheets["absent_days"]
    totals["due_days"] = sheets["due_days"] + days_not_employed(people, run.month, run.end_date)
    return {code: Numbers(totals[code] * 10**scale, missing) for code, scale in scales.items() if code in totals}


def _coefficients(entries: Sequence[Entry], ids: Sequence[int], run: PayRun) -> dict[str, Numbers]:
    """Coefficients of the month's scores, kept in ten-thousandths by performance."""
    entry = next((entry for entry in entries if entry["code"] == COEFFICIENT), None)
    if entry is None or Module.PERFORMANCE not in current_tenant().modules:
        return {}
    found = coefficients(run.month, ids)
    return {COEFFICIENT: _sparse(ids, {id_: coefficient_e4 for id_, (_score, coefficient_e4) in found.items()})}


def _from_runs(entry: Entry) -> bool:
    return entry["code"] in YEAR_TO_DATE or bool(entry.get("asked"))


def _history(entry: Entry, ids: Sequence[int], pasts: Mapping[int, Past], entered: Entered) -> Numbers:
    """Sums of earlier payslips, on top of the opening balance. Without any, YTD and SUMPREV are 0 and PREV missing."""
    code = entry["code"]
    sums = {id_: total for id_, past in pasts.items() if (total := past.sums[code]) is not None}
    for id_, opening in entered.values.get(code, {}).items() if code in YEAR_TO_DATE else ():
        sums[id_] = sums.get(id_, 0) + int(opening)
    found = _sparse(ids, sums)
    begins_empty = entry.get("kind") in (History.YTD, History.SUMPREV, History.COUNTPREV)
    return Numbers(found.values, np.zeros_like(found.missing)) if begins_empty else found


def _failed(ids: Sequence[int], pasts: Mapping[int, Past]) -> dict[int, date]:
    months = ((place, pasts[id_].failed_month) for place, id_ in enumerate(ids) if id_ in pasts)
    return {place: month for place, month in months if month is not None}


def _with_entered(known: Numbers, entry: Entry, ids: Sequence[int], given: Mapping[int, int | str]) -> Numbers:
    if not given:
        return known
    values, missing = known.values.copy(), known.missing.copy()
    for place, id_ in enumerate(ids):
        if id_ in given:
            values[place], missing[place] = given[id_], False
    return Numbers(values, missing)


def _texts(ids: Sequence[int], known: Mapping[int, str], given: Mapping[int, int | str]) -> tuple[TextColumn, Mask]:
    texts = [given.get(id_, known.get(id_)) for id_ in ids]
    missing = np.fromiter((text is None for text in texts), dtype=np.bool_)
    return text_column(["" if text is None else str(text) for text in texts]), missing


def _all_known(values: Ints) -> Numbers:
    return Numbers(values, np.zeros(len(values), dtype=np.bool_))


def _nothing(count: int) -> Numbers:
    return Numbers(np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_))


def _sparse(ids: Sequence[int], found: Mapping[int, int]) -> Numbers:
    values = np.fromiter((found.get(id_, 0) for id_ in ids), dtype=np.int64)
    return Numbers(values, np.fromiter((id_ not in found for id_ in ids), dtype=np.bool_))
