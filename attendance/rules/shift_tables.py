"""Shifts as columns, so that the day engine can look up every rule of every row at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.shifts import DAY_MINUTES, OvertimePolicy, Shift

Minutes = npt.NDArray[np.int32]
# Far outside every window, small enough that sums of several stay in int32.
FAR = 1 << 20
OFF_ROSTER_POLICY = OvertimePolicy()


@dataclass(frozen=True, slots=True)
class Spans:
    """One span per shift, [start, end); empty (0, 0) where a shift has none."""

    start: Minutes
    end: Minutes


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """One row per shift in the order given, and a last row for days without a shift (place -1 finds it).

    The row without a shift takes the calendar day as its window, knows neither late nor early nor break, and counts
    all time between the first and the last punch.
    """

    codes: tuple[str, ...]
    shifts: tuple[Shift, ...]
    off_roster: OvertimePolicy
    window_start: Minutes
    window_end: Minutes
    start: Minutes
    end: Minutes
    middle: Minutes
    earliest: Minutes
    latest: Minutes
    span: Minutes
    due: Minutes
    begin_floor: Minutes
    finish_slack: Minutes
    late_grace: Minutes
    early_grace: Minutes
    duplicate: Minutes
    step: Minutes
    minimum: Minutes
    counts_before: npt.NDArray[np.bool_]
    counts_after: npt.NDArray[np.bool_]
    night_shift: npt.NDArray[np.bool_]
    unpaid_breaks: tuple[Spans, ...]
    night_windows: tuple[Spans, ...]
    night_breaks: tuple[Spans, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def index(self, code: str) -> int:
        """Place of a shift by its code; ValueError for an unknown one."""
        if code not in self.codes:
            raise ValueError(f"no shift {code!r}")
        return self.codes.index(code)


def compile_shifts(shifts: Sequence[Shift], off_roster: OvertimePolicy = OFF_ROSTER_POLICY) -> ShiftTable:
    """Columns of the shifts. `off_roster` says how time on a day without a shift becomes overtime."""
    codes = tuple(shift.code for shift in shifts)
    if len(set(codes)) != len(codes):
        raise ValueError("shift codes must be unique")

    def column(of: Callable[[Shift], int], without_shift: int) -> Minutes:
        return np.array([*map(of, shifts), without_shift], dtype=np.int32)

    def switch(of: Callable[[Shift], bool]) -> npt.NDArray[np.bool_]:
        return np.array([*map(of, shifts), False], dtype=np.bool_)

    return ShiftTable(
        codes=codes,
        shifts=tuple(shifts),
        off_roster=off_roster,
        window_start=column(lambda s: s.window[0], 0),
        window_end=column(lambda s: s.window[1], DAY_MINUTES),
        start=column(lambda s: s.start_minute, 0),
        end=column(lambda s: s.end_minute, DAY_MINUTES),
        middle=column(lambda s: (s.start_minute + s.end_minute) // 2, FAR),
        earliest=column(lambda s: s.earliest_minute, -FAR),
        latest=column(lambda s: s.latest_minute, FAR),
        span=column(lambda s: s.span_minutes, 0),
        due=column(lambda s: s.due_minutes, 0),
        begin_floor=column(lambda s: -FAR if s.overtime.before else s.earliest_minute, -FAR),
        finish_slack=column(lambda s: FAR if s.overtime.after else 0, FAR),
        late_grace=column(lambda s: s.late_grace_minutes, 0),
        early_grace=column(lambda s: s.early_grace_minutes, 0),
        duplicate=column(lambda s: s.duplicate_minutes, 1),
        step=column(lambda s: s.overtime.step_minutes, off_roster.step_minutes),
        minimum=column(lambda s: s.overtime.minimum_minutes, off_roster.minimum_minutes),
        counts_before=switch(lambda s: s.overtime.before),
        counts_after=switch(lambda s: s.overtime.after),
        night_shift=switch(lambda s: s.night_shift),
        unpaid_breaks=_spans([_breaks(shift) for shift in shifts]),
        night_windows=_night_windows(shifts),
        night_breaks=_spans([_night_breaks(shift) for shift in shifts]),
    )


def _breaks(shift: Shift) -> list[tuple[int, int]]:
    return [(item.start_minute, item.end_minute) for item in shift.unpaid_breaks]


def _nights(shift: Shift) -> list[tuple[int, int]]:
    """The nights that a shift can touch: the one that ends in its morning and the one that follows."""
    start, end = shift.night.start_minute, shift.night.end_minute
    return [(start - DAY_MINUTES, end - DAY_MINUTES), (start, end)]


def _night_breaks(shift: Shift) -> list[tuple[int, int]]:
    """The parts of unpaid breaks that lie in the night."""
    parts = [
        (max(start, night_start), min(end, night_end))
        for start, end in _breaks(shift)
        for night_start, night_end in _nights(shift)
    ]
    return [(start, end) for start, end in parts if start < end]


def _night_windows(shifts: Sequence[Shift]) -> tuple[Spans, ...]:
    """Nights per shift. Without a shift no law names the night of the person, so the national 22:00-06:00 counts."""
    return _spans([_nights(shift) for shift in shifts], without_shift=[(-120, 360), (1320, 1800)])


def _spans(per_shift: list[list[tuple[int, int]]], without_shift: Sequence[tuple[int, int]] = ()) -> tuple[Spans, ...]:
    """Turn lists of spans per shift into columns, one `Spans` for the first of every shift, one for the second, …"""
    rows = [*per_shift, list(without_shift)]
    depth = max(map(len, rows))
    padded = [row + [(0, 0)] * (depth - len(row)) for row in rows]
    table = np.array(padded, dtype=np.int32).reshape(len(rows), depth, 2)
    return tuple(Spans(table[:, place, 0].copy(), table[:, place, 1].copy()) for place in range(depth))
