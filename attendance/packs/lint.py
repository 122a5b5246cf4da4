"""Template lint: proves that the rosters of a template keep to the limits of working time, or names where not.

Limits with their references are in `working_time_limits.yaml`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from attendance.packs.loader import PACKS, read_yaml
from attendance.packs.schema import Pack, Part, Text
from attendance.rules.shifts import DAY_MINUTES, Shift

Level = Literal["error", "warning"]
WEEKS_PER_MONTH = Fraction(365, 12 * 7)


class Limit(Part):
    value: int
    reference: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a template is not, or only under conditions, lawful."""

    code: str
    level: Level
    pack: str
    roster: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """The days of a roster as shifts, None for rest; it repeats without end."""

    pack: Pack
    roster: str
    days: tuple[Shift | None, ...]

    def finding(self, code: str, level: Level, limit: str, zh: str, en: str) -> Finding:
        """A finding of this roster with the reference of the limit behind it."""
        reference = limits()[limit].reference
        zh, en = f"{self.roster}：{zh}（{reference.zh}）", f"{self.roster}: {en} ({reference.en})"
        return Finding(f"attendance.pack.{code}", level, self.pack.code, self.roster, zh, en)


@cache
def limits() -> dict[str, Limit]:
    """Limits of working time by name."""
    return TypeAdapter(dict[str, Limit]).validate_python(read_yaml(PACKS / "working_time_limits.yaml"))


def lint_pack(pack: Pack) -> tuple[Finding, ...]:
    """Findings of all rosters of a template, in their order."""
    found: list[Finding] = []
    for cycle in _cycles(pack):
        for check in (_check_week, _check_days, _check_rest, _check_row_of_days):
            found.extend(check(cycle))
    return tuple(found)


def week_minutes(days: Sequence[Shift | None]) -> Fraction:
    """Average due minutes a week of an endless cycle."""
    return Fraction(sum(shift.due_minutes for shift in days if shift) * 7, len(days))


def _cycles(pack: Pack) -> Iterator[Cycle]:
    shifts = {shift.code: shift for shift in pack.build_shifts()}
    for rotation in pack.build_rotations():
        days = tuple(None if code is None else shifts[code] for code in rotation.cycle)
        yield Cycle(pack, rotation.code, days)
    for fixed in pack.fixed:
        works = pack.calendar.weekday_numbers
        yield Cycle(pack, fixed.code, tuple(shifts[fixed.shift] if day in works else None for day in range(7)))


def _check_week(cycle: Cycle) -> Iterator[Finding]:
    """More than the standard week is overtime: unlawful as a plan under the standard regime, else up to the cap."""
    standard = limits()["standard_week_minutes"].value
    most = standard + limits()["month_overtime_minutes"].value / WEEKS_PER_MONTH
    week, regime = week_minutes(cycle.days), cycle.pack.regime.kind
    hours = f"{float(week / 60):.1f}"
    if regime == "flexible" or week <= standard:
        return
    if regime == "comprehensive" and week <= most:
        zh = f"平均每周 {hours} 小时，周期内超过标准工时的部分按加班 150% 计"
        en = f"{hours} hours a week on average; what exceeds the standard in the period is overtime at 150 %"
        yield cycle.finding("week_over_standard", "warning", "standard_week_minutes", zh, en)
        return
    limit = "standard_week_minutes" if regime == "standard" else "month_overtime_minutes"
    zh, en = f"平均每周 {hours} 小时，超出上限", f"{hours} hours a week on average are too many"
    yield cycle.finding("week_too_long", "error", limit, zh, en)


def _check_days(cycle: Cycle) -> Iterator[Finding]:
    """Under the standard regime a planned day keeps to 8 hours; with overtime it may reach 11."""
    if cycle.pack.regime.kind != "standard":
        return
    standard = limits()["standard_day_minutes"].value
    most = standard + limits()["day_overtime_minutes"].value
    for shift in sorted({shift for shift in cycle.days if shift}, key=lambda shift: shift.code):
        if shift.due_minutes > standard:
            hours = f"{shift.due_minutes / 60:.1f}"
            level: Level = "error" if shift.due_minutes > most else "warning"
            zh, en = f"班次 {shift.code} 净工时 {hours} 小时", f"shift {shift.code} has {hours} hours net"
            yield cycle.finding("day_too_long", level, "day_overtime_minutes", zh, en)


def _check_rest(cycle: Cycle) -> Iterator[Finding]:
    """Rest between one shift and the next of the cycle, whose end joins its beginning."""
    least = limits()["rest_between_shifts_minutes"].value
    for first, second, rest in sorted(set(_rests(cycle.days))):
        if rest < least:
            hours = f"{rest / 60:.1f}"
            zh = f"班次 {first} 与下一班 {second} 之间仅休息 {hours} 小时"
            en = f"only {hours} hours of rest between shift {first} and the next, {second}"
            yield cycle.finding("rest_too_short", "error", "rest_between_shifts_minutes", zh, en)


def _rests(days: Sequence[Shift | None]) -> Iterator[tuple[str, str, int]]:
    worked = [(place, shift) for place, shift in enumerate([*days, *days]) if shift]
    for (day, shift), (next_day, following) in zip(worked, worked[1:], strict=False):
        rest = (next_day - day) * DAY_MINUTES + following.start_minute - shift.end_minute
        yield shift.code, following.code, rest


def _check_row_of_days(cycle: Cycle) -> Iterator[Finding]:
    most = limits()["consecutive_work_days"].value
    longest = _longest_row(cycle.days)
    if longest is None or longest > most:
        zh = "没有休息日" if longest is None else f"连续工作 {longest} 天"
        en = "no day of rest" if longest is None else f"{longest} working days in a row"
        yield cycle.finding("too_many_days", "error", "consecutive_work_days", zh, en)


def _longest_row(days: Sequence[Shift | None]) -> int | None:
    """Most working days in a row of the endless cycle, None where it has no rest at all."""
    if all(days):
        return None
    row = longest = 0
    for shift in (*days, *days):
        row = row + 1 if shift else 0
        longest = max(longest, row)
    return longest
