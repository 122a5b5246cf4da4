"""Monthly timesheets 月度考勤汇总: day results of a period added up per person."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import NO_SHIFT, DayResults, DayStatus, RosterColumns
from attendance.rules.lateness import LatenessPolicy, require_ascending
from attendance.rules.shift_tables import PUNCTUAL, ShiftTable

Totals = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Timesheets:
    """One row per person, ascending by employee; all columns int64.

    * due_days, due_minutes: days with a shift and what those shifts ask for.
    * worked_days: days with a shift on which somebody came, one punch is enough; missing_punch_days of them are not
      proven. off_roster_days (worked without a shift) are not in worked_days.
    * night_shift_count: worked days on shifts that are night shifts.
    * late_count, late_minutes: without the late_forgiven_count days that the lateness policy forgives.
    * absent_days, half_absent_days: days with two and with one absent half day. absent_minutes: due minutes to which
      nobody came, short_minutes: those missing where only the hours count.
    * unpaid_day_hundredths: what of the due days nobody is paid for, absence and unpaid leave, at most 100 a day.
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
    late_forgiven_count: Totals
    half_absent_days: Totals
    absent_minutes: Totals
    short_minutes: Totals
    leave_paid_minutes: Totals
    leave_unpaid_minutes: Totals
    travel_minutes: Totals
    overtime_leave_minutes: Totals
    unpaid_day_hundredths: Totals

    def __len__(self) -> int:
        return len(self.employee)


TOTAL_COLUMNS = tuple(item.name for item in fields(Timesheets) if item.name != "employee")


def total_days(table: ShiftTable, roster: RosterColumns, results: DayResults) -> Timesheets:
    """Totals per person over exactly the rows given, those of one month; leave the days around it out first."""
    starts = _first_rows(roster)
    counted = _day_columns(table, roster, results)
    sums = {name: _sum_per_person(column, starts) for name, column in counted.items()}
    return Timesheets(employee=roster.employee[starts], **sums)


def shift_counts(table: ShiftTable, roster: RosterColumns, results: DayResults) -> Totals:
    """Worked days per person (rows as in `Timesheets`) and shift (columns as in the table)."""
    worked = _came(results) & (roster.shift != NO_SHIFT)
    return _count_cells(roster, roster.shift, worked, len(table))


def late_tier_counts(
    roster: RosterColumns, results: DayResults, from_minutes: Sequence[int], policy: LatenessPolicy = PUNCTUAL
) -> Totals:
    """Late days per person and tier 迟到阶梯; `from_minutes` are the lower bounds of the tiers, ascending from ≥ 1.

    A day counts in one tier only, the highest whose bound it reaches, and in none if the policy forgives it.
    """
    require_ascending(list(from_minutes))
    bounds = np.asarray(from_minutes, dtype=np.int64)
    tier = np.searchsorted(bounds, results.late_minutes, side="right") - 1
    return _count_cells(roster, tier, (tier >= 0) & ~forgiven_days(policy, roster, results), len(bounds))


def forgiven_days(policy: LatenessPolicy, roster: RosterColumns, results: DayResults) -> Rows:
    """The late days of the month that the policy forgives: the first short ones of each person."""
    short = (results.late_minutes > 0) & (results.late_minutes <= policy.free_minutes)
    if not policy.free_count or not bool(short.any()):
        return np.zeros(len(roster), dtype=np.bool_)
    starts = _first_rows(roster)
    running = np.cumsum(short)
    before: Totals = np.repeat(running[starts] - short[starts], np.diff(starts, append=len(roster)))
    forgiven: Rows = short & (running - before <= policy.free_count)
    return forgiven


def _day_columns(table: ShiftTable, roster: RosterColumns, results: DayResults) -> dict[str, npt.NDArray[np.generic]]:
    """What is added up, by name of the total."""
    rostered, came = roster.shift != NO_SHIFT, _came(results)
    forgiven = forgiven_days(table.lateness, roster, results)
    late = results.late_minutes * ~forgiven
    return {
        "due_days": rostered,
        "due_minutes": results.due_minutes,
        "worked_days": came,
        "absent_days": results.absent_half_days == 2,
        "missing_punch_days": results.status == DayStatus.MISSING_PUNCH,
        "off_roster_days": results.status == DayStatus.OFF_ROSTER,
        "worked_minutes": results.worked_minutes,
        "late_count": late > 0,
        "late_minutes": late,
        "early_count": results.early_minutes > 0,
        "early_minutes": results.early_minutes,
        "overtime_weekday_minutes": results.overtime_weekday_minutes,
        "overtime_rest_day_minutes": results.overtime_rest_day_minutes,
        "overtime_statutory_minutes": results.overtime_statutory_minutes,
        "night_minutes": results.night_minutes,
        "night_shift_count": came & table.night_shift[roster.shift],
        "late_forgiven_count": forgiven,
        "half_absent_days": results.absent_half_days == 1,
        "absent_minutes": results.absent_minutes,
        "short_minutes": results.short_minutes,
        "leave_paid_minutes": results.leave_paid_minutes,
        "leave_unpaid_minutes": results.leave_unpaid_minutes,
        "travel_minutes": results.travel_minutes,
        "overtime_leave_minutes": results.overtime_leave_minutes,
        "unpaid_day_hundredths": _unpaid(results),
    }


def _unpaid(results: DayResults) -> Totals:
    """Hundredths of each day that nobody is paid for."""
    due = np.maximum(results.due_minutes, 1)
    leave = (results.leave_unpaid_minutes * 100 + due // 2) // due
    unpaid: Totals = np.minimum(results.absent_half_days.astype(np.int64) * 50 + leave, 100)
    return unpaid


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
