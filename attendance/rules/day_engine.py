"""Day engine: planned days and punches in, day results out, column by column.

Day results hold minutes, no seconds. For a day with a shift and two punches, all in minutes of the shift's day:

    start    = first in, held inside [earliest, latest] start (a fixed shift: both are the start of the shift)
    due end  = start + length of the shift
    late     = first in - latest start       when above the grace
    early    = due end - last out            when above the grace
    worked   = [first in, last out], without what lies outside [earliest start, due end] on sides that do not count
               overtime, without unpaid breaks
    overtime = last out - due end, and earliest start - first in, each side by minimum and step
    night    = the part of worked that lies in the night window

On a day that is not a working day all worked time is overtime of that kind, by minimum and step. A shift on such a
day is due like any other: who does not come is absent. With one punch the nearer edge of the shift says whether it
came in or went out; late or early is counted from it, nothing else is (who has no first in is held to the earliest
end). A day without a shift is never late, early or absent.
"""

import numpy as np
import numpy.typing as npt

from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import (
    NO_MINUTE,
    NO_SHIFT,
    RESULT_COLUMNS,
    DayFlag,
    DayResults,
    DayStatus,
    PunchColumns,
    RosterColumns,
)
from attendance.rules.matching import Matches, match_punches
from attendance.rules.shift_tables import ShiftTable, Spans
from attendance.rules.shifts import DAY_MINUTES

Minutes = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
# Rows computed at a time: some twenty columns of this length stay in the cache of a core.
BLOCK_ROWS = 16_384

NONE, ONE, TWO = range(3)
STATUS = np.empty((2, len(DayKind), 3), dtype=np.int8)
STATUS[1, :, NONE] = DayStatus.ABSENT
STATUS[1, :, ONE] = DayStatus.MISSING_PUNCH
STATUS[1, :, TWO] = DayStatus.PRESENT
STATUS[0, :, TWO] = DayStatus.OFF_ROSTER
STATUS[0, :, :TWO] = DayStatus.REST
STATUS[0, (DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY), :TWO] = DayStatus.HOLIDAY


def compute_days(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> DayResults:
    """Day results of all roster rows. Pass the days before and after the period too, see `matching`.

    ValueError where the roster names a shift that is not in the table.
    """
    if len(roster) and int(roster.shift.max()) >= len(table):
        raise ValueError("the roster names a shift that is not in the table")
    matches = match_punches(table, roster, punches)
    blocks = [_compute_block(table, roster, matches, rows) for rows in _blocks(len(roster))]
    return _join(blocks)


def _blocks(rows: int) -> list[slice]:
    return [slice(start, start + BLOCK_ROWS) for start in range(0, max(rows, 1), BLOCK_ROWS)]


def _join(blocks: list[DayResults]) -> DayResults:
    if len(blocks) == 1:
        return blocks[0]
    return DayResults(**{name: np.concatenate([getattr(b, name) for b in blocks]) for name in RESULT_COLUMNS})


def _compute_block(table: ShiftTable, roster: RosterColumns, matches: Matches, rows: slice) -> DayResults:
    shift, kind, day = roster.shift[rows], roster.kind[rows], roster.day[rows]
    count, first, last = matches.count[rows], matches.first[rows], matches.last[rows]
    rostered = shift != NO_SHIFT
    two = (count > 0) & (last - first >= table.duplicate[shift])
    one = (count > 0) & ~two
    one_out = one & (first > table.middle[shift])
    has_in, has_out = (two | one) & ~one_out, two | one_out

    earliest, latest = table.earliest[shift], table.latest[shift]
    came = np.where(has_in, first, earliest)
    due_end = np.clip(came, earliest, latest) + table.span[shift]
    left = np.where(has_out, last, due_end)
    begin = np.maximum(came, table.begin_floor[shift])
    finish = np.minimum(left, due_end + table.finish_slack[shift])

    worked = _worked(table, shift, begin, finish) * two
    off_day = _credit(table, shift, worked, kind != DayKind.WORKDAY)
    statutory = off_day * (kind == DayKind.STATUTORY_HOLIDAY)
    return DayResults(
        status=STATUS[rostered.view(np.int8), kind, two.view(np.int8) * 2 + one],
        flags=_flags(one, one_out, rostered, count),
        first_in=np.where(has_in, day * DAY_MINUTES + first, NO_MINUTE),
        last_out=np.where(has_out, day * DAY_MINUTES + last, NO_MINUTE),
        due_minutes=table.due[shift],
        worked_minutes=worked,
        late_minutes=_above(came - latest, table.late_grace[shift]),
        early_minutes=_above(due_end - left, table.early_grace[shift]),
        overtime_weekday_minutes=_weekday_overtime(
            table, shift, np.minimum(earliest, left) - came, left - due_end, two & (kind == DayKind.WORKDAY)
        ),
        overtime_rest_day_minutes=off_day - statutory,
        overtime_statutory_minutes=statutory,
        night_minutes=_night(table, shift, begin, finish) * two,
    )


def _above(minutes: Minutes, grace: Minutes) -> Minutes:
    """The minutes in full where they are above the grace, else 0."""
    counted: Minutes = minutes * (minutes > grace)
    return counted


def _overlap(begin: Minutes, finish: Minutes, spans: Spans, shift: Places) -> Minutes:
    shared: Minutes = np.minimum(finish, spans.end[shift])
    shared -= np.maximum(begin, spans.start[shift])
    return np.maximum(shared, 0, out=shared)


def _worked(table: ShiftTable, shift: Places, begin: Minutes, finish: Minutes) -> Minutes:
    worked: Minutes = np.maximum(finish - begin, 0)
    for spans in table.unpaid_breaks:
        worked -= _overlap(begin, finish, spans, shift)
    return worked


def _night(table: ShiftTable, shift: Places, begin: Minutes, finish: Minutes) -> Minutes:
    night = np.zeros(len(begin), dtype=np.int32)
    for spans in table.night_windows:
        night += _overlap(begin, finish, spans, shift)
    for spans in table.night_breaks:
        night -= _overlap(begin, finish, spans, shift)
    return night


def _credit(table: ShiftTable, shift: Places, minutes: Minutes, counts: Mask) -> Minutes:
    """Overtime credited by minimum and step, only in the rows where it counts (few: division is slow)."""
    credited = np.zeros(len(minutes), dtype=np.int32)
    rows = np.flatnonzero(counts & (minutes > 0))
    places, raw = shift[rows], minutes[rows]
    step = table.step[places]
    credited[rows] = np.where(raw >= table.minimum[places], raw // step * step, 0)
    return credited


def _weekday_overtime(table: ShiftTable, shift: Places, early: Minutes, after: Minutes, counts: Mask) -> Minutes:
    """Overtime of a working day before and after the shift. Without a shift nobody planned a limit to exceed: 0."""
    overtime = _credit(table, shift, after, counts & table.counts_after[shift])
    if table.counts_before.any():
        overtime += _credit(table, shift, early, counts & table.counts_before[shift])
    return overtime


def _flags(one: Mask, one_out: Mask, rostered: Mask, count: Minutes) -> npt.NDArray[np.int16]:
    flags = one_out * np.int16(DayFlag.MISSING_IN)
    flags += (one & ~one_out) * np.int16(DayFlag.MISSING_OUT)
    flags += ((count > 0) & ~rostered) * np.int16(DayFlag.OFF_ROSTER)
    flags += (count > 2) * np.int16(DayFlag.EXTRA_PUNCHES)
    return flags
