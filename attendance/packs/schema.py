"""Schema of the industry templates 行业模板 in `industries/*.yaml`.

A template that contradicts itself (unknown letters, shifts that `rules.shifts` refuses, facts without a column) does
not load. Times of the day are quoted texts `"HH:MM"`, with `+1` on the day after the start: YAML reads an unquoted
10:00 as the number 600.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from attendance.rules.rotations import Rotation
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import DAY_MINUTES, Break, Flex, OvertimePolicy, Shift
from attendance.rules.timesheets import TOTAL_COLUMNS

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(\+1)?")


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


class FlexPart(Part):
    earliest: MinuteOfDay
    latest: MinuteOfDay


class ShiftPart(Part):
    code: Code
    name: Text
    start: MinuteOfDay
    end: MinuteOfDay
    breaks: list[BreakPart] = []
    flex: FlexPart | None = None
    night_shift: bool = False


class PunchPart(Part):
    """Punch windows of all shifts of the template."""

    before_minutes: Minutes
    after_minutes: Minutes
    duplicate_minutes: Annotated[int, Field(ge=1, le=60)]


class LateTier(Part):
    """迟到阶梯: a late day counts in the highest tier whose bound it reaches."""

    from_minutes: Annotated[int, Field(ge=1)]
    name: Text


class LatenessPart(Part):
    late_grace_minutes: Minutes
    early_grace_minutes: Minutes
    tiers: list[LateTier]


class OvertimePart(Part):
    """`step` and `minimum` hold for all shifts and for days without a shift."""

    step_minutes: Annotated[int, Field(ge=1)]
    minimum_minutes: Annotated[int, Field(ge=1)]
    before: bool = False
    after: bool = True


class RegimePart(Part):
    """Work-hour regime 工时制; the comprehensive one adds hours up over a period."""

    kind: Literal["standard", "comprehensive", "flexible"]
    period: Literal["week", "month", "quarter", "year"] | None = None

    @model_validator(mode="after")
    def _period_only_when_added_up(self) -> Self:
        if (self.kind == "comprehensive") != (self.period is not None):
            raise ValueError("a comprehensive regime has a period, the others have none")
        return self


class CalendarPart(Part):
    working_weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    national: Literal["CN"] | None

    @property
    def weekday_numbers(self) -> frozenset[int]:
        """Monday = 0, as `CalendarLayers` takes them."""
        return frozenset(map(WEEKDAYS.index, self.working_weekdays))


class RotationPart(Part):
    """A cycle of one-letter days; `letters` says which shift each letter is, 休 is always rest."""

    code: Code
    name: Text
    letters: dict[str, Code]
    cycle: str
    crews: Annotated[int, Field(ge=1)]

    def build(self) -> Rotation:
        """The rotation for `rules.rotations`; ValueError for a letter without a shift."""
        shifts: dict[str, str | None] = {**self.letters, "休": None}
        unknown = set(self.cycle) - set(shifts)
        if unknown:
            raise ValueError(f"rotation {self.code!r}: letter {min(unknown)!r} has no shift")
        return Rotation(self.code, tuple(shifts[letter] for letter in self.cycle), self.crews)


class FixedPart(Part):
    """The same shift on every working day of the calendar."""

    code: Code
    name: Text
    shift: Code


class PayFact(Part):
    """A number that attendance hands to payroll: a column of the timesheet, or how often some shifts were worked."""

    code: Code
    name: Text
    unit: Literal["days", "times", "minutes", "hours"]
    column: str | None = None
    shifts: list[Code] = []

    @field_validator("column")
    @classmethod
    def _column_exists(cls, column: str | None) -> str | None:
        if column is not None and column not in TOTAL_COLUMNS:
            raise ValueError(f"the timesheet has no column {column!r}")
        return column

    @model_validator(mode="after")
    def _one_origin_in_its_unit(self) -> Self:
        if (self.column is None) == (not self.shifts):
            raise ValueError(f"pay fact {self.code!r} needs either a column or shifts")
        is_time = (self.column or "").endswith("_minutes")
        if is_time != (self.unit in ("minutes", "hours")):
            raise ValueError(f"pay fact {self.code!r}: unit {self.unit!r} does not fit its column")
        return self


class PayFacts(Part):
    """The facts that every template feeds, `pay_facts.yaml`."""

    facts: list[PayFact]


class Pack(Part):
    """One industry template."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    name: Text
    description: Text
    source: Text
    confidence: Literal["low", "medium", "high"]
    regime: RegimePart
    calendar: CalendarPart
    punches: PunchPart
    lateness: LatenessPart
    overtime: OvertimePart
    shifts: list[ShiftPart] = Field(min_length=1)
    rotations: list[RotationPart]
    fixed: list[FixedPart]
    default_roster: Code
    shift_facts: list[PayFact]
    kpis: list[Text]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        codes = self.build_table().codes
        rosters = [part.code for part in self.rotations] + [part.code for part in self.fixed]
        used = [shift for part in self.rotations for shift in part.build().cycle if shift]
        used += [part.shift for part in self.fixed]
        used += [shift for fact in self.shift_facts for shift in fact.shifts]
        _require_known("shift", used, codes)
        _require_known("roster", [self.default_roster], rosters)
        for name, names in (("roster", rosters), ("fact", [fact.code for fact in self.shift_facts])):
            if len(set(names)) != len(names):
                raise ValueError(f"{name} codes must be unique")
        return self

    def build_shifts(self) -> tuple[Shift, ...]:
        """The shifts for the rules, in the order of the template."""
        return tuple(map(self._build_shift, self.shifts))

    def build_table(self) -> ShiftTable:
        """The compiled shifts; a shift's place in it is its place in the template."""
        return compile_shifts(self.build_shifts(), self.off_roster_policy)

    def build_rotations(self) -> tuple[Rotation, ...]:
        """The rotations for the rules, in the order of the template."""
        return tuple(part.build() for part in self.rotations)

    @property
    def overtime_policy(self) -> OvertimePolicy:
        """Overtime on days with a shift."""
        part = self.overtime
        return OvertimePolicy(part.step_minutes, part.minimum_minutes, part.before, part.after)

    @property
    def off_roster_policy(self) -> OvertimePolicy:
        """Overtime on days without a shift: there is no before or after."""
        return OvertimePolicy(self.overtime.step_minutes, self.overtime.minimum_minutes)

    def _build_shift(self, part: ShiftPart) -> Shift:
        return Shift(
            code=part.code,
            start_minute=part.start,
            end_minute=part.end,
            breaks=tuple(Break(item.start, item.end, item.paid) for item in part.breaks),
            window_before_minutes=self.punches.before_minutes,
            window_after_minutes=self.punches.after_minutes,
            late_grace_minutes=self.lateness.late_grace_minutes,
            early_grace_minutes=self.lateness.early_grace_minutes,
            flex=Flex(part.flex.earliest, part.flex.latest) if part.flex else None,
            overtime=self.overtime_policy,
            night_shift=part.night_shift,
            duplicate_minutes=self.punches.duplicate_minutes,
        )


def _require_known(what: str, used: list[str], known: list[str] | tuple[str, ...]) -> None:
    unknown = sorted(set(used) - set(known))
    if unknown:
        raise ValueError(f"no {what} {unknown[0]!r}")
