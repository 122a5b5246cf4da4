"""Rules that look at a whole day once its segments are known: breaks by length, overtime, hours owed, absence."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import NO_MINUTE, NO_SHIFT, DayFlag, DayResults, DayStatus, RosterColumns
from attendance.rules.segment_days import Places, SegmentDays, credit
from attendance.rules.segment_tables import FAR, Minutes, Switches
from attendance.rules.shift_parts import OvertimeSource
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.shifts import DAY_MINUTES

NONE, ONE, TWO = range(3)
STATUS = np.empty((2, len(DayKind), 3), dtype=np.int8)
STATUS[1, :, NONE] = DayStatus.ABSENT
STATUS[1, :, ONE] = DayStatus.MISSING_PUNCH
STATUS[1, :, TWO] = DayStatus.PRESENT
STATUS[0, :, TWO] = DayStatus.OFF_ROSTER
STATUS[0, :, :TWO] = DayStatus.REST
STATUS[0, (DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY), :TWO] = DayStatus.HOLIDAY


def write_days(
    out: DayResults, rows: slice, table: ShiftTable, roster: RosterColumns, found: SegmentDays, approved: Minutes | None
) -> None:
    """Write the results of these roster rows. approved: minutes of approved overtime of the same rows."""
    shift, kind, day = roster.shift[rows], roster.kind[rows], roster.day[rows]
    found = _without_length_breaks(table, shift, found)
    rostered, due = shift != NO_SHIFT, table.due[shift]
    out.due_minutes[rows] = due
    covered = _write_covered(out, rows, found)
    out.worked_minutes[rows] = found.worked
    out.late_minutes[rows], out.early_minutes[rows] = found.late, found.early
    out.night_minutes[rows] = found.night
    has_in, has_out = found.first_in != FAR, found.last_out != -FAR
    out.first_in[rows] = np.where(has_in, day * DAY_MINUTES + found.first_in, NO_MINUTE)
    out.last_out[rows] = np.where(has_out, day * DAY_MINUTES + found.last_out, NO_MINUTE)
    state = np.where(found.single, ONE, found.complete.view(np.int8) * TWO)
    out.status[rows] = STATUS[rostered.view(np.int8), kind, state]
    out.flags[rows] = _flags(found, rostered)
    _write_overtime(out, rows, table, shift, kind, found, covered, approved)
    _write_short(out, rows, table, shift, found, covered)
    _write_absence(out, rows, table, shift, found, covered)


def _without_length_breaks(table: ShiftTable, shift: Places, found: SegmentDays) -> SegmentDays:
    """Worked minutes without breaks by length worked."""
    if not table.length_breaks:
        return found
    taken = np.zeros(len(shift), dtype=np.int32)
    for spans in table.length_breaks:
        above = found.worked - spans.start[shift]
        taken = np.where(above > 0, np.minimum(spans.end[shift], above), taken)
    return replace(found, worked=found.worked - taken)


def _write_covered(out: DayResults, rows: slice, found: SegmentDays) -> Minutes | int:
    """Due minutes that leave and travel cover, of each kind and together; never more than are due."""
    if not found.covered:
        return 0
    left = out.due_minutes[rows]
    total = np.zeros(len(left), dtype=np.int32)
    for name, column in zip(("leave_paid_minutes", "leave_unpaid_minutes", "travel_minutes"), found.covered):
        minutes = np.minimum(column, left - total)
        getattr(out, name)[rows] = minutes
        total += minutes
    return total


def _flags(found: SegmentDays, rostered: Switches) -> npt.NDArray[np.int16]:
    flags = found.missing_in * np.int16(DayFlag.MISSING_IN)
    flags += found.missing_out * np.int16(DayFlag.MISSING_OUT)
    flags += ((found.count > 0) & ~rostered) * np.int16(DayFlag.OFF_ROSTER)
    flags += found.extra * np.int16(DayFlag.EXTRA_PUNCHES)
    flags += found.late_start * np.int16(DayFlag.LATE_START)
    flags += ((found.absent > 0) & (found.count > 0)) * np.int16(DayFlag.MISSED_SEGMENT)
    return flags


def _write_overtime(
    out: DayResults, rows: slice, table: ShiftTable, shift: Places, kind: npt.NDArray[np.int8], found: SegmentDays,
    covered: Minutes | int, approved: Minutes | None,
) -> None:  # fmt: skip
    """On a working day what lies beside the shift, or above the hours of an open one; on another day all work."""
    workday = kind == DayKind.WORKDAY
    minutes = credit(table.step, table.minimum, shift, found.worked, ~workday)
    minutes += found.overtime
    if table.is_open.any():
        counts = workday & table.is_open[shift] & table.counts_after[shift] & found.complete
        minutes += credit(table.step, table.minimum, shift, found.worked - table.due[shift] + covered, counts)
    if table.source.any():
        minutes = _approved(out, rows, table.source[shift], minutes, approved)
    statutory = kind == DayKind.STATUTORY_HOLIDAY
    out.overtime_weekday_minutes[rows] = minutes * workday
    out.overtime_statutory_minutes[rows] = minutes * statutory
    out.overtime_rest_day_minutes[rows] = minutes * ~(workday | statutory)


def _approved(out: DayResults, rows: slice, source: Minutes, minutes: Minutes, approved: Minutes | None) -> Minutes:
    """What of it counts where overtime needs approval."""
    yes = np.zeros(len(minutes), dtype=np.int32) if approved is None else approved
    cut = (source != OvertimeSource.BY_PUNCH) & (minutes > yes)
    out.flags[rows] |= cut * np.int16(DayFlag.OVERTIME_CUT)
    smaller = np.where(source == OvertimeSource.SMALLER, np.minimum(minutes, yes), minutes)
    return np.where(source == OvertimeSource.BY_APPROVAL, yes, smaller)


def _write_short(
    out: DayResults, rows: slice, table: ShiftTable, shift: Places, found: SegmentDays, covered: Minutes | int
) -> None:
    """Hours owed where only they count and the day is proven."""
    if not table.owes_hours.any():
        return
    owed = table.due[shift] - covered - found.worked
    short = owed * (table.owes_hours[shift] & found.complete & ~found.single & (owed > 0))
    out.short_minutes[rows] = short
    out.flags[rows] |= (short > 0) * np.int16(DayFlag.SHORT_HOURS)


def _write_absence(
    out: DayResults, rows: slice, table: ShiftTable, shift: Places, found: SegmentDays, covered: Minutes | int
) -> None:
    """Absent minutes and half days, and the status of days that leave and travel cover."""
    due = out.due_minutes[rows]
    absent = np.minimum(found.absent, due - covered)
    half_days = (absent * 2 >= due).view(np.int8) + (absent == due)
    half_days = half_days * (absent > 0)
    half_days = np.maximum(half_days, _half_days_of_hours(out, rows, table, shift, found, covered))
    if any(tier.absent_half_days for tier in table.lateness.tiers):
        half_days = np.maximum(half_days, table.lateness.half_days(found.late))
    out.absent_minutes[rows], out.absent_half_days[rows] = absent, half_days
    out.flags[rows] |= (half_days == 1) * np.int16(DayFlag.HALF_DAY_ABSENT)
    if found.covered:
        _write_leave(out, rows, due, covered)


def _half_days_of_hours(
    out: DayResults, rows: slice, table: ShiftTable, shift: Places, found: SegmentDays, covered: Minutes | int
) -> Minutes | int:
    """Half days absent by too few minutes worked; all of the day makes it absent."""
    half, whole = table.half_absent_below, table.absent_below
    if not (half.any() or whole.any()):
        return 0
    minutes = found.worked + covered
    proven = found.complete & ~found.single
    nothing = proven & (minutes < whole[shift])
    out.status[rows] = np.where(nothing, np.int8(DayStatus.ABSENT), out.status[rows])
    halves: Minutes = np.where(nothing, 2, proven & (minutes < half[shift])).astype(np.int32)
    return halves


def _write_leave(out: DayResults, rows: slice, due: Minutes, covered: Minutes | int) -> None:
    """A day that is covered whole is no absence; most of it decides whether it is leave or travel."""
    whole = (due > 0) & (covered >= due)
    travel = out.travel_minutes[rows] * 2 >= due
    away = np.where(travel, np.int8(DayStatus.TRAVEL), np.int8(DayStatus.LEAVE))
    nobody = whole & (out.status[rows] == DayStatus.ABSENT)
    out.status[rows] = np.where(nobody, away, out.status[rows])
    stamped = (out.first_in[rows] != NO_MINUTE) | (out.last_out[rows] != NO_MINUTE)
    out.flags[rows] |= (whole & stamped) * np.int16(DayFlag.PUNCHED_ON_LEAVE)
