"""What became of each segment of each day, from its first and last punch; `day_engine` has the rules in words."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from attendance.rules.absences import AbsenceKind, Excuses
from attendance.rules.late_starts import LateStarts
from attendance.rules.segment_tables import FAR, Minutes, SegmentTable, Spans, Switches

Places = npt.NDArray[np.int64]


@dataclass(slots=True)
class Segments:
    """Columns by segment row; what the rules find out is written over as one follows the other.

    came and left are minutes of the day, where there is no punch those at which nobody is late or early. late_from:
    the last minute at which nobody is late. stay_until: before it a leave is early. complete: in and out are known or
    not asked for. single: one punch where two were. covered: due minutes by `AbsenceKind`, empty where nobody is away.
    """

    rules: SegmentTable
    segment: Places
    count: Minutes
    first: Minutes
    last: Minutes
    complete: Switches
    single: Switches
    has_in: Switches
    has_out: Switches
    came: Minutes
    due_end: Minutes
    left: Minutes
    late_from: Minutes
    stay_until: Minutes
    late_starts: LateStarts | None = None
    covered: tuple[Minutes, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentDays:
    """One row per segment, or per day once they are put together. Minutes int32, masks bool.

    first_in and last_out: minutes of the day, FAR and -FAR where there is none. absent: due minutes of a segment to
    which nobody came and that nothing covers.
    """

    count: Minutes
    extra: Switches
    complete: Switches
    single: Switches
    missing_in: Switches
    missing_out: Switches
    late_start: Switches
    first_in: Minutes
    last_out: Minutes
    late: Minutes
    early: Minutes
    worked: Minutes
    night: Minutes
    overtime: Minutes
    absent: Minutes
    covered: tuple[Minutes, ...]


def judge_segments(
    rules: SegmentTable,
    segment: Places,
    workday: Switches,
    stamps: tuple[Minutes, Minutes, Minutes],
    late_starts: LateStarts | None,
    excuses: Excuses | None,
) -> SegmentDays:
    """stamps: number of punches, first and last minute of the day, per row; excuses: of segment rows."""
    days, excuses = read_segments(rules, segment, stamps, late_starts, excuses)
    return count_segments(days, workday, excuses)


def read_segments(
    rules: SegmentTable,
    segment: Places,
    stamps: tuple[Minutes, Minutes, Minutes],
    late_starts: LateStarts | None,
    excuses: Excuses | None,
) -> tuple[Segments, Excuses | None]:
    """What punches, late starts, leave and travel say, and the excuses that matter."""
    days = _read(rules, segment, *stamps)
    if late_starts is not None and len(late_starts.row):
        days.late_from[late_starts.row] = np.maximum(days.late_from[late_starts.row], late_starts.until)
        days.late_starts = late_starts
    if excuses is not None:
        excuses = excuses.where(rules.due[segment[excuses.row]] > 0)
        if len(excuses):
            _excuse(days, excuses)
    return days, excuses


def _read(rules: SegmentTable, segment: Places, count: Minutes, first: Minutes, last: Minutes) -> Segments:
    """What the punches say by themselves."""
    complete = (count > 0) & (last - first >= rules.duplicate[segment])
    single = (count > 0) & ~complete
    missing_in = single & (first > rules.middle[segment])
    has_in, has_out = (complete | single) & ~missing_in, complete | missing_in
    if rules.in_only.any():
        rows = np.flatnonzero(rules.in_only[segment])
        complete[rows], single[rows], has_out[rows] = count[rows] > 0, False, False
    earliest, latest = rules.earliest[segment], rules.latest[segment]
    came = np.where(has_in, first, earliest)
    due_end = np.clip(came, earliest, latest) + rules.span[segment]
    stay_until = np.minimum(due_end, rules.core_end[segment]) if rules.has_core.any() else due_end
    return Segments(
        rules=rules, segment=segment, count=count, first=first, last=last, complete=complete, single=single,
        has_in=has_in, has_out=has_out, came=came, due_end=due_end, left=np.where(has_out, last, due_end),
        late_from=latest, stay_until=stay_until,
    )  # fmt: skip


def _excuse(days: Segments, excuses: Excuses) -> None:
    """Leave and travel at the start move the start, at the end the end; such an edge needs no punch.

    What they cover whole is neither late nor early, and one punch there is not missing another.
    """
    rules = days.rules
    rows, pair = np.unique(excuses.row, return_inverse=True)
    segment, due = days.segment[rows], rules.due[days.segment[rows]]
    covered = _covered(days, excuses)
    days.covered = covered
    whole = sum(column[rows] for column in covered) >= due
    is_open = rules.latest[segment] == FAR
    late_from = days.late_from[rows]
    start = _moved_on(rules, segment, late_from, excuses, pair)
    moved = ~is_open & (start > late_from)
    end = _moved_back(rules, segment, rules.end[segment], excuses, pair)
    single, first = days.single[rows] & ~whole, days.first[rows]
    middle = (np.where(moved, start, rules.start[segment]) + end) // 2
    missing_in = single & ~is_open & (first > middle)
    has_in = np.where(single, ~missing_in, days.has_in[rows])
    has_out = np.where(single, missing_in, days.has_out[rows])
    earliest, latest = rules.earliest[segment], rules.latest[segment]
    came = np.where(has_in, first, earliest)
    due_end = np.where(moved, rules.end[segment], np.clip(came, earliest, latest) + rules.span[segment])
    stay = np.minimum(due_end, rules.core_end[segment])
    stay_until = _moved_back(rules, segment, stay, excuses, pair)
    waived_in = missing_in & moved
    waived_out = single & ~missing_in & ~is_open & (stay_until < stay)
    days.complete[rows] |= waived_in | waived_out
    days.single[rows] = single & ~waived_in & ~waived_out
    days.has_in[rows], days.has_out[rows], days.due_end[rows] = has_in, has_out, due_end
    days.came[rows] = np.where(waived_in, start, came)
    days.left[rows] = np.where(waived_out, stay_until, np.where(has_out, days.last[rows], due_end))
    days.late_from[rows] = np.where(whole | is_open, FAR, start)
    if days.stay_until is days.due_end:
        days.stay_until = days.due_end.copy()
    days.stay_until[rows] = np.where(whole, -FAR, stay_until)


def _covered(days: Segments, excuses: Excuses) -> tuple[Minutes, ...]:
    """Due minutes by kind of absence, of the nominal times; at most what is due."""
    rules, segment = days.rules, days.segment[excuses.row]
    begin = np.maximum(excuses.start, rules.start[segment])
    finish = np.minimum(excuses.end, rules.end[segment])
    minutes = worked_minutes(rules, segment, begin, finish)
    left = rules.due[days.segment]
    columns = []
    for kind in AbsenceKind:
        mine = excuses.kind == kind
        column = _sum_rows(excuses.row[mine], minutes[mine], len(days.segment))
        column = np.minimum(column, left)
        left = left - column
        columns.append(column)
    return tuple(columns)


def _sum_rows(row: Places, minutes: Minutes, length: int) -> Minutes:
    return np.bincount(row, weights=minutes, minlength=length).astype(np.int32)


def _moved_on(rules: SegmentTable, segment: Places, start: Minutes, excuses: Excuses, pair: Places) -> Minutes:
    """The start behind the absences that cover it, and behind unpaid breaks that follow on them."""
    moved = start.copy()
    while True:
        before = moved.copy()
        covers = (excuses.start <= moved[pair]) & (moved[pair] < excuses.end)
        np.maximum.at(moved, pair[covers], excuses.end[covers])
        for spans in rules.unpaid_breaks:
            inside = (moved > start) & (spans.start[segment] <= moved) & (moved < spans.end[segment])
            moved = np.where(inside, spans.end[segment], moved)
        if bool((moved == before).all()):
            return moved


def _moved_back(rules: SegmentTable, segment: Places, end: Minutes, excuses: Excuses, pair: Places) -> Minutes:
    """The end before the absences that cover it, and before unpaid breaks that go ahead of them."""
    moved = end.copy()
    while True:
        before = moved.copy()
        covers = (excuses.start < moved[pair]) & (moved[pair] <= excuses.end)
        np.minimum.at(moved, pair[covers], excuses.start[covers])
        for spans in rules.unpaid_breaks:
            inside = (moved < end) & (spans.start[segment] < moved) & (moved <= spans.end[segment])
            moved = np.where(inside, spans.start[segment], moved)
        if bool((moved == before).all()):
            return moved


def count_segments(days: Segments, workday: Switches, excuses: Excuses | None) -> SegmentDays:
    """Minutes of everything."""
    rules, segment = days.rules, days.segment
    begin_at, finish_at = rounded(days)
    begin = np.maximum(begin_at, rules.begin_floor[segment])
    finish = np.minimum(finish_at, days.due_end + rules.finish_slack[segment])
    worked = worked_minutes(rules, segment, begin, finish) * days.complete
    night = night_minutes(rules, segment, begin, finish) * days.complete
    if excuses is not None and len(excuses):
        row = excuses.row
        inner = segment[row], np.maximum(begin[row], excuses.start), np.minimum(finish[row], excuses.end)
        worked -= _sum_rows(row, worked_minutes(rules, *inner), len(segment)) * days.complete
        night -= _sum_rows(row, night_minutes(rules, *inner), len(segment)) * days.complete
    absent = rules.due[segment] * (days.count == 0)
    for column in days.covered:
        absent -= column * (days.count == 0)
    earliest = np.minimum(rules.earliest[segment], finish_at)
    late = _above(days.came - days.late_from, rules.late_grace[segment])
    return SegmentDays(
        count=days.count,
        extra=days.count > 2,
        complete=days.complete,
        single=days.single,
        missing_in=days.single & days.has_out,
        missing_out=days.single & days.has_in,
        late_start=_late_start(days),
        first_in=np.where(days.has_in, days.first, FAR),
        last_out=np.where(days.has_out, days.last, -FAR),
        late=late,
        early=_above(days.stay_until - days.left, rules.early_grace[segment]),
        worked=worked,
        night=night,
        overtime=_beside(rules, segment, earliest - begin_at, finish_at - days.due_end, days.complete & workday),
        absent=absent,
        covered=days.covered,
    )


def _late_start(days: Segments) -> Switches:
    """Who came after the latest start and may, having left late the day before."""
    found = np.zeros(len(days.segment), dtype=np.bool_)
    if days.late_starts is not None:
        rows = days.late_starts.row
        came, latest = days.came[rows], days.rules.latest[days.segment[rows]]
        found[rows] = (came > latest) & (came <= days.late_starts.until) & days.has_in[rows]
    return found


def rounded(days: Segments) -> tuple[Minutes, Minutes]:
    """The times that work is counted from and to; what is not a punch is not rounded."""
    rules = days.rules
    if not rules.rounds.any():
        return days.came, days.left
    came, left = days.came.copy(), days.left.copy()
    rows = np.flatnonzero(rules.rounds[days.segment] & days.has_in)
    segment = days.segment[rows]
    came[rows] = (came[rows] + rules.round_in_offset[segment]) // rules.round_in[segment] * rules.round_in[segment]
    rows = np.flatnonzero(rules.rounds[days.segment] & days.has_out)
    segment = days.segment[rows]
    left[rows] = (left[rows] + rules.round_out_offset[segment]) // rules.round_out[segment] * rules.round_out[segment]
    return came, left


def _above(minutes: Minutes, grace: Minutes) -> Minutes:
    """The minutes in full where they are above the grace, else 0."""
    counted: Minutes = minutes * (minutes > grace)
    return counted


def _overlap(begin: Minutes, finish: Minutes, spans: Spans, segment: Places) -> Minutes:
    shared: Minutes = np.minimum(finish, spans.end[segment])
    shared -= np.maximum(begin, spans.start[segment])
    return np.maximum(shared, 0, out=shared)


def worked_minutes(rules: SegmentTable, segment: Places, begin: Minutes, finish: Minutes) -> Minutes:
    """Minutes of [begin, finish) outside unpaid breaks."""
    worked: Minutes = np.maximum(finish - begin, 0)
    for spans in rules.unpaid_breaks:
        worked -= _overlap(begin, finish, spans, segment)
    return worked


def night_minutes(rules: SegmentTable, segment: Places, begin: Minutes, finish: Minutes) -> Minutes:
    """Minutes of [begin, finish) in the night, outside unpaid breaks."""
    night = np.zeros(len(begin), dtype=np.int32)
    for spans in rules.night_windows:
        night += _overlap(begin, finish, spans, segment)
    for spans in rules.night_breaks:
        night -= _overlap(begin, finish, spans, segment)
    return night


def _beside(rules: SegmentTable, segment: Places, early: Minutes, after: Minutes, counts: Switches) -> Minutes:
    """Overtime of a working day before and after the shift. Without a shift nobody planned a limit to exceed: 0."""
    overtime = credit(rules.step, rules.minimum, segment, after, counts & rules.counts_after[segment])
    if rules.counts_before.any():
        overtime += credit(rules.step, rules.minimum, segment, early, counts & rules.counts_before[segment])
    return overtime


def credit(step: Minutes, minimum: Minutes, place: Places, minutes: Minutes, counts: Switches) -> Minutes:
    """Overtime credited by minimum and step, only in the rows where it counts (few: division is slow)."""
    credited = np.zeros(len(minutes), dtype=np.int32)
    rows = np.flatnonzero(counts & (minutes > 0))
    places, raw = place[rows], minutes[rows]
    steps = step[places]
    credited[rows] = np.where(raw >= minimum[places], raw // steps * steps, 0)
    return credited


def together(days: SegmentDays, starts: Places) -> SegmentDays:
    """One row per day out of those of its segments; starts: the first segment of each day, and one more at the end."""
    heads, counts = starts[:-1], np.diff(starts)
    split = np.flatnonzero(counts > 1)
    rows = np.flatnonzero(np.repeat(counts > 1, counts))
    inner = np.cumsum(counts[split]) - counts[split]

    def put(column: Any, reduce: np.ufunc) -> Any:
        merged = column[heads]
        if len(split):
            merged[split] = reduce.reduceat(column[rows], inner)
        return merged

    names = [name for name in SegmentDays.__slots__ if name != "covered"]
    merged = {name: put(getattr(days, name), _REDUCE.get(name, np.add)) for name in names}
    return replace(days, **merged, covered=tuple(put(column, np.add) for column in days.covered))


_REDUCE = {
    "first_in": np.minimum, "last_out": np.maximum,
    **dict.fromkeys(("extra", "complete", "single", "missing_in", "missing_out", "late_start"), np.logical_or),
}  # fmt: skip
