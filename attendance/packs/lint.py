"""Template lint: proves that the rosters of a template keep to the limits of working time, or names where not.

Limits with their references are in `working_time_limits.yaml`. What is found is one of:

* `error`: not lawful, and the template does not say so (or says so where it is not);
* `known`: not lawful, and the template names it in `known_issues` with what an employer has to do about it;
* `warning`: lawful under a condition, such as overtime pay, or not good practice.

Hours of a cycle are averages over the endless cycle. Those of a period of the comprehensive regime leave out the share
that falls on statutory holidays: it is paid apart at 300 %.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from attendance.packs.loader import PACKS, read_yaml
from attendance.packs.parts import Part, Text
from attendance.packs.schema import FixedPart, KnownIssue, Pack, RegimePart
from attendance.rules.shifts import DAY_MINUTES, Shift

Level = Literal["error", "known", "warning"]
YEAR_DAYS = 365
WEEKS_PER_MONTH = Fraction(YEAR_DAYS, 12 * 7)
MONTHS = {
    "week": Fraction(7 * 12, YEAR_DAYS), "month": Fraction(1), "quarter": Fraction(3), "year": Fraction(12)
}  # fmt: skip
PERIODS = {"week": "每周", "month": "每月", "quarter": "每季度", "year": "每年"}
PREFIX = "attendance.pack."


class Limit(Part):
    value: int
    reference: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a template is not, or only under conditions, lawful. note: what to do, where it is known."""

    code: str
    level: Level
    pack: str
    roster: str
    zh: str
    en: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """The days of a roster as shifts, None for rest; it repeats without end. regime: of its people."""

    pack: Pack
    roster: str
    days: tuple[Shift | None, ...]
    regime: RegimePart
    follows_calendar: bool = False

    def finding(self, code: str, level: Level, limit: str, zh: str, en: str) -> Finding:
        """A finding of this roster with the reference of the limit behind it."""
        reference = limits()[limit].reference
        zh, en = f"{self.roster}：{zh}（{reference.zh}）", f"{self.roster}: {en} ({reference.en})"
        return Finding(f"{PREFIX}{code}", level, self.pack.code, self.roster, zh, en)

    @property
    def worked(self) -> list[Shift]:
        """Its shifts, each once, by code."""
        return sorted({shift for shift in self.days if shift}, key=lambda shift: shift.code)


@cache
def limits() -> dict[str, Limit]:
    """Limits of working time by name."""
    return TypeAdapter(dict[str, Limit]).validate_python(read_yaml(PACKS / "working_time_limits.yaml"))


def lint_pack(pack: Pack) -> tuple[Finding, ...]:
    """Findings of all rosters of a template, in their order, then known issues that are none."""
    found: list[Finding] = []
    for cycle in cycles(pack):
        for check in (_check_week, _check_days, _check_rest, _check_row_of_days):
            found.extend(check(cycle))
    return (*(_known(finding, pack) for finding in found), *_unfounded(found, pack))


def week_minutes(days: Sequence[Shift | None]) -> Fraction:
    """Average due minutes a week of an endless cycle."""
    return Fraction(sum(shift.due_minutes for shift in days if shift) * 7, len(days))


def period_minutes(cycle: Cycle) -> Fraction:
    """Due minutes of a period of the comprehensive regime, without those on statutory holidays."""
    period = cycle.regime.period or "week"
    if cycle.follows_calendar:  # its working days are those that the standard counts
        day = sum(shift.due_minutes for shift in cycle.worked)
        return Fraction(limits()[f"comprehensive_{period}_minutes"].value * day, limits()["standard_day_minutes"].value)
    ordinary = Fraction(YEAR_DAYS - limits()["statutory_days_year"].value, YEAR_DAYS)
    return week_minutes(cycle.days) * MONTHS[period] * WEEKS_PER_MONTH * (1 if period == "week" else ordinary)


def cycles(pack: Pack) -> Iterator[Cycle]:
    """Every roster of a template as a cycle: its rotations, then one week of what follows the calendar."""
    shifts = {shift.code: shift for shift in pack.build_shifts()}
    for part, rotation in zip(pack.rotations, pack.build_rotations()):
        days = tuple(None if code is None else shifts[code] for code in rotation.cycle)
        yield Cycle(pack, rotation.code, days, part.regime or pack.regime)
    for fixed in pack.fixed:
        yield _week(pack, fixed, shifts[fixed.shift])


def _week(pack: Pack, fixed: FixedPart, shift: Shift) -> Cycle:
    works = pack.calendar.weekday_numbers
    days = tuple(shift if day in works else None for day in range(7))
    return Cycle(pack, fixed.code, days, fixed.regime or pack.regime, follows_calendar=True)


def _known(finding: Finding, pack: Pack) -> Finding:
    issue = next((issue for issue in pack.known_issues if _names(issue, finding)), None)
    return replace(finding, level="known", note=issue.note) if issue else finding


def _names(issue: KnownIssue, finding: Finding) -> bool:
    return finding.level == "error" and (finding.code, finding.roster) == (PREFIX + issue.code, issue.roster)


def _unfounded(found: Sequence[Finding], pack: Pack) -> Iterator[Finding]:
    for issue in pack.known_issues:
        if not any(_names(issue, finding) for finding in found):
            zh = f"{issue.roster}：模板称有问题 {issue.code}，但未查出"
            en = f"{issue.roster}: the template names {issue.code}, which is not there"
            yield Finding(f"{PREFIX}known_issue_unfounded", "error", pack.code, issue.roster, zh, en)


def _check_week(cycle: Cycle) -> Iterator[Finding]:
    """The hours of a week, and of a period where they are added up over one."""
    if cycle.regime.kind == "comprehensive":
        yield from _check_period(cycle)
    elif cycle.regime.kind != "flexible":
        part_time = cycle.regime.kind == "part_time"
        limit = "part_time_week_minutes" if part_time else "standard_week_minutes"
        week = week_minutes(cycle.days)
        if week > limits()[limit].value:
            zh, en = f"平均每周 {_hours(week)} 小时，超出上限", f"{_hours(week)} hours a week on average are too many"
            yield cycle.finding("week_too_long", "error", limit, zh, en)


def _check_period(cycle: Cycle) -> Iterator[Finding]:
    """Beyond the standard of the period is overtime: lawful up to 36 hours a month on average."""
    period = cycle.regime.period or "week"
    week, total, limit = week_minutes(cycle.days), period_minutes(cycle), f"comprehensive_{period}_minutes"
    standard = limits()[limit].value
    zh = f"平均每周 {_hours(week)} 小时，{PERIODS[period]} {_hours(total)} 小时，标准 {_hours(standard)} 小时"
    en = f"{_hours(week)} hours a week on average, {_hours(total)} a {period} where {_hours(standard)} are standard"
    if total > standard + limits()["month_overtime_minutes"].value * MONTHS[period]:
        zh, en = f"{zh}，超出部分多于每月 36 小时", f"{en}; what exceeds it is more than 36 hours a month"
        yield cycle.finding("week_too_long", "error", "month_overtime_minutes", zh, en)
    elif total > standard:
        code = "week_over_standard" if week > limits()["standard_week_minutes"].value else "period_over_standard"
        zh, en = f"{zh}，超出部分按加班 150% 计", f"{en}; what exceeds it is overtime at 150 %"
        yield cycle.finding(code, "warning", limit, zh, en)


def _check_days(cycle: Cycle) -> Iterator[Finding]:
    """The longest day: 8 hours under the standard regime, with overtime 11; 11 for heavy labour; 4 for part time."""
    standard = limits()["standard_day_minutes"].value
    most = standard + limits()["day_overtime_minutes"].value
    if cycle.regime.kind == "standard":
        yield from _too_long(cycle, "day_overtime_minutes", standard, most)
    elif cycle.regime.kind == "part_time":
        longest = limits()["part_time_day_minutes"].value
        yield from _too_long(cycle, "part_time_day_minutes", longest, longest)
    elif cycle.pack.heavy_labour:
        longest = limits()["heavy_day_minutes"].value
        yield from _too_long(cycle, "heavy_day_minutes", longest, longest)


def _too_long(cycle: Cycle, limit: str, standard: int, most: int) -> Iterator[Finding]:
    for shift in cycle.worked:
        if shift.due_minutes > standard:
            hours = _hours(shift.due_minutes)
            level: Level = "error" if shift.due_minutes > most else "warning"
            zh, en = f"班次 {shift.code} 净工时 {hours} 小时", f"shift {shift.code} has {hours} hours net"
            yield cycle.finding("day_too_long", level, limit, zh, en)


def _check_rest(cycle: Cycle) -> Iterator[Finding]:
    """Rest between one shift and the next of the cycle, whose end joins its beginning.

    There is no national rule: a warning. An open shift says nothing about when its hours are worked.
    """
    least = limits()["rest_between_shifts_minutes"].value
    for first, second, rest in sorted(set(_rests(cycle.days))):
        if rest < least:
            hours = _hours(rest)
            zh = f"班次 {first} 与下一班 {second} 之间仅休息 {hours} 小时"
            en = f"only {hours} hours of rest between shift {first} and the next, {second}"
            yield cycle.finding("rest_too_short", "warning", "rest_between_shifts_minutes", zh, en)


def _rests(days: Sequence[Shift | None]) -> Iterator[tuple[str, str, int]]:
    worked = [(place, shift) for place, shift in enumerate([*days, *days]) if shift]
    for (day, shift), (next_day, following) in zip(worked, worked[1:], strict=False):
        if shift.is_open or following.is_open:
            continue
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


def _hours(minutes: Fraction | int) -> str:
    return f"{float(minutes / 60):.1f}"
