"""Shifts 班次: when somebody is due, which punches belong to it, and how lateness and overtime are counted.

All positions are minutes of the day the shift belongs to (22:00 = 1320, 06:00 of the next day = 1800). A shift belongs
to the day it starts on, also when it ends on the next. One that starts after midnight may belong to the day before
(跨零点班前置): 00:00 is then 1440.
"""

from dataclasses import dataclass, field
from functools import cached_property

from attendance.rules.shift_parts import (
    NOON_AFTER,
    Break,
    Flex,
    LateStart,
    LengthBreak,
    NightWindow,
    OvertimePolicy,
    PunchMode,
    Rounding,
    Segment,
    require,
    taken_off,
)

DAY_MINUTES = 1440
# A window reaches at most from noon of the day before to noon of the day after. So the windows of a person can only
# meet those of the neighbouring days, and the engine never has to look further.
WINDOW_FIRST_MINUTE = -720
WINDOW_LAST_MINUTE = NOON_AFTER
MOST_SEGMENTS = 12
__all__ = [
    "Break", "Flex", "LateStart", "LengthBreak", "NightWindow", "OvertimePolicy", "PunchMode", "Rounding", "Segment",
    "Shift",
]  # fmt: skip


@dataclass(frozen=True)
class Shift:
    """One shift. ValueError with a readable text where the times contradict each other.

    * Punches count from `window_before_minutes` before the start until `window_after_minutes` after the end, both
      included: who has a window of nothing may still go in the minute in which the shift ends.
    * Late counts from the start (flexible: from the latest start) once the grace is passed, then in full; early alike.
    * Time before the start or after the end is work only on the sides where the overtime policy counts it.
    * Punches less than `duplicate_minutes` apart, with no other in the window, are one punch.
    * `night_shift` makes a day worked on this shift count as a night shift (夜班次数); it has nothing to do with how
      many minutes of it lie in the night window.
    * `segments` (none: one from start to end) are the stretches in which work is due; `punches` says which punches
      they ask for. Each has its own lateness and early leave unless first and last punch are enough.
    * `length_breaks` take time off by the length worked; `round_in` and `round_out` round the times that work is
      counted from and to, lateness and early leave go by the punch itself.
    * `late_starts` (晚走晚到): who left late the day before may come later without being late.
    * `open_due_minutes` makes the shift open: start and end only bound the day, nobody is late or leaves early, and
      so many minutes are due.
    * `alternatives`: codes of shifts that may have been worked instead; the punches decide, see `shift_choice`.
    * Worked minutes below `half_absent_below_minutes` make half a day absent, below `absent_below_minutes` all of it.
    """

    code: str
    start_minute: int
    end_minute: int
    breaks: tuple[Break, ...] = ()
    window_before_minutes: int = 120
    window_after_minutes: int = 240
    late_grace_minutes: int = 0
    early_grace_minutes: int = 0
    flex: Flex | None = None
    overtime: OvertimePolicy = field(default_factory=OvertimePolicy)
    night: NightWindow = field(default_factory=NightWindow)
    night_shift: bool = False
    duplicate_minutes: int = 1
    segments: tuple[Segment, ...] = ()
    punches: PunchMode = PunchMode.FIRST_LAST
    length_breaks: tuple[LengthBreak, ...] = ()
    round_in: Rounding = field(default_factory=Rounding)
    round_out: Rounding = field(default_factory=Rounding)
    late_starts: tuple[LateStart, ...] = ()
    open_due_minutes: int | None = None
    alternatives: tuple[str, ...] = ()
    half_absent_below_minutes: int = 0
    absent_below_minutes: int = 0

    def __post_init__(self) -> None:
        self._check_times()
        self._check_segments()
        self._check_window()
        self._check_breaks()
        self._check_rules()

    @property
    def is_open(self) -> bool:
        return self.open_due_minutes is not None

    @property
    def earliest_minute(self) -> int:
        """First minute that counts as due work: the start, or the begin of the flexible band."""
        return self.flex.earliest_minute if self.flex else self.start_minute

    @property
    def latest_minute(self) -> int:
        """Last minute at which nobody is late yet: the start, or the end of the flexible band."""
        return self.flex.latest_minute if self.flex else self.start_minute

    @property
    def span_minutes(self) -> int:
        """From start to end, breaks included."""
        return self.end_minute - self.start_minute

    @cached_property
    def parts(self) -> tuple[Segment, ...]:
        """The segments that punches are matched to: one where first and last punch are enough."""
        if self.segments and self.punches != PunchMode.FIRST_LAST:
            return self.segments
        return (Segment(self.start_minute, self.end_minute),)

    @cached_property
    def unpaid_breaks(self) -> tuple[Break, ...]:
        """Unpaid breaks, and the gaps between segments where first and last punch are enough, in order."""
        gaps = self.segments if len(self.parts) < len(self.segments) else ()
        between = [Break(left.end_minute, right.start_minute) for left, right in zip(gaps, gaps[1:])]
        unpaid = [*(item for item in self.breaks if not item.paid), *between]
        return tuple(sorted(unpaid, key=lambda item: item.start_minute))

    @cached_property
    def due_minutes(self) -> int:
        """Net minutes due on a day: the segments without unpaid breaks, or what an open shift asks for."""
        if self.open_due_minutes is not None:
            return self.open_due_minutes
        net = sum(part.minutes for part in self.parts) - sum(item.minutes for item in self.unpaid_breaks)
        return net - taken_off(self.length_breaks, net)

    @property
    def window(self) -> tuple[int, int]:
        """[first, end) minutes of the day in which punches belong to this shift; noon after is never one of them."""
        last = self.end_minute + self.window_after_minutes
        return self.start_minute - self.window_before_minutes, min(last + 1, WINDOW_LAST_MINUTE)

    @property
    def cuts(self) -> tuple[int, ...]:
        """First minutes of the windows of all parts but the first.

        In and out: the edge that is nearer, in the middle the earlier, as between two days. In only: the window before
        a lesson, but not before the middle of the lesson ahead of it.
        """
        pairs = list(zip(self.parts, self.parts[1:]))
        if self.punches == PunchMode.SEGMENT_STARTS:
            return tuple(
                max(right.start_minute - self.window_before_minutes, (left.start_minute + left.end_minute) // 2 + 1)
                for left, right in pairs
            )
        return tuple(left.end_minute + (right.start_minute - left.end_minute) // 2 + 1 for left, right in pairs)

    def _check_times(self) -> None:
        self._require(bool(self.code), "a shift needs a code")
        on_its_day = 0 <= self.start_minute < WINDOW_LAST_MINUTE
        self._require(on_its_day, "must start on its own day, or before noon of the next")
        self._require(self.start_minute < self.end_minute, "must end after it starts")
        self._require(self.span_minutes <= DAY_MINUTES, "must not last longer than 24 hours")
        graces = (self.late_grace_minutes, self.early_grace_minutes)
        self._require(min(graces) >= 0, "grace minutes must not be negative")
        self._require(self.duplicate_minutes >= 1, "duplicate_minutes must be at least one")
        least = (self.half_absent_below_minutes, self.absent_below_minutes)
        self._require(min(least) >= 0, "the least working times must not be negative")

    def _check_segments(self) -> None:
        if not self.segments:
            return
        self._require(len(self.segments) <= MOST_SEGMENTS, f"must not have more than {MOST_SEGMENTS} segments")
        pairs = zip(self.segments, self.segments[1:])
        apart = all(left.end_minute <= right.start_minute for left, right in pairs)
        self._require(apart, "segments must be in order and must not overlap")
        bounds = (self.segments[0].start_minute, self.segments[-1].end_minute)
        self._require(bounds == (self.start_minute, self.end_minute), "segments must begin and end with the shift")
        self._require(self.flex is None, "a flexible shift has one segment")

    def _check_window(self) -> None:
        first, end = self.window
        reach = (self.window_before_minutes, self.window_after_minutes)
        self._require(min(reach) >= 0, "the punch window must not be shorter than the shift")
        inside = first >= WINDOW_FIRST_MINUTE and self.end_minute + self.window_after_minutes <= WINDOW_LAST_MINUTE
        self._require(inside, "the punch window must lie between noon of the day before and noon of the day after")
        band_inside = first <= self.earliest_minute and self.latest_minute + self.span_minutes <= end
        self._require(band_inside, "the flexible band must lie inside the punch window")
        nominal_inside = self.earliest_minute <= self.start_minute <= self.latest_minute
        self._require(nominal_inside, "the nominal start must lie in the flexible band")

    def _check_breaks(self) -> None:
        """Breaks lie in the part of the day that is due for everybody, so overtime never contains one."""
        end = self.earliest_minute
        for item in self.breaks:
            self._require(item.start_minute >= end, "breaks must be in order, apart, and not before the start")
            end = item.end_minute
        self._require(end <= self.earliest_minute + self.span_minutes, "breaks must end before the earliest end")
        within = all(any(part.holds(item) for part in self.segments) for item in self.breaks if self.segments)
        self._require(within, "every break must lie inside one segment")
        self._require(self.due_minutes > 0, "must have working time beside its breaks")
        bounds = [item.above_minutes for item in self.length_breaks]
        self._require(bounds == sorted(set(bounds)), "breaks by length worked must ascend")

    def _check_rules(self) -> None:
        if self.flex and self.flex.core_end_minute is not None:
            inside = self.flex.core_end_minute <= self.earliest_minute + self.span_minutes
            self._require(inside, "core hours must end before the earliest end")
        bounds = [item.left_from_minute for item in self.late_starts]
        self._require(bounds == sorted(set(bounds)), "late starts must ascend by the time left")
        inside = all(self.latest_minute < item.start_until_minute < self.end_minute for item in self.late_starts)
        self._require(inside, "a late start must lie between the latest start and the end")
        if self.is_open:
            plain = not (self.flex or self.segments or self.late_starts or self.alternatives)
            self._require(plain, "an open shift has no flexible band, segments, late starts or alternatives")
            self._require(self.punches != PunchMode.SEGMENT_STARTS, "an open shift needs a punch out")
        self._require(self.code not in self.alternatives, "a shift is no alternative to itself")

    def _require(self, holds: bool, text: str) -> None:
        require(holds, f"shift {self.code!r}: {text}")
