"""Day engine: planned days and punches in, day results out, column by column.

Day results hold minutes, no seconds. For a segment of a shift and two punches, all in minutes of the shift's day:

    start    = first in, held inside [earliest, latest] start (a fixed shift: both are the start of the shift)
    due end  = start + length of the segment
    late     = first in - latest start       when above the grace
    early    = due end (or core end) - last out   when above the grace
    worked   = [first in, last out], rounded, without what lies outside [earliest start, due end] on sides that do not
               count overtime, without unpaid breaks, leave and travel
    overtime = last out - due end, and earliest start - first in, each side by minimum and step
    night    = the part of worked that lies in the night window

A day adds its segments up. Then breaks by length worked are taken off, and overtime that needs approval is cut.

On a day that is not a working day all worked time is overtime of that kind, by minimum and step. A shift on such a
day is due like any other: who does not come is absent. With one punch the nearer edge of the segment says whether it
came in or went out; late or early is counted from it, nothing else is (who has no first in is held to the earliest
end). A day without a shift is never late, early or absent.

Leave and travel at the start of a segment move the start, at the end the end, and over an unpaid break that follows;
an edge that they moved needs no punch. A flexible day whose start they moved is held to its nominal end. Times that
they cover are not worked, however people stamped.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.absences import AbsenceColumns, Excuses, excuses_of
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import RESULT_COLUMNS, DayResults, PunchColumns, RosterColumns, empty_results
from attendance.rules.day_rules import write_days
from attendance.rules.late_starts import LateStarts, SplitMatches, late_starts_of
from attendance.rules.matching import (
    Matches,
    SegmentRows,
    day_windows,
    match_days,
    match_segments,
    take_apart,
)
from attendance.rules.segment_days import judge_segments, together
from attendance.rules.shift_tables import ShiftTable

# Rows computed at a time: some twenty columns of this length stay in the cache of a core.
BLOCK_ROWS = 16_384


def compute_days(
    table: ShiftTable,
    roster: RosterColumns,
    punches: PunchColumns,
    *,
    absences: AbsenceColumns | None = None,
    approved: npt.NDArray[np.int32] | None = None,
) -> DayResults:
    """Day results of all roster rows. Pass the days before and after the period too, see `matching`.

    Shifts with alternatives are taken as they are: `shift_choice.choose_shifts` decides before. approved: minutes of
    approved overtime per roster row. ValueError where the roster names a shift that is not in the table.
    """
    if len(roster) and int(roster.shift.max()) >= len(table):
        raise ValueError("the roster names a shift that is not in the table")
    whole, split = prepare(table, roster, punches, absences, approved)
    out = _judge(table, whole)
    if split is not None:
        inner = _judge(table, split.days)
        for name in RESULT_COLUMNS:
            getattr(out, name)[split.places] = getattr(inner, name)
    return out


@dataclass(frozen=True, slots=True)
class Days:
    """Roster rows that are judged in one go, and what is known of them. Without ``rows.segment`` each row is taken as
    one segment.
    """

    roster: RosterColumns
    rows: SegmentRows
    matches: Matches
    late_starts: LateStarts | None
    excuses: Excuses | None
    approved: npt.NDArray[np.int32] | None


@dataclass(frozen=True, slots=True)
class SplitDays:
    """The days of several segments, which are few, by themselves. places: of them in the roster, ascending."""

    places: npt.NDArray[np.int64]
    days: Days


def prepare(
    table: ShiftTable, roster: RosterColumns, punches: PunchColumns, absences: AbsenceColumns | None,
    approved: npt.NDArray[np.int32] | None,
) -> tuple[Days, SplitDays | None]:  # fmt: skip
    """All days as if each had one segment, and those that have several as they are: their results count."""
    windows = day_windows(table, roster, punches)
    matches = match_days(windows)
    excuses = excuses_of(roster, absences) if absences is not None and len(absences) else None
    split = np.flatnonzero(table.segment_count[roster.shift] > 1) if table.is_split else NO_PLACES
    if not len(split):
        late = late_starts_of(table, roster, matches) if table.late_starts else None
        return Days(roster, SegmentRows(), matches, late, excuses, approved), None
    mine = roster.select(split)
    rows = take_apart(table, mine)
    inner = match_segments(table, windows, split, rows)
    late = late_starts_of(table, roster, matches, SplitMatches(split, rows, inner)) if table.late_starts else None
    days = Days(
        mine, rows, inner, late.of_split(split, rows) if late else None, excuses.at(split) if excuses else None,
        None if approved is None else approved[split],
    )  # fmt: skip
    return Days(roster, SegmentRows(), matches, late, excuses, approved), SplitDays(split, days)


NO_PLACES = np.zeros(0, dtype=np.int64)


def _judge(table: ShiftTable, days: Days) -> DayResults:
    out = empty_results(len(days.roster))
    for start in range(0, len(days.roster), BLOCK_ROWS):
        _compute_block(out, slice(start, min(start + BLOCK_ROWS, len(days.roster))), table, days)
    return out


def _compute_block(out: DayResults, block: slice, table: ShiftTable, days: Days) -> None:
    given = facts_of(block, table, days)
    found = judge_segments(
        table.segments, given.segment, given.workday, given.stamps, given.late_starts, given.excuses
    )  # fmt: skip
    if given.starts is not None:
        found = together(found, given.starts)
    write_days(out, block, table, days.roster, found, None if days.approved is None else days.approved[block])


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What is known of the segments of some roster rows, as `judge_segments` takes it; starts: as in `SegmentRows`,
    from 0, None where rows are segments.
    """

    segment: npt.NDArray[np.int64]
    workday: npt.NDArray[np.bool_]
    stamps: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]
    late_starts: LateStarts | None
    excuses: Excuses | None
    starts: npt.NDArray[np.int64] | None


def facts_of(block: slice, table: ShiftTable, days: Days) -> SegmentFacts:
    """The facts of these rows."""
    roster, rows, matches = days.roster, days.rows, days.matches
    part = block if rows.starts is None else slice(*rows.starts[[block.start, block.stop]].tolist())
    workday = roster.kind[block] == DayKind.WORKDAY
    mine = days.excuses.between(block.start, block.stop) if days.excuses else None
    if rows.starts is not None and rows.segment is not None:
        starts = rows.starts[block.start : block.stop + 1] - part.start
        segment, workday = rows.segment[part], np.repeat(workday, np.diff(starts))
        mine = _of_segments(mine, starts) if mine else None
    else:
        segment, starts = roster.shift[block], None
        segment = table.first_segment[segment] if table.is_split else segment
    stamps = (matches.count[part], matches.first[part], matches.last[part])
    here = days.late_starts.between(part.start, part.stop) if days.late_starts else None
    return SegmentFacts(segment, workday, stamps, here, mine, starts)


def _of_segments(excuses: Excuses, starts: npt.NDArray[np.int64]) -> Excuses:
    """The same for each segment of the rows."""
    counts = np.diff(starts)[excuses.row]
    pair = np.repeat(np.arange(len(excuses)), counts)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    row = starts[excuses.row[pair]] + within
    order = np.argsort(row, kind="stable")
    pair = pair[order]
    return Excuses(row[order], excuses.start[pair], excuses.end[pair], excuses.kind[pair])
