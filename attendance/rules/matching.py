"""Which punches belong to which day: first in and last out inside the window of each planned day.

Each punch belongs to one day at most:

* where the windows of two neighbouring shifts of a person overlap, a punch goes to the edge that is nearer, the end of
  the earlier shift or the start of the later one; exactly in the middle it goes to the earlier one, as people more
  often stay too long than come too early;
* a day without a shift takes what is left of its calendar day, 00:00 to 24:00, beside the windows of the shifts
  before and after it. So the end of a night shift is never taken for work on the free day that follows.

Within a shift of several segments each punch belongs to one segment, by the fixed cuts of `Shift.cuts`.

The rows of the neighbouring days must therefore be in the batch: to compute a month, pass one day more on either side
and leave those rows out afterwards.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.day_columns import MOST_MINUTES, NO_SHIFT, PunchColumns, RosterColumns
from attendance.rules.segment_tables import FAR
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.shifts import DAY_MINUTES

Keys = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmentRows:
    """One row per segment of every roster row, in order.

    segment int64 (place in the segment table), row int64 (place in the roster), starts int64: place of the first
    segment of every roster row, and one more at the end. All None where every shift of the table has one segment: the
    rows are those of the roster then, and `RosterColumns.shift` is the place in the segment table.
    """

    segment: Keys | None = None
    row: Keys | None = None
    starts: Keys | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Per row: number of punches, and the first and last of them as minutes of the day (there is none: anything)."""

    count: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]


def take_apart(table: ShiftTable, roster: RosterColumns) -> SegmentRows:
    """The segments of all roster rows."""
    if not table.is_split:
        return SegmentRows()
    counts = table.segment_count[roster.shift]
    starts = np.zeros(len(roster) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    row = np.repeat(np.arange(len(roster)), counts)
    offset = np.repeat(table.first_segment[roster.shift] - starts[:-1], counts)
    return SegmentRows(segment=np.arange(len(row)) + offset, row=row, starts=starts)


@dataclass(frozen=True, slots=True)
class DayWindows:
    """All punches as sorted keys, and per roster row the key of its minute 0 and of its window [start, end)."""

    punches: Keys
    base: Keys
    start: Keys
    end: Keys


def day_windows(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> DayWindows:
    """The windows of all rows, cut so that they do not overlap."""
    base = roster.employee * MOST_MINUTES + roster.day * DAY_MINUTES
    return DayWindows(punch_keys(punches), base, *_window_keys(table, roster, base))


def match_punches(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> Matches:
    """First and last punch in the window of every segment row."""
    windows, rows = day_windows(table, roster, punches), take_apart(table, roster)
    if rows.row is None:
        return match_days(windows)
    return match_segments(table, windows, np.arange(len(roster)), rows)


def match_days(windows: DayWindows) -> Matches:
    """First and last punch in the window of every roster row, whatever its segments."""
    return _found(windows.punches, windows.base, windows.start, windows.end)


def match_segments(table: ShiftTable, windows: DayWindows, days: Keys, rows: SegmentRows) -> Matches:
    """The same of every segment of the roster rows at these places; rows: those of these days alone."""
    assert rows.row is not None and rows.segment is not None
    row = days[rows.row]
    base = windows.base[row]
    return _found(
        windows.punches, base, *_segment_keys(table, rows.segment, base, windows.start[row], windows.end[row])
    )


def _found(keys: Keys, base: Keys, start: Keys, end: Keys) -> Matches:
    if not len(keys):
        nothing = np.zeros(len(base), dtype=np.int32)
        return Matches(nothing, nothing, nothing)
    begin = np.searchsorted(keys, start)
    stop = np.searchsorted(keys, end)
    return Matches(
        count=np.maximum(stop - begin, 0).astype(np.int32),
        first=_minutes_of_day(keys, begin, base),
        last=_minutes_of_day(keys, stop - 1, base),
    )


def _segment_keys(table: ShiftTable, segment: Keys, base: Keys, start: Keys, end: Keys) -> tuple[Keys, Keys]:
    """The windows of segments inside those of their days."""
    cut = table.segments.cut[segment]
    opens = np.clip(base + cut, start, end)
    left = np.flatnonzero(cut[1:] > -FAR)
    end[left] = opens[left + 1]
    return opens, end


def punch_windows(table: ShiftTable, roster: RosterColumns) -> tuple[Keys, Keys]:
    """[first, end) minutes since 1970 in which each roster row takes its punches, as the engine cuts them."""
    base = roster.employee * MOST_MINUTES + roster.day * DAY_MINUTES
    start, end = _window_keys(table, roster, base)
    person = roster.employee * MOST_MINUTES
    return start - person, end - person


def punches_without_day(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> npt.NDArray[np.bool_]:
    """True for every punch, in the order given, that lies in the window of no roster row."""
    base = roster.employee * MOST_MINUTES + roster.day * DAY_MINUTES
    start, end = _window_keys(table, roster, base)
    keys = punches.employee * MOST_MINUTES + punches.minute
    place = np.searchsorted(start, keys, side="right") - 1
    if not len(roster):
        return np.ones(len(keys), dtype=np.bool_)
    return (place < 0) | (keys >= end[place])


def punch_keys(punches: PunchColumns) -> Keys:
    """Employee and minute in one sorted number."""
    keys = punches.employee * MOST_MINUTES + punches.minute
    if not bool((keys[1:] >= keys[:-1]).all()):
        keys.sort()
    return keys


def _minutes_of_day(keys: Keys, place: npt.NDArray[np.intp], base: Keys) -> npt.NDArray[np.int32]:
    """Minutes of the day of the punches at these places; anything where a row has no punch."""
    offset = np.take(keys, place, mode="clip")
    offset -= base
    return offset.astype(np.int32)


def _window_keys(table: ShiftTable, roster: RosterColumns, base: Keys) -> tuple[Keys, Keys]:
    """The windows of all rows as keys, cut so that they do not overlap."""
    start = base + table.window_start[roster.shift]
    end = base + table.window_end[roster.shift]
    # The keys of one person lie far from those of the next, so only windows of the same person can meet here.
    left = np.flatnonzero(start[1:] < end[:-1])
    right = left + 1
    cut = _cuts(table, roster, base, left, start[right], end[left])
    end[left] = cut
    start[right] = cut
    # A free day can lose its whole day to the shifts around it.
    np.maximum(end, start, out=end)
    return start, end


def _cuts(
    table: ShiftTable, roster: RosterColumns, base: Keys, left: npt.NDArray[np.intp], opens: Keys, closes: Keys
) -> Keys:
    """First key of the right window for each pair of overlapping windows (the overlap is [opens, closes))."""
    right = left + 1
    left_shift, right_shift = roster.shift[left], roster.shift[right]
    left_end = base[left] + table.end[left_shift]
    right_start = base[right] + table.start[right_shift]
    nearer = left_end + (right_start - left_end) // 2 + 1
    cut = np.clip(nearer, opens, closes)
    cut = np.where(left_shift == NO_SHIFT, opens, cut)
    return np.where(right_shift == NO_SHIFT, closes, cut)
