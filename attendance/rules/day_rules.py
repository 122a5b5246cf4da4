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
    midnight = day * DAY_MINUTES
    np.add(midnight, found.first_in, out=out.first_in[rows])
    np.add(midnight, found.last_out, out=out.last_out[rows])
    out.first_in[rows][found.first_in == FAR] = NO_MINUTE
    out.last_out[rows][found.last_out == -FAR] = NO_MINUTE
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
    rows = np.flatnonzero(found.worked > table.length_breaks[0].start[shift])
    places, worked = shift[rows], found.worked[rows]
    taken = np.zeros(len(rows), dtype=np.int32)
    for spans in table.length_breaks:
        above = worked - spans.start[places]
        taken = np.where(above > 0, np.minimum(spans.end[places], above), taken)
    minutes = found.worked.copy()
    minutes[rows] -= taken
    return replace(found, worked=minutes)


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


def _at(covered: Minutes | int, places: Places) -> Minutes | int:
    """Covered minutes at these places; the 0 of a batch in which nobody is away stays."""
    return covered if isinstance(covered, int) else covered[places]


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
    if table.open_overtime.any():
        here = np.flatnonzero(table.open_overtime[shift] & workday & found.complete)
        beyond = found.worked[here] - table.due[shift[here]] + _at(covered, here)
        minutes[here] += credit(table.step, table.minimum, shift[here], beyond, beyond > 0)
    if table.source.any():
        minutes = _approved(out, rows, table.source[shift], minutes, approved)
    here = np.flatnonzero(minutes)
    earned, kinds = minutes[here], kind[here]
    work, statutory = kinds == DayKind.WORKDAY, kinds == DayKind.STATUTORY_HOLIDAY
    for column, counts in (
        (out.overtime_weekday_minutes, work),
        (out.overtime_statutory_minutes, statutory),
        (out.overtime_rest_day_minutes, ~(work | statutory)),
    ):
        column[rows][here[counts]] = earned[counts]


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
    here = np.flatnonzero(table.owes_hours[shift] & found.complete & ~found.single)
    owed = out.due_minutes[rows][here] - found.worked[here] - _at(covered, here)
    here, owed = here[owed > 0], owed[owed > 0]
    out.short_minutes[rows][here] = owed
    out.flags[rows][here] |= DayFlag.SHORT_HOURS


def _write_absence(
    out: DayResults, rows: slice, table: ShiftTable, shift: Places, found: SegmentDays, covered: Minutes | int
) -> None:
    """Absent minutes and half days, and the status of days that leave and travel cover."""
    due = out.due_minutes[rows]
    half_days = np.zeros(len(due), dtype=np.int8)
    here = np.flatnonzero(found.absent)
    owed = due[here]
    absent = np.minimum(found.absent[here], owed - _at(covered, here))
    out.absent_minutes[rows][here] = absent
    half_days[here] = (absent > 0) * ((absent * 2 >= owed).view(np.int8) + (absent == owed))
    if table.half_absent_below.any() or table.absent_below.any():
        half_days = np.maximum(half_days, _half_days_of_hours(out, rows, table, shift, found, covered))
    if any(tier.absent_half_days for tier in table.lateness.tiers):
        here = np.flatnonzero(found.late)
        half_days[here] = np.maximum(half_days[here], table.lateness.half_days(found.late[here]))
    here = np.flatnonzero(half_days)
    out.absent_half_days[rows][here] = half_days[here]
    out.flags[rows][here] |= (half_days[here] == 1) * np.int16(DayFlag.HALF_DAY_ABSENT)
    if found.covered:
        _write_leave(out, rows, due, covered)


def _half_days_of_hours(
    out: DayResults, rows: slice, table: ShiftTable, shift: Places, found: SegmentDays, covered: Minutes | int
) -> npt.NDArray[np.int8]:
    """Half days absent by too few minutes worked; all of the day makes it absent."""
    half, whole = table.half_absent_below, table.absent_below
    minutes = found.worked + covered
    proven = found.complete & ~found.single
    nothing = proven & (minutes < whole[shift])
    out.status[rows] = np.where(nothing, np.int8(DayStatus.ABSENT), out.status[rows])
    halves: npt.NDArray[np.int8] = np.where(nothing, 2, proven & (minutes < half[shift])).astype(np.int8)
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
