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
from attendance.rules.calendars import date_of, day_number
from hrsaas.tenancy.models.tenants import Module
from hrsaas.tenancy.queries.columns import places_of, spread
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import PayInput, PayRun
from payroll.queries.deduction_claims import deductions_due
from payroll.queries.histories import NEVER, YEAR_TO_DATE, Ints, Mask, Numbers, Pasts, sum_pasts
from payroll.queries.last_years import full_year_people
from payroll.queries.monthly_inputs import NO_OPENING, ONCE_A_MONTH, Entered, Given, entered_for
from payroll.queries.people_columns import (
    People,
    days_not_employed,
    employed_months,
    insured_cities,
    people_columns,
    text_column,
)
from payroll.rules.formula import History, TextColumn, Type
from performance.queries.scores import coefficient_columns

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
    "duty_count": "duty_count",
}


@dataclass(frozen=True)
class InputColumns:
    """One place per person. values, missing: as ``payroll.rules.formula.run`` takes them, for every input of the set.

    failed_months: place of a person → the last earlier month of the year whose payslip has an error. entered: places of
    the people for whom a value of the input was entered.
    """

    people: People
    values: dict[str, npt.NDArray[Any] | TextColumn]
    missing: dict[str, Mask]
    failed_months: dict[int, date]
    entered: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.people)


class Relief(NamedTuple):
    """Tax relief of a closed month that is carried by a later run, and the sum of the year it adds to."""

    code: str
    employee_id: int
    month: date
    amount: int


def input_columns(
    entries: Sequence[Entry], run: PayRun, earlier: Sequence[PayRun], people: People,
    carried: Mapping[str, Numbers] | None = None, reliefs: Sequence[Relief] = (),
) -> InputColumns:  # fmt: skip
    """The inputs of these people (``people_between``) in the run's month.

    entries: the formula set's inputs. earlier: the runs before this one, oldest first. carried, reliefs: differences
    of closed months (``queries.retro_differences``).
    """
    entered = entered_for(run, people.ids, dense=people.dense)
    history = [entry for entry in entries if entry["source"] == PayInput.Source.HISTORY]
    pasts = sum_pasts(earlier, run.month, history, entered.openings, people.ids, dense=people.dense)
    for relief in reliefs:
        _add_relief(pasts.sums, relief, people, entered)
    numbers = _people(entries, people, run, earlier, entered)
    numbers |= _of_the_year(entries, run, people, entered, pasts, numbers["employed_months"].values)
    numbers |= _timesheets(entries, people, run) | _coefficients(entries, people, run)
    numbers |= {entry["code"]: _history(entry, pasts, entered) for entry in history if _from_runs(entry)}
    carried = carried or {}
    places = {code: given.places for code, given in entered.values.items()}
    columns = InputColumns(people, {}, {}, _failed(pasts), places)
    for entry in entries:
        code, given = entry["code"], entered.values.get(entry["code"])
        if entry["type"] == Type.TEXT:
            known = insured_cities(people) if code == "insured_city" else None
            columns.values[code], columns.missing[code] = _texts(len(people), known, given)
        else:
            final = numbers.get(code) or _nothing(len(people))
            final = final if code in YEAR_TO_DATE else _with_given(final, given)
            final = carried.get(code, final)
            columns.values[code] = final.values.astype(np.bool_) if entry["type"] == Type.BOOL else final.values
            columns.missing[code] = final.missing
    return columns


def _people(
    entries: Sequence[Entry], people: People, run: PayRun, earlier: Sequence[PayRun], entered: Entered
) -> dict[str, Numbers]:  # fmt: skip
    """Numbers of personnel data by input. Formula sets from before there were divisors take the mean, HALF_UP."""
    of_year = [one.month.month for one in earlier if one.month.year == run.month.year]
    values = people_columns(people, run.month, run.end_date)
    if "base_pay" in entered.values:  # an entered base pay is that of the whole month
        values["base_pay_days"][entered.values["base_pay"].places] = 1
    if not any("per" in entry for entry in entries):
        pay, days = values["base_pay"], values["base_pay_days"]
        values["base_pay"] = (2 * pay + days) // (2 * days)
    values["employed_months"] = employed_months(
        people, run.month, entered.opened, min([*of_year, run.month.month])
    )  # fmt: skip
    if not run.is_regular:
        values |= {code: np.zeros(len(people), dtype=np.int64) for code in ONCE_A_MONTH if code in values}
    return {code: _all_known(column) for code, column in values.items()}


def _of_the_year(
    entries: Sequence[Entry], run: PayRun, people: People, entered: Entered, pasts: Pasts, employed: Ints
) -> dict[str, Numbers]:
    """The special additional deductions that claims come to, and who deducts the whole year's basic amount at once."""
    codes, found = {entry["code"] for entry in entries}, {}
    if "additional_deduction" in codes:
        used = pasts.sums.get("ytd_additional_deduction")
        opened = np.array(entered.openings, dtype="datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
        firsts = np.where(entered.openings == NO_OPENING, run.month.month - employed + 1, opened)
        before = np.zeros(len(people), dtype=np.int64) if used is None else used.values
        found["additional_deduction"] = deductions_due(people.ids, run.month, firsts, before, dense=people.dense)
    if "full_year_deduction" in codes:
        found["full_year_deduction"] = full_year_people(run, people.ids, employed, dense=people.dense)
    return found


def _timesheets(entries: Sequence[Entry], people: People, run: PayRun) -> dict[str, Numbers]:
    """Timesheet totals at their inputs' scales; nobody's, where the tenant has no attendance."""
    scales = {entry["code"]: entry["scale"] for entry in entries if entry["source"] == PayInput.Source.ATTENDANCE}
    if not scales or Module.ATTENDANCE not in current_tenant().modules:
        return {}
    needed = {TIMESHEET[code] for code in scales if code in TIMESHEET}
    needed |= {"due_days", "absent_days", "half_absent_days", "unpaid_day_hundredths"}
    sheets = month_columns(run.month, people.ids, needed, dense=people.dense)
    missing = sheets["has_timesheet"] == 0
    totals = {code: sheets[column] for code, column in TIMESHEET.items() if column in sheets}
    totals["due_days"] = sheets["due_days"] + days_not_employed(people, run.month, run.end_date)
    hundredths = {code: column * 100 for code, column in totals.items()} | {
        "paid_days": sheets["due_days"] * 100 - sheets["unpaid_day_hundredths"],
        "absent_days": sheets["absent_days"] * 100 + sheets["half_absent_days"] * 50,
    }
    return {
        code: Numbers(hundredths[code] * 10**scale // 100, missing)
        for code, scale in scales.items()
        if code in hundredths
    }


def _coefficients(entries: Sequence[Entry], people: People, run: PayRun) -> dict[str, Numbers]:
    """Coefficients of the month's scores, kept in ten-thousandths by performance."""
    entry = next((entry for entry in entries if entry["code"] == COEFFICIENT), None)
    if entry is None or Module.PERFORMANCE not in current_tenant().modules:
        return {}
    found = coefficient_columns(run.month, people.ids, dense=people.dense)
    places, there = places_of(found["employee_id"], people.ids)
    return {COEFFICIENT: Numbers(spread(found["coefficient_e4"], places, there), ~there)}


def _from_runs(entry: Entry) -> bool:
    return entry["code"] in YEAR_TO_DATE or bool(entry.get("asked"))


def _history(entry: Entry, pasts: Pasts, entered: Entered) -> Numbers:
    """Sums of earlier payslips, on top of the opening balance. Without any, YTD and SUMPREV are 0 and PREV missing."""
    found = pasts.sums[entry["code"]]
    if entry.get("kind") in (History.YTD, History.SUMPREV, History.COUNTPREV):
        return Numbers(found.values, np.zeros_like(found.missing))
    opening = entered.values.get(entry["code"])
    if entry["code"] not in YEAR_TO_DATE or opening is None:
        return found
    values, missing = found.values.copy(), found.missing.copy()
    values[opening.places] += opening.numbers
    missing[opening.places] = False
    return Numbers(values, missing)


def _add_relief(numbers: dict[str, Numbers], relief: Relief, people: People, entered: Entered) -> None:
    """To the sum of the year, unless an opening balance already stands for that month."""
    place = int(np.searchsorted(people.ids, relief.employee_id))
    if relief.code in numbers and entered.openings[place] <= day_number(relief.month):
        column = numbers[relief.code]
        column.values[place] += relief.amount
        column.missing[place] = False


def _failed(pasts: Pasts) -> dict[int, date]:
    places = np.flatnonzero(pasts.failed_months != NEVER).tolist()
    return {place: date_of(int(pasts.failed_months[place])) for place in places}


def _with_given(known: Numbers, given: Given | None) -> Numbers:
    if given is None:
        return known
    values, missing = known.values.copy(), known.missing.copy()
    values[given.places], missing[given.places] = given.numbers, False
    return Numbers(values, missing)


def _texts(count: int, known: TextColumn | None, given: Given | None) -> tuple[TextColumn, Mask]:
    codes = np.zeros(count, dtype=np.int64) if known is None else known.codes.copy()
    words = ("",) if known is None else known.vocabulary
    missing = np.full(count, known is None)
    if given is not None:
        theirs = text_column(given.texts)
        codes[given.places], missing[given.places] = theirs.codes + len(words), False
        words += theirs.vocabulary
    return TextColumn(codes, words), missing


def _all_known(values: Ints) -> Numbers:
    return Numbers(values, np.zeros(len(values), dtype=np.bool_))


def _nothing(count: int) -> Numbers:
    return Numbers(np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_))
