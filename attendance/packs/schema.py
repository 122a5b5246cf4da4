"""Schema of the industry templates 行业模板 in `industries/*.yaml`.

A template that contradicts itself (unknown letters, shifts that `rules.shifts` refuses, facts without a column) does
not load. How to write one: docs/attendance_packs.md.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from attendance.packs.parts import Code, LatenessPart, OvertimePart, Part, PunchPart, ShiftPart, Text
from attendance.rules.rotations import Rotation
from attendance.rules.shift_parts import OvertimePolicy, Rounding
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import Shift
from attendance.rules.timesheets import TOTAL_COLUMNS

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Catalogue = Literal["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13"]
LeaveCode = Literal[
    "annual", "comp", "sick", "personal", "marriage", "maternity", "miscarriage", "paternity", "parental",
    "elderly_care", "breastfeeding", "bereavement", "work_injury", "travel", "home_visit", "school_break",
]  # fmt: skip


class RegimePart(Part):
    """Work-hour regime 工时制; the comprehensive one adds hours up over a period, part time is 非全日制."""

    kind: Literal["standard", "comprehensive", "flexible", "part_time"]
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
    """A cycle of one-letter days; `letters` says which shift each letter is, 休 is always rest.

    `regime`: where its people are under another one than the template's. `catalogue`: its number among the common ones.
    """

    code: Code
    name: Text
    letters: dict[str, Code]
    cycle: str
    crews: Annotated[int, Field(ge=1)]
    catalogue: Catalogue | None = None
    regime: RegimePart | None = None

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
    regime: RegimePart | None = None


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


class KnownIssue(Part):
    """Where a template follows a practice that is not lawful by itself, and what an employer has to do about it.

    The lint holds these against what it finds: neither more nor fewer.
    """

    code: Literal["week_too_long", "day_too_long", "too_many_days"]
    roster: Code
    note: Text


class Pack(Part):
    """One industry template. heavy_labour: work of grade III and above, with a shorter longest day."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    name: Text
    description: Text
    source: Text
    confidence: Literal["low", "medium", "high"]
    regime: RegimePart
    heavy_labour: bool = False
    calendar: CalendarPart
    punches: PunchPart
    lateness: LatenessPart
    overtime: OvertimePart
    shifts: list[ShiftPart] = Field(min_length=1)
    rotations: list[RotationPart]
    fixed: list[FixedPart]
    default_roster: Code
    shift_facts: list[PayFact]
    leave_types: list[LeaveCode] = []
    kpis: list[Text]
    known_issues: list[KnownIssue] = []

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        codes = self.build_table().codes
        rosters = [part.code for part in self.rotations] + [part.code for part in self.fixed]
        used = [shift for part in self.rotations for shift in part.build().cycle if shift]
        used += [part.shift for part in self.fixed]
        used += [shift for fact in self.shift_facts for shift in fact.shifts]
        used += [shift for part in self.shifts for shift in part.alternatives]
        _require_known("shift", used, codes)
        _require_known("roster", [self.default_roster, *(issue.roster for issue in self.known_issues)], rosters)
        if self.overtime.time_off and "comp" not in self.leave_types:
            raise ValueError("time off in lieu needs the leave type comp")
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
    def off_roster_policy(self) -> OvertimePolicy:
        """Overtime on days without a shift."""
        return self.overtime.off_roster

    def _build_shift(self, part: ShiftPart) -> Shift:
        start, end = part.bounds
        return Shift(
            code=part.code,
            start_minute=start,
            end_minute=end,
            breaks=tuple(item.build() for item in part.breaks),
            window_before_minutes=self.punches.before_minutes,
            window_after_minutes=self.punches.after_minutes,
            late_grace_minutes=self.lateness.late_grace_minutes,
            early_grace_minutes=self.lateness.early_grace_minutes,
            flex=part.flex.build() if part.flex else None,
            overtime=self.overtime.on_shift,
            night_shift=part.night_shift,
            duplicate_minutes=self.punches.duplicate_minutes,
            segments=tuple(item.build() for item in part.segments),
            punches=part.punch_mode,
            length_breaks=tuple(item.build() for item in part.length_breaks),
            round_in=part.round_in.build() if part.round_in else Rounding(),
            round_out=part.round_out.build() if part.round_out else Rounding(),
            late_starts=tuple(item.build() for item in part.late_starts),
            open_due_minutes=part.open_hours * 60 if part.open_hours else None,
            alternatives=tuple(part.alternatives),
            half_absent_below_minutes=part.half_absent_below_minutes,
            absent_below_minutes=part.absent_below_minutes,
        )


def _require_known(what: str, used: list[str], known: list[str] | tuple[str, ...]) -> None:
    unknown = sorted(set(used) - set(known))
    if unknown:
        raise ValueError(f"no {what} {unknown[0]!r}")
