"""Segments of shifts as columns: what punches are matched to and lateness, early leave and work are counted by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.shift_parts import PunchMode, Segment
from attendance.rules.shifts import DAY_MINUTES, Shift

Minutes = npt.NDArray[np.int32]
Switches = npt.NDArray[np.bool_]
# Far outside every window, small enough that sums of several stay in int32.
FAR = 1 << 20
# Without a shift no law names the night of the person, so the national 22:00-06:00 counts.
NATIONAL_NIGHTS = [(-120, 360), (1320, 1800)]


@dataclass(frozen=True, slots=True)
class Spans:
    """One span per row, [start, end); empty (0, 0) where a row has none."""

    start: Minutes
    end: Minutes


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """One row per segment of every shift, in order, and a last row for days without a shift.

    cut: first minute of the window where another segment of the shift lies before. core_end: until when one must
    stay, FAR for until the end. in_only: a punch in is all that is asked for.
    """

    cut: Minutes
    start: Minutes
    end: Minutes
    middle: Minutes
    earliest: Minutes
    latest: Minutes
    span: Minutes
    core_end: Minutes
    due: Minutes
    begin_floor: Minutes
    finish_slack: Minutes
    late_grace: Minutes
    early_grace: Minutes
    duplicate: Minutes
    step: Minutes
    minimum: Minutes
    round_in: Minutes
    round_in_offset: Minutes
    round_out: Minutes
    round_out_offset: Minutes
    counts_before: Switches
    counts_after: Switches
    in_only: Switches
    rounds: Switches
    has_core: Switches
    unpaid_breaks: tuple[Spans, ...]
    night_windows: tuple[Spans, ...]
    night_breaks: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment of a shift. Only the outer sides of the first and the last know flexibility and overtime."""

    shift: Shift
    segment: Segment
    cut: int
    is_first: bool
    is_last: bool

    @property
    def in_only(self) -> bool:
        return self.shift.punches == PunchMode.SEGMENT_STARTS

    @property
    def earliest(self) -> int:
        if self.shift.is_open:
            return -FAR
        return self.shift.earliest_minute if self.is_first else self.segment.start_minute

    @property
    def latest(self) -> int:
        if self.shift.is_open:
            return FAR
        return self.shift.latest_minute if self.is_first else self.segment.start_minute

    @property
    def span(self) -> int:
        return 0 if self.shift.is_open else self.segment.minutes

    @property
    def middle(self) -> int:
        """After it a single punch went out; where there is no end to be near to, it came in."""
        if self.in_only or self.shift.is_open:
            return FAR
        return (self.segment.start_minute + self.segment.end_minute) // 2

    @property
    def core_end(self) -> int:
        end = self.shift.flex.core_end_minute if self.shift.flex else None
        return FAR if end is None else end

    @property
    def counts_before(self) -> bool:
        return self.is_first and self.shift.overtime.before and not self.shift.is_open

    @property
    def counts_after(self) -> bool:
        return self.is_last and self.shift.overtime.after and not self.in_only and not self.shift.is_open

    @property
    def breaks(self) -> list[tuple[int, int]]:
        mine = [item for item in self.shift.unpaid_breaks if self.segment.holds(item)]
        return [(item.start_minute, item.end_minute) for item in mine]

    @property
    def due(self) -> int:
        if self.shift.is_open:
            return self.shift.due_minutes
        return self.segment.minutes - sum(end - start for start, end in self.breaks)

    @property
    def nights(self) -> list[tuple[int, int]]:
        """The nights that a shift can touch: the one that ends in its morning and those that follow."""
        start, end = self.shift.night.start_minute, self.shift.night.end_minute
        return [(start - DAY_MINUTES, end - DAY_MINUTES), (start, end)]

    @property
    def night_breaks(self) -> list[tuple[int, int]]:
        """The parts of unpaid breaks that lie in the night."""
        parts = [
            (max(start, night_start), min(end, night_end))
            for start, end in self.breaks
            for night_start, night_end in self.nights
        ]
        return [(start, end) for start, end in parts if start < end]


def build_segments(shifts: Sequence[Shift]) -> SegmentTable:
    """Columns of the segments of all shifts."""
    parts = [part for shift in shifts for part in _parts(shift)]

    def column(of: Callable[[_Part], int], without_shift: int) -> Minutes:
        return np.array([*map(of, parts), without_shift], dtype=np.int32)

    def switch(of: Callable[[_Part], bool]) -> Switches:
        return np.array([*map(of, parts), False], dtype=np.bool_)

    return SegmentTable(
        cut=column(lambda p: p.cut, -FAR),
        start=column(lambda p: p.segment.start_minute, 0),
        end=column(lambda p: p.segment.end_minute, 0),
        middle=column(lambda p: p.middle, FAR),
        earliest=column(lambda p: p.earliest, -FAR),
        latest=column(lambda p: p.latest, FAR),
        span=column(lambda p: p.span, 0),
        core_end=column(lambda p: p.core_end, FAR),
        due=column(lambda p: p.due, 0),
        begin_floor=column(lambda p: -FAR if p.counts_before else p.earliest, -FAR),
        finish_slack=column(lambda p: FAR if p.counts_after or p.shift.is_open else 0, FAR),
        late_grace=column(lambda p: p.shift.late_grace_minutes, 0),
        early_grace=column(lambda p: p.shift.early_grace_minutes, 0),
        duplicate=column(lambda p: p.shift.duplicate_minutes, 1),
        step=column(lambda p: p.shift.overtime.step_minutes, 1),
        minimum=column(lambda p: p.shift.overtime.minimum_minutes, 1),
        round_in=column(lambda p: p.shift.round_in.minutes, 1),
        round_in_offset=column(lambda p: p.shift.round_in.offset, 0),
        round_out=column(lambda p: p.shift.round_out.minutes, 1),
        round_out_offset=column(lambda p: p.shift.round_out.offset, 0),
        counts_before=switch(lambda p: p.counts_before),
        counts_after=switch(lambda p: p.counts_after),
        in_only=switch(lambda p: p.in_only),
        rounds=switch(lambda p: max(p.shift.round_in.minutes, p.shift.round_out.minutes) > 1),
        has_core=switch(lambda p: p.core_end != FAR),
        unpaid_breaks=columns_of_spans([part.breaks for part in parts]),
        night_windows=columns_of_spans([part.nights for part in parts], without_shift=NATIONAL_NIGHTS),
        night_breaks=columns_of_spans([part.night_breaks for part in parts]),
    )


def _parts(shift: Shift) -> list[_Part]:
    last = len(shift.parts) - 1
    cuts = (-FAR, *shift.cuts)
    return [
        _Part(shift, segment, cut, is_first=place == 0, is_last=place == last)
        for place, (segment, cut) in enumerate(zip(shift.parts, cuts))
    ]


def columns_of_spans(
    per_row: list[list[tuple[int, int]]],
    without_shift: Sequence[tuple[int, int]] = (),
    fill: tuple[int, int] = (0, 0),
) -> tuple[Spans, ...]:
    """Turn lists of spans per row into columns, one `Spans` for the first of every row, one for the second, …"""
    rows = [*per_row, list(without_shift)]
    depth = max(map(len, rows))
    padded = [row + [fill] * (depth - len(row)) for row in rows]
    table = np.array(padded, dtype=np.int32).reshape(len(rows), depth, 2)
    return tuple(Spans(table[:, place, 0].copy(), table[:, place, 1].copy()) for place in range(depth))
