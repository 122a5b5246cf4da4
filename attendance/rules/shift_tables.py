"""Shifts as columns, so that the day engine can look up every rule of every row at once.

Places of the parts of shifts, which punches are matched to, are in `segment_tables`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.lateness import LatenessPolicy
from attendance.rules.segment_tables import (
    FAR,
    Minutes,
    SegmentTable,
    Spans,
    Switches,
    build_segments,
    columns_of_spans,
)
from attendance.rules.shifts import DAY_MINUTES, OvertimePolicy, Shift

OFF_ROSTER_POLICY = OvertimePolicy()
PUNCTUAL = LatenessPolicy()


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """One row per shift in the order given, and a last row for days without a shift (place -1 finds it).

    The row without a shift takes the calendar day as its window, knows neither late nor early nor break, and counts
    all time between the first and the last punch. first_segment, segment_count: the parts in `segments`.
    length_breaks, late_starts: (bound, minutes) and (left from, start until) as spans, one for the first of every
    shift, one for the second, …; FAR where a shift has none.
    """

    codes: tuple[str, ...]
    shifts: tuple[Shift, ...]
    off_roster: OvertimePolicy
    lateness: LatenessPolicy
    segments: SegmentTable
    first_segment: npt.NDArray[np.int64]
    segment_count: npt.NDArray[np.int64]
    window_start: Minutes
    window_end: Minutes
    start: Minutes
    end: Minutes
    due: Minutes
    step: Minutes
    minimum: Minutes
    source: Minutes
    half_absent_below: Minutes
    absent_below: Minutes
    open_overtime: Switches
    owes_hours: Switches
    night_shift: Switches
    has_late_starts: Switches
    has_alternatives: Switches
    length_breaks: tuple[Spans, ...]
    late_starts: tuple[Spans, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def is_split(self) -> bool:
        """Whether punches of some shift are matched to more than one segment."""
        return bool((self.segment_count > 1).any())

    def index(self, code: str) -> int:
        """Place of a shift by its code; ValueError for an unknown one."""
        if code not in self.codes:
            raise ValueError(f"no shift {code!r}")
        return self.codes.index(code)


def compile_shifts(
    shifts: Sequence[Shift], off_roster: OvertimePolicy = OFF_ROSTER_POLICY, lateness: LatenessPolicy = PUNCTUAL
) -> ShiftTable:
    """Columns of the shifts. `off_roster` says how time on a day without a shift becomes overtime."""
    codes = tuple(shift.code for shift in shifts)
    _require_codes(shifts, codes)

    def column(of: Callable[[Shift], int], without_shift: int) -> Minutes:
        return np.array([*map(of, shifts), without_shift], dtype=np.int32)

    def switch(of: Callable[[Shift], bool]) -> Switches:
        return np.array([*map(of, shifts), False], dtype=np.bool_)

    count = np.array([*(len(shift.parts) for shift in shifts), 1], dtype=np.int64)
    return ShiftTable(
        codes=codes,
        shifts=tuple(shifts),
        off_roster=off_roster,
        lateness=lateness,
        segments=build_segments(shifts),
        first_segment=np.cumsum(count) - count,
        segment_count=count,
        window_start=column(lambda s: s.window[0], 0),
        window_end=column(lambda s: s.window[1], DAY_MINUTES),
        start=column(lambda s: s.start_minute, 0),
        end=column(lambda s: s.end_minute, DAY_MINUTES),
        due=column(lambda s: s.due_minutes, 0),
        step=column(lambda s: s.overtime.step_minutes, off_roster.step_minutes),
        minimum=column(lambda s: s.overtime.minimum_minutes, off_roster.minimum_minutes),
        source=column(lambda s: s.overtime.source, off_roster.source),
        half_absent_below=column(lambda s: s.half_absent_below_minutes, 0),
        absent_below=column(lambda s: s.absent_below_minutes, 0),
        open_overtime=switch(lambda s: s.is_open and s.overtime.after),
        owes_hours=switch(lambda s: s.is_open or (s.flex is not None and s.flex.core_end_minute is not None)),
        night_shift=switch(lambda s: s.night_shift),
        has_late_starts=switch(lambda s: bool(s.late_starts)),
        has_alternatives=switch(lambda s: bool(s.alternatives)),
        length_breaks=columns_of_spans(
            [[(item.above_minutes, item.minutes) for item in shift.length_breaks] for shift in shifts], fill=(FAR, 0)
        ),
        late_starts=columns_of_spans(
            [[(item.left_from_minute, item.start_until_minute) for item in s.late_starts] for s in shifts],
            fill=(FAR, -FAR),
        ),
    )


def _require_codes(shifts: Sequence[Shift], codes: Sequence[str]) -> None:
    if len(set(codes)) != len(codes):
        raise ValueError("shift codes must be unique")
    by_code = dict(zip(codes, shifts))
    for shift in shifts:
        for code in shift.alternatives:
            if code not in by_code or by_code[code].is_open:
                raise ValueError(f"shift {shift.code!r}: {code!r} cannot be an alternative")
