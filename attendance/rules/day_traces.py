"""How the day engine came to one day: its segments with the times in between, by the engine's own functions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.absences import AbsenceColumns, AbsenceKind, Excuses
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import NO_SHIFT, DayRow, PunchColumns, RosterColumns
from attendance.rules.day_engine import Days, SegmentFacts, SplitDays, compute_days, facts_of, prepare
from attendance.rules.matching import punch_windows
from attendance.rules.overtime_leave import move_to_leave
from attendance.rules.segment_days import SegmentDays, Segments, count_segments, read_segments, rounded, worked_minutes
from attendance.rules.segment_tables import SegmentTable, Spans
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.shifts import DAY_MINUTES, Segment, Shift


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes [start, end) of the day that are no work although somebody was there, and how many of them count."""

    start: int
    end: int
    minutes: int


@dataclass(frozen=True, slots=True)
class SegmentTrace:
    """One segment of one day; times are minutes of the day.

    segment: None on a day without a shift. punches: those dealt to it. first_in, last_out: None where there is none.
    late_from, stay_until: what lateness and early leave are counted from; due_end: when it ended for this person.
    counted_in, counted_out: the times after rounding, begin and finish: what of them counts. complete: both are known
    or not asked for. after_minutes, before_minutes: beside the shift, where that side may be overtime, else 0.
    """

    segment: Segment | None
    punches: tuple[int, ...]
    first_in: int | None
    last_out: int | None
    complete: bool
    single: bool
    late_from: int
    stay_until: int
    due_end: int
    counted_in: int
    counted_out: int
    begin: int
    finish: int
    breaks: tuple[Stretch, ...]
    away: tuple[Stretch, ...]
    due: int
    covered: int
    worked: int
    late: int
    early: int
    night: int
    absent: int
    before_minutes: int
    after_minutes: int
    late_start: bool


@dataclass(frozen=True, slots=True)
class DayTrace:
    """One day: what the engine says, and its segments. approved: minutes of approved overtime, None: not known."""

    day: int
    kind: DayKind
    shift: Shift | None
    table: ShiftTable
    row: DayRow
    punches: tuple[int, ...]
    segments: tuple[SegmentTrace, ...]
    approved: int | None
    left_before: int | None

    @property
    def worked_in_segments(self) -> int:
        """Worked minutes before breaks by length are taken off."""
        return sum(segment.worked for segment in self.segments)


def trace_day(
    table: ShiftTable,
    roster: RosterColumns,
    punches: PunchColumns,
    place: int,
    *,
    absences: AbsenceColumns | None = None,
    approved: npt.NDArray[np.int32] | None = None,
    for_leave: npt.NDArray[np.int32] | None = None,
) -> DayTrace:
    """Roster row ``place``; arguments as for `compute_days`. Pass the days before and after it too. for_leave: minutes
    of overtime that are to be time off, per roster row.
    """
    facts = _facts(table, *prepare(table, roster, punches, absences, approved), place)
    results = compute_days(table, roster, punches, absences=absences, approved=approved)
    if for_leave is not None:
        move_to_leave(results, for_leave)
    shift = None if roster.shift[place] == NO_SHIFT else table.shifts[int(roster.shift[place])]
    mine = _punches_of(table, roster, punches, place)
    before = place > 0 and roster.day[place - 1] == roster.day[place] - 1
    left = int(results.last_out[place - 1]) if before else -1
    return DayTrace(
        day=int(roster.day[place]),
        kind=DayKind(int(roster.kind[place])),
        shift=shift,
        table=table,
        row=results.row(place),
        punches=mine,
        segments=_segments(table.segments, shift, facts, mine),
        approved=None if approved is None else int(approved[place]),
        left_before=None if left < 0 else left - int(roster.day[place] - 1) * DAY_MINUTES,
    )


def _facts(table: ShiftTable, whole: Days, split: SplitDays | None, place: int) -> SegmentFacts:
    """What is known of the row, its segments apart where it has several."""
    if split is not None and place in split.places:
        at = int(np.searchsorted(split.places, place))
        return facts_of(slice(at, at + 1), table, split.days)
    return facts_of(slice(place, place + 1), table, whole)


def _punches_of(table: ShiftTable, roster: RosterColumns, punches: PunchColumns, place: int) -> tuple[int, ...]:
    """The punches in the window of the row, as minutes of its day."""
    first, end = (int(edge[place]) for edge in punch_windows(table, roster))
    minutes = punches.minute[punches.employee == roster.employee[place]]
    inside = np.sort(minutes[(minutes >= first) & (minutes < end)]) - int(roster.day[place]) * DAY_MINUTES
    return tuple(inside.tolist())


def _segments(
    rules: SegmentTable, shift: Shift | None, facts: SegmentFacts, punches: tuple[int, ...]
) -> tuple[SegmentTrace, ...]:
    days, excuses = read_segments(rules, facts.segment, facts.stamps, facts.late_starts, facts.excuses)
    found = count_segments(days, facts.workday, excuses)
    parts: list[Segment | None] = list(shift.parts) if shift else [None]
    dealt = _dealt(shift, punches)
    return tuple(
        _segment(rules, parts[at], dealt[at], days, found, excuses, at) for at in range(len(facts.segment))
    )  # fmt: skip


def _dealt(shift: Shift | None, punches: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The punches of each segment."""
    edges = [-(1 << 20), *(shift.cuts if shift else ()), 1 << 20]
    return [tuple(at for at in punches if left <= at < right) for left, right in zip(edges, edges[1:])]


def _segment(
    rules: SegmentTable, part: Segment | None, punches: tuple[int, ...], days: Segments, found: SegmentDays,
    excuses: Excuses | None, at: int,
) -> SegmentTrace:  # fmt: skip
    place = int(days.segment[at])
    came, left = (int(column[at]) for column in rounded(days))
    due_end, earliest = int(days.due_end[at]), min(int(rules.earliest[place]), left)
    begin = max(came, int(rules.begin_floor[place]))
    finish = max(begin, min(left, due_end + int(rules.finish_slack[place])))
    complete = bool(found.complete[at])
    return SegmentTrace(
        segment=part,
        punches=punches,
        first_in=int(days.first[at]) if days.has_in[at] else None,
        last_out=int(days.last[at]) if days.has_out[at] else None,
        complete=complete,
        single=bool(found.single[at]),
        late_from=int(days.late_from[at]),
        stay_until=int(days.stay_until[at]),
        due_end=due_end,
        counted_in=came,
        counted_out=left,
        begin=begin,
        finish=finish,
        breaks=_breaks(rules, place, begin, finish) if complete else (),
        away=_away(rules, place, begin, finish, excuses, at) if complete else (),
        due=int(rules.due[place]),
        covered=sum(int(column[at]) for column in found.covered),
        worked=int(found.worked[at]),
        late=int(found.late[at]),
        early=int(found.early[at]),
        night=int(found.night[at]),
        absent=int(found.absent[at]),
        before_minutes=max(0, earliest - came) if rules.counts_before[place] and complete else 0,
        after_minutes=max(0, left - due_end) if rules.counts_after[place] and complete else 0,
        late_start=bool(found.late_start[at]),
    )


def _breaks(rules: SegmentTable, place: int, begin: int, finish: int) -> tuple[Stretch, ...]:
    spans = [_span(one, place) for one in rules.unpaid_breaks]
    shared = [Stretch(start, end, min(finish, end) - max(begin, start)) for start, end in spans]
    return tuple(one for one in shared if one.minutes > 0)


def _span(spans: Spans, place: int) -> tuple[int, int]:
    return int(spans.start[place]), int(spans.end[place])


def _away(
    rules: SegmentTable, place: int, begin: int, finish: int, excuses: Excuses | None, at: int
) -> tuple[Stretch, ...]:
    """Leave and travel inside what was counted, without the breaks in them."""
    found = []
    for row, start, end in zip(excuses.row, excuses.start, excuses.end) if excuses is not None else ():
        first, last = max(begin, int(start)), min(finish, int(end))
        if row == at and first < last:
            here = (np.array([edge], dtype=np.int32) for edge in (first, last))
            found.append(Stretch(first, last, int(worked_minutes(rules, np.array([place]), *here)[0])))
    return tuple(one for one in found if one.minutes > 0)


def covered_by_kind(row: DayRow) -> dict[AbsenceKind, int]:
    """Due minutes that leave and travel cover, by kind."""
    return {
        AbsenceKind.LEAVE_PAID: row.leave_paid_minutes,
        AbsenceKind.LEAVE_UNPAID: row.leave_unpaid_minutes,
        AbsenceKind.TRAVEL: row.travel_minutes,
    }
