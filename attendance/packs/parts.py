"""What shifts of an industry template look like in YAML, and the types that all parts of a template share.

Times of the day are quoted texts `"HH:MM"`, with `+1` on the day after the one the shift belongs to: YAML reads an
unquoted 10:00 as the number 600.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from attendance.rules.shift_parts import (
    Break,
    Flex,
    LateStart,
    LengthBreak,
    OvertimePolicy,
    OvertimeSource,
    PunchMode,
    Rounding,
    RoundingDirection,
    Segment,
)
from attendance.rules.shifts import DAY_MINUTES

TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(\+1)?")
SOURCES = {
    "punch": OvertimeSource.BY_PUNCH,
    "approval": OvertimeSource.BY_APPROVAL,
    "smaller": OvertimeSource.SMALLER,
}


def minute_of_text(text: object) -> int:
    """Minutes of `"HH:MM"` or `"HH:MM+1"`; 24:00 is the end of the day."""
    found = TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f'a time must be a quoted text like "22:00" or "06:00+1", not {text!r}')
    hours, minutes, next_day = found.groups()
    return int(hours) * 60 + int(minutes) + (DAY_MINUTES if next_day else 0)


MinuteOfDay = Annotated[int, BeforeValidator(minute_of_text)]
Minutes = Annotated[int, Field(ge=0, le=DAY_MINUTES)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=32)]


class Part(BaseModel):
    """Strict and frozen: an unknown or misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(Part):
    """What a person reads, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class BreakPart(Part):
    start: MinuteOfDay
    end: MinuteOfDay
    paid: bool = False

    def build(self) -> Break:
        return Break(self.start, self.end, self.paid)


class SegmentPart(Part):
    """One stretch of a shift in which work is due: 两头班, split days, lessons."""

    start: MinuteOfDay
    end: MinuteOfDay

    def build(self) -> Segment:
        return Segment(self.start, self.end)


class LengthBreakPart(Part):
    """Minutes taken off where more than `above` were worked."""

    above_minutes: Minutes
    minutes: Annotated[int, Field(ge=1)]

    def build(self) -> LengthBreak:
        return LengthBreak(self.above_minutes, self.minutes)


class FlexPart(Part):
    """The band of the start; `core_end`: nobody leaves before."""

    earliest: MinuteOfDay
    latest: MinuteOfDay
    core_end: MinuteOfDay | None = None

    def build(self) -> Flex:
        return Flex(self.earliest, self.latest, self.core_end)


class LateStartPart(Part):
    """晚走晚到: who left that late the day before may start that late."""

    left_from: MinuteOfDay
    start_until: MinuteOfDay

    def build(self) -> LateStart:
        return LateStart(self.left_from, self.start_until)


class RoundingPart(Part):
    minutes: Annotated[int, Field(ge=1, le=60)]
    direction: Literal["nearest", "up", "down"]

    def build(self) -> Rounding:
        return Rounding(self.minutes, RoundingDirection[self.direction.upper()])


class ShiftPart(Part):
    """One shift; `rules.shifts.Shift` says what each field means.

    `segments` stand for `start` and `end`, which are then left out. `open_hours`: an open shift with so many hours due.
    """

    code: Code
    name: Text
    start: MinuteOfDay = -1
    end: MinuteOfDay = -1
    segments: list[SegmentPart] = []
    punches: Literal["first_last", "each_segment", "segment_starts"] = "first_last"
    breaks: list[BreakPart] = []
    length_breaks: list[LengthBreakPart] = []
    flex: FlexPart | None = None
    late_starts: list[LateStartPart] = []
    round_in: RoundingPart | None = None
    round_out: RoundingPart | None = None
    open_hours: Annotated[int, Field(ge=1, le=24)] | None = None
    alternatives: list[Code] = []
    half_absent_below_minutes: Minutes = 0
    absent_below_minutes: Minutes = 0
    night_shift: bool = False

    @model_validator(mode="after")
    def _times_once(self) -> Self:
        times = (self.start >= 0) + (self.end >= 0)
        if times != (0 if self.segments else 2):
            raise ValueError("a shift has either a start and an end or segments")
        if self.punches != "first_last" and not self.segments:
            raise ValueError("only a shift with segments can ask for punches in each of them")
        return self

    @property
    def bounds(self) -> tuple[int, int]:
        """[start, end) of the whole shift."""
        if self.segments:
            return self.segments[0].start, self.segments[-1].end
        return self.start, self.end

    @property
    def punch_mode(self) -> PunchMode:
        return PunchMode[self.punches.upper()]


class PunchPart(Part):
    """Punch windows of all shifts of the template, and how often a month somebody may ask for a missing punch."""

    before_minutes: Minutes
    after_minutes: Minutes
    duplicate_minutes: Annotated[int, Field(ge=1, le=60)]
    corrections_per_month: Annotated[int, Field(ge=0, le=31)] = 3


class LateTier(Part):
    """迟到阶梯: a late day counts in the highest tier whose bound it reaches, and may make half days absent."""

    from_minutes: Annotated[int, Field(ge=1)]
    absent_half_days: Annotated[int, Field(ge=0, le=2)] = 0
    name: Text


class FreeTimes(Part):
    """每月免责: so many late days of at most so many minutes stay without consequence."""

    times_per_month: Annotated[int, Field(ge=1, le=31)]
    minutes: Annotated[int, Field(ge=1)]


class LatenessPart(Part):
    late_grace_minutes: Minutes
    early_grace_minutes: Minutes
    tiers: list[LateTier]
    free_times: FreeTimes | None = None


class TimeOffPart(Part):
    """调休: overtime that may be taken as time off instead of pay. On statutory holidays the law does not allow it."""

    for_kinds: list[Literal["weekday", "rest_day"]] = Field(min_length=1)
    rate_percent: Annotated[int, Field(ge=100, le=300)] = 100
    expires_after_months: Annotated[int, Field(ge=1, le=24)]


class OvertimePart(Part):
    """`step` and `minimum` hold for all shifts and for days without a shift; `basis`: what overtime rests on."""

    step_minutes: Annotated[int, Field(ge=1)]
    minimum_minutes: Annotated[int, Field(ge=1)]
    before: bool = False
    after: bool = True
    basis: Literal["punch", "approval", "smaller"] = "punch"
    time_off: TimeOffPart | None = None

    @property
    def on_shift(self) -> OvertimePolicy:
        """Overtime on days with a shift."""
        return OvertimePolicy(self.step_minutes, self.minimum_minutes, self.before, self.after, SOURCES[self.basis])

    @property
    def off_roster(self) -> OvertimePolicy:
        """Overtime on days without a shift: there is no before or after."""
        return OvertimePolicy(self.step_minutes, self.minimum_minutes, source=SOURCES[self.basis])
