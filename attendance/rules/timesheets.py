"""Monthly timesheets 月度考勤汇总: day results of a period added up per person."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import NO_SHIFT, DayResults, DayStatus, RosterColumns
from attendance.rules.shift_tables import ShiftTable

Totals = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Timesheets:
    """One row per person, ascending by employee; all columns int64.

    * due_days, due_minutes: days with a shift and what those shifts ask for.
    * worked_days: days with a shift on which somebody came, one punch is enough; missing_punch_days of them are not
      proven. off_roster_days (worked without a shift) are not in worked_days.
    * night_shift_count: worked days on shifts that are night shifts.
    """

    employee: Totals
    due_days: Totals
    due_minutes: Totals
    worked_days: Totals
    absent_days: Totals
    missing_punch_days: Totals
    off_roster_days: Totals
    worked_minutes: Totals
    late_count: Totals
    late_minutes: Totals
    early_count: Totals
    early_minutes: Totals
    overtime_weekday_minutes: Totals
    overtime_rest_day_minutes: Totals
    overtime_statutory_minutes: Totals
    night_minutes: Totals
    night_shift_count: Totals

    def __len__(self) -> int:
        return len(self.employee)


TOTAL_COLUMNS = tuple(item.name for item in fields(Timesheets) if item.name != "employee")


def total_days(table: ShiftTable, roster: RosterColumns, results: DayResults) -> Timesheets:
    """Totals per person over exactly the rows given; leave the days around the period out first."""
    starts = _first_rows(roster)
    counted = _day_columns(table, roster, results)
    sums = {name: _sum_per_person(column, starts) for name, column in counted.items()}
    return Timesheets(employee=roster.employee[starts], **sums)


def shift_counts(table: ShiftTable, roster: RosterColumns, results: DayResults) -> Totals:
    """Worked days per person (rows as in `Timesheets`) and shift (columns as in the table)."""
    worked = _came(results) & (roster.shift != NO_SHIFT)
    return _count_cells(roster, roster.shift, worked, len(table))


def late_tier_counts(roster: RosterColumns, results: DayResults, from_minutes: Sequence[int]) -> Totals:
    """Late days per person and tier 迟到阶梯; `from_minutes` are the lower bounds of the tiers, ascending from ≥ 1.

    A day counts in one tier only, the highest whose bound it reaches.
    """
    bounds = np.asarray(from_minutes, dtype=np.int64)
    if len(bounds) and (bounds[0] < 1 or bool((bounds[1:] <= bounds[:-1]).any())):
        raise ValueError("tier bounds must ascend from at least 1")
    tier = np.searchsorted(bounds, results.late_minutes, side="right") - 1
    return _count_cells(roster, tier, tier >= 0, len(bounds))


def _day_columns(table: ShiftTable, roster: RosterColumns, results: DayResults) -> dict[str, npt.NDArray[np.generic]]:
    """What is added up, by name of the total."""
    rostered, came = roster.shift != NO_SHIFT, _came(results)
    return {
        "due_days": rostered,
        "due_minutes": results.due_minutes,
        "worked_days": came,
        "absent_days": results.status == DayStatus.ABSENT,
        "missing_punch_days": results.status == DayStatus.MISSING_PUNCH,
        "off_roster_days": results.status == DayStatus.OFF_ROSTER,
        "worked_minutes": results.worked_minutes,
        "late_count": results.late_minutes > 0,
        "late_minutes": results.late_minutes,
        "early_count": results.early_minutes > 0,
        "early_minutes": results.early_minutes,
        "overtime_weekday_minutes": results.overtime_weekday_minutes,
        "overtime_rest_day_minutes": results.overtime_rest_day_minutes,
        "overtime_statutory_minutes": results.overtime_statutory_minutes,
        "night_minutes": results.night_minutes,
        "night_shift_count": came & table.night_shift[roster.shift],
    }


def _came(results: DayResults) -> Rows:
    came: Rows = (results.status == DayStatus.PRESENT) | (results.status == DayStatus.MISSING_PUNCH)
    return came


def _first_rows(roster: RosterColumns) -> npt.NDArray[np.intp]:
    """Place of the first row of every person."""
    if not len(roster):
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.diff(roster.employee, prepend=roster.employee[0] - 1))


def _sum_per_person(column: npt.NDArray[np.generic], starts: npt.NDArray[np.intp]) -> Totals:
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    sums: Totals = np.add.reduceat(column.astype(np.int64), starts)
    return sums


def _count_cells(roster: RosterColumns, column: npt.NDArray[np.int64], counted: Rows, width: int) -> Totals:
    """How often each (person, column) occurs in the counted rows."""
    starts = _first_rows(roster)
    person = np.zeros(len(roster), dtype=np.int64)
    person[starts[1:]] = 1
    cells = (np.cumsum(person) * width + column)[counted]
    return np.bincount(cells, minlength=len(starts) * width).reshape(len(starts), width)
