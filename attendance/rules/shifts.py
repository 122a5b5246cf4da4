"""Shifts 班次: when somebody is due, which punches belong to it, and how lateness and overtime are counted.

All positions are minutes of the day the shift starts on (22:00 = 1320, 06:00 of the next day = 1800). A shift belongs
to the day it starts on, also when it ends on the next.
"""

from dataclasses import dataclass, field

DAY_MINUTES = 1440
# A window reaches at most from noon of the day before to noon of the day after. So the windows of a person can only
# meet those of the neighbouring days, and the engine never has to look further.
WINDOW_FIRST_MINUTE = -720
WINDOW_LAST_MINUTE = 2160


@dataclass(frozen=True, slots=True)
class Break:
    """A break at fixed times, [start, end). Unpaid minutes are taken off where somebody was at work during them."""

    start_minute: int
    end_minute: int
    paid: bool = False

    def __post_init__(self) -> None:
        _require(self.start_minute < self.end_minute, "a break must end after it starts")


@dataclass(frozen=True, slots=True)
class Flex:
    """The band in which a flexible day may start; the end moves along, the length of the day stays."""

    earliest_minute: int
    latest_minute: int

    def __post_init__(self) -> None:
        _require(self.earliest_minute <= self.latest_minute, "the flexible band must end after it begins")


@dataclass(frozen=True, slots=True)
class OvertimePolicy:
    """What of the time outside a shift counts: nothing below the minimum, then whole steps; on which side."""

    step_minutes: int = 1
    minimum_minutes: int = 1
    before: bool = False
    after: bool = True

    def __post_init__(self) -> None:
        _require(self.step_minutes >= 1, "the overtime step must be at least one minute")
        _require(self.minimum_minutes >= 1, "the overtime minimum must be at least one minute")

    def credit(self, minutes: int) -> int:
        """Overtime credited for so many minutes outside the shift."""
        if minutes < self.minimum_minutes:
            return 0
        return minutes // self.step_minutes * self.step_minutes


@dataclass(frozen=True, slots=True)
class NightWindow:
    """The hours that count as night, [start, end) between noon and noon of the next day."""

    start_minute: int = 22 * 60
    end_minute: int = 30 * 60

    def __post_init__(self) -> None:
        inside = 720 <= self.start_minute < self.end_minute <= WINDOW_LAST_MINUTE
        _require(inside, "the night window must lie between 12:00 and 12:00 of the next day")


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift. ValueError with a readable text where the times contradict each other.

    * Punches count in [start - window before, end + window after).
    * Late counts from the start (flexible: from the latest start) once the grace is passed, then in full; early alike.
    * Time before the start or after the end is work only on the sides where the overtime policy counts it.
    * Punches less than `duplicate_minutes` apart, with no other in the window, are one punch.
    * `night_shift` makes a day worked on this shift count as a night shift (夜班次数); it has nothing to do with how
      many minutes of it lie in the night window.
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

    def __post_init__(self) -> None:
        self._check_times()
        self._check_window()
        self._check_breaks()

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

    @property
    def unpaid_breaks(self) -> tuple[Break, ...]:
        return tuple(item for item in self.breaks if not item.paid)

    @property
    def due_minutes(self) -> int:
        """Net minutes due on a day: the span without unpaid breaks."""
        return self.span_minutes - sum(item.end_minute - item.start_minute for item in self.unpaid_breaks)

    @property
    def window(self) -> tuple[int, int]:
        """[first, end) minutes of the day in which punches belong to this shift."""
        return self.start_minute - self.window_before_minutes, self.end_minute + self.window_after_minutes

    def _check_times(self) -> None:
        self._require(bool(self.code), "a shift needs a code")
        self._require(0 <= self.start_minute < DAY_MINUTES, "must start on its own day")
        self._require(self.start_minute < self.end_minute, "must end after it starts")
        self._require(self.span_minutes <= DAY_MINUTES, "must not last longer than 24 hours")
        graces = (self.late_grace_minutes, self.early_grace_minutes)
        self._require(min(graces) >= 0, "grace minutes must not be negative")
        self._require(self.duplicate_minutes >= 1, "duplicate_minutes must be at least one")

    def _check_window(self) -> None:
        first, end = self.window
        reach = (self.window_before_minutes, self.window_after_minutes)
        self._require(min(reach) >= 0, "the punch window must not be shorter than the shift")
        inside = first >= WINDOW_FIRST_MINUTE and end <= WINDOW_LAST_MINUTE
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
        self._require(self.due_minutes > 0, "must have working time beside its breaks")

    def _require(self, holds: bool, text: str) -> None:
        _require(holds, f"shift {self.code!r}: {text}")


def _require(holds: bool, text: str) -> None:
    if not holds:
        raise ValueError(text)
