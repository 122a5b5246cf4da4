"""The parts that a shift is made of: segments, breaks, flexible band, rounding, overtime and night."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

NOON_AFTER = 2160


class PunchMode(IntEnum):
    """Which punches a shift asks for."""

    FIRST_LAST = 0  # in and out once; the gaps between segments are unpaid
    EACH_SEGMENT = 1  # in and out of every segment
    SEGMENT_STARTS = 2  # in at every segment (lessons), never out: it counts to its end


class RoundingDirection(IntEnum):
    NEAREST = 0  # the middle goes up
    UP = 1
    DOWN = 2


class OvertimeSource(IntEnum):
    """What overtime rests on."""

    BY_PUNCH = 0
    BY_APPROVAL = 1  # what was approved, whatever the punches say
    SMALLER = 2  # the smaller of the two; without approval none


@dataclass(frozen=True, slots=True)
class Break:
    """A break at fixed times, [start, end). Unpaid minutes are taken off where somebody was at work during them."""

    start_minute: int
    end_minute: int
    paid: bool = False

    def __post_init__(self) -> None:
        require(self.start_minute < self.end_minute, "a break must end after it starts")

    @property
    def minutes(self) -> int:
        return self.end_minute - self.start_minute


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a shift in which work is due, [start, end)."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        require(self.start_minute < self.end_minute, "a segment must end after it starts")

    @property
    def minutes(self) -> int:
        return self.end_minute - self.start_minute

    def holds(self, item: Break) -> bool:
        return self.start_minute <= item.start_minute and item.end_minute <= self.end_minute


@dataclass(frozen=True, slots=True)
class LengthBreak:
    """An unpaid break by length worked: so many minutes off of what was worked above the bound, beside fixed breaks.

    Never more than what lies above the bound, so that who works a minute longer never has less.
    """

    above_minutes: int
    minutes: int

    def __post_init__(self) -> None:
        require(self.above_minutes >= 0, "a break by length worked needs a bound that is not negative")
        require(self.minutes >= 1, "a break by length worked must have at least one minute")


def taken_off(breaks: Sequence[LengthBreak], worked: int) -> int:
    """Minutes that the highest bound reached takes off so many worked minutes."""
    reached = [item for item in breaks if worked > item.above_minutes]
    return min(reached[-1].minutes, worked - reached[-1].above_minutes) if reached else 0


@dataclass(frozen=True, slots=True)
class Flex:
    """The band in which a flexible day may start; the end moves along, the length of the day stays.

    With core hours nobody may leave before `core_end_minute`, and who leaves later with too few hours has short
    minutes instead of an early leave.
    """

    earliest_minute: int
    latest_minute: int
    core_end_minute: int | None = None

    def __post_init__(self) -> None:
        require(self.earliest_minute <= self.latest_minute, "the flexible band must end after it begins")
        end = self.core_end_minute
        require(end is None or end > self.latest_minute, "core hours must end after the latest start")


@dataclass(frozen=True, slots=True)
class Rounding:
    """To which minutes of the clock a time is rounded."""

    minutes: int = 1
    direction: RoundingDirection = RoundingDirection.NEAREST

    def __post_init__(self) -> None:
        require(1 <= self.minutes <= 60, "times must be rounded to 1 to 60 minutes")

    @property
    def offset(self) -> int:
        """What is added before rounding down."""
        offsets = {RoundingDirection.NEAREST: self.minutes // 2, RoundingDirection.UP: self.minutes - 1}
        return offsets.get(self.direction, 0)

    def apply(self, minute: int) -> int:
        return (minute + self.offset) // self.minutes * self.minutes


@dataclass(frozen=True, slots=True)
class LateStart:
    """晚走晚到: who left the day before at `left_from_minute` of that day or later may come until
    `start_until_minute`.
    """

    left_from_minute: int
    start_until_minute: int

    def __post_init__(self) -> None:
        require(0 < self.left_from_minute < NOON_AFTER, "a late leave must lie before noon of the next day")


@dataclass(frozen=True, slots=True)
class OvertimePolicy:
    """What of the time outside a shift counts: nothing below the minimum, then whole steps; on which side; and
    whether it needs approval.
    """

    step_minutes: int = 1
    minimum_minutes: int = 1
    before: bool = False
    after: bool = True
    source: OvertimeSource = OvertimeSource.BY_PUNCH

    def __post_init__(self) -> None:
        require(self.step_minutes >= 1, "the overtime step must be at least one minute")
        require(self.minimum_minutes >= 1, "the overtime minimum must be at least one minute")

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
        inside = 720 <= self.start_minute < self.end_minute <= NOON_AFTER
        require(inside, "the night window must lie between 12:00 and 12:00 of the next day")


def require(holds: bool, text: str) -> None:
    """ValueError with this text where it does not hold."""
    if not holds:
        raise ValueError(text)
