"""Overtime that was approved: minutes by roster row, and what of it becomes time off instead of pay (调休)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import DayResults, RosterColumns
from attendance.rules.segment_days import credit
from attendance.rules.segment_tables import Minutes
from attendance.rules.shift_tables import ShiftTable

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ApprovedOvertime:
    """Employees as in the roster, days, minutes that were approved, and how many of them are for time off; in any
    order, a day more than once.
    """

    employee: Ints
    day: Ints
    minutes: Ints
    leave_minutes: Ints

    def __len__(self) -> int:
        return len(self.employee)


def approved_by_row(table: ShiftTable, roster: RosterColumns, approved: ApprovedOvertime) -> tuple[Minutes, Minutes]:
    """Per roster row the minutes approved, by minimum and step of the day's shift, and those for time off."""
    row = _rows(roster, approved)
    known = row >= 0
    minutes = _per_row(row[known], approved.minutes[known], len(roster))
    for_leave = _per_row(row[known], approved.leave_minutes[known], len(roster))
    everywhere = np.ones(len(roster), dtype=np.bool_)
    return credit(table.step, table.minimum, roster.shift, minutes, everywhere), for_leave


def move_to_leave(results: DayResults, for_leave: Minutes) -> None:
    """Take time off out of the overtime of working and rest days, as far as there is any; that of statutory holidays
    is paid in any case.
    """
    rows = np.flatnonzero(for_leave)
    left = for_leave[rows]
    for column in (results.overtime_weekday_minutes, results.overtime_rest_day_minutes):
        moved = np.minimum(column[rows], left)
        column[rows] -= moved
        results.overtime_leave_minutes[rows] += moved
        left = left - moved


def _rows(roster: RosterColumns, approved: ApprovedOvertime) -> Ints:
    """Place of each in the roster, -1 for days that nobody planned."""
    if not len(roster):
        return np.full(len(approved), -1, dtype=np.int64)
    days = int(roster.day.max()) + 1
    there, wanted = roster.employee * days + roster.day, approved.employee * days + approved.day
    place = np.minimum(np.searchsorted(there, wanted), len(there) - 1)
    rows: Ints = np.where((there[place] == wanted) & (approved.day < days), place, -1)
    return rows


def _per_row(row: Ints, minutes: Ints, rows: int) -> Minutes:
    return np.bincount(row, weights=minutes, minlength=rows).astype(np.int32)
