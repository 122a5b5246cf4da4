"""Checks of a roster while it is edited: rest, rows of days and nights, hours, skills, absences, protected people.

Everything is counted over a grid (people, days) of shift places. A finding names the rule, the person, the days, the
figure and the limit; what the limits are and where they come from is data (`packs/working_time_limits.yaml`). Hours are
those that are planned: the due minutes of the shifts. Weeks, months and periods count only where the grid holds them
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from attendance.rules.calendars import DayKind, date_of
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.shifts import DAY_MINUTES, Segment, Shift

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
RegimeKind = Literal["standard", "comprehensive", "flexible", "part_time"]

WEEK = 7
MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday
NIGHT = (22 * 60, 30 * 60)
# A shift with so many minutes of the night is one of those of which too many may not follow each other.
NIGHT_SHIFT_MINUTES = 180
MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Rule(StrEnum):
    """What is looked at. COVER is about slots of a unit and counted by ``slot_cover``, not here."""

    REST = "rest"
    DAYS_IN_ROW = "days_in_row"
    NIGHTS_IN_ROW = "nights_in_row"
    DAY_HOURS = "day_hours"
    WEEK_HOURS = "week_hours"
    PERIOD_HOURS = "period_hours"
    MONTH_OVERTIME = "month_overtime"
    SKILLS = "skills"
    AWAY = "away"
    PROTECTED_NIGHT = "protected_night"
    PROTECTED_OVERTIME = "protected_overtime"
    COVER = "cover"


_SPANNING = frozenset({Rule.DAYS_IN_ROW, Rule.NIGHTS_IN_ROW, Rule.WEEK_HOURS, Rule.PERIOD_HOURS, Rule.MONTH_OVERTIME})


@dataclass(frozen=True, slots=True)
class Regime:
    """Work-hour regime 工时制 of a person; the comprehensive one adds hours up over a period."""

    kind: RegimeKind = "standard"
    period: Literal["week", "month", "quarter", "year"] | None = None


STANDARD = Regime()


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken by one person (place in the grid). days: since 1970-01-01; value against the limit of that name
    (minutes, or days and nights; both 0 where there is nothing to count).
    """

    rule: Rule
    person: int
    days: tuple[int, ...]
    value: int = 0
    limit: int = 0
    limit_name: str = ""


@dataclass(frozen=True)
class ShiftFacts:
    """Columns by place of the shift: minutes of the day it belongs to, due and night minutes. open: no fixed times."""

    start: Ints
    end: Ints
    due: Ints
    night: Ints
    long_night: Mask
    open: Mask

    @classmethod
    def of(cls, shifts: Sequence[Shift]) -> ShiftFacts:
        night = _column([_night_minutes(one) for one in shifts])
        return cls(
            start=_column([one.earliest_minute for one in shifts]),
            end=_column([one.end_minute for one in shifts]),
            due=_column([one.due_minutes for one in shifts]),
            night=night,
            long_night=(night >= NIGHT_SHIFT_MINUTES) | np.array([one.night_shift for one in shifts], dtype=np.bool_),
            open=np.array([one.is_open for one in shifts], dtype=np.bool_),
        )

    def per_cell(self, column: npt.NDArray[np.generic], shift: Ints) -> Ints:
        """The column's value of every cell, 0 where there is no shift."""
        values: Ints = np.append(column.astype(np.int64), 0)[np.where(shift == NO_SHIFT, len(column), shift)]
        return values


@dataclass(frozen=True)
class Lines:
    """The roster that is looked at. shift: places or NO_SHIFT, (people, days); calendar: kinds of the days.

    away, no_night, no_overtime: per cell, whether the person is away all day, may not work at night, may not work
    overtime. unskilled: place of a shift → per cell, whether the person lacks what it asks for. employed: per cell.
    """

    first_day: int
    shift: Ints
    calendar: npt.NDArray[np.int8]
    employed: Mask
    regimes: tuple[Regime, ...]
    away: Mask
    unskilled: Mapping[int, Mask]
    no_night: Mask
    no_overtime: Mask

    @property
    def day_numbers(self) -> Ints:
        return np.arange(self.shift.shape[1], dtype=np.int64) + self.first_day

    @cached_property
    def worked(self) -> Mask:
        return np.asarray(self.shift != NO_SHIFT)

    def of_kind(self, *kinds: RegimeKind) -> Mask:
        """Per person, whether the regime is one of these."""
        return np.array([regime.kind in kinds for regime in self.regimes], dtype=np.bool_)


Limits = Mapping[str, int]


def violations(lines: Lines, shifts: ShiftFacts, limits: Limits) -> list[Violation]:
    """Everything that the roster breaks, by person and first day."""
    due = shifts.per_cell(shifts.due, lines.shift)
    found = [
        *_rest(lines, shifts, limits["rest_between_shifts_minutes"]),
        *_rows(lines, lines.worked, Rule.DAYS_IN_ROW, "consecutive_work_days", limits),
        *_rows(lines, _nights(lines, shifts), Rule.NIGHTS_IN_ROW, "consecutive_nights", limits),
        *_day_hours(lines, due, limits),
        *_week_hours(lines, due, limits),
        *_standard_months(lines, due, limits),
        *_periods(lines, due, limits),
        *_cells(lines, _unskilled(lines), Rule.SKILLS),
        *_cells(lines, lines.worked & lines.away, Rule.AWAY),
        *_protected_nights(lines, shifts),
        *_protected_overtime(lines, due, limits),
    ]
    return sorted(found, key=lambda one: (one.person, one.days[0], one.rule))


def newly_broken(before: Sequence[Violation], after: Sequence[Violation]) -> list[Violation]:
    """What is broken after a change and was not, or less badly: a longer row, more hours, less rest.

    Rows and sums are the same ones where their days overlap, the others where they are of the same days.
    """
    known: dict[tuple[Rule, int, int], list[Violation]] = {}
    for old in before:
        known.setdefault((old.rule, old.person, old.limit), []).append(old)
    return [one for one in after if not _was_there(one, known.get((one.rule, one.person, one.limit), ()))]


def _was_there(one: Violation, before: Sequence[Violation]) -> bool:
    if one.rule in _SPANNING:
        same = [old for old in before if old.days[0] <= one.days[-1] and one.days[0] <= old.days[-1]]
    else:
        same = [old for old in before if old.days == one.days]
    if one.rule is Rule.REST:
        return any(old.value <= one.value for old in same)
    return any(old.value >= one.value for old in same)


def _rest(lines: Lines, shifts: ShiftFacts, least: int) -> Iterator[Violation]:
    """Between a shift and the next; a shift may begin so late that the day after the next is too near."""
    timed = lines.worked & (shifts.per_cell(shifts.open, lines.shift) == 0)
    start, end = shifts.per_cell(shifts.start, lines.shift), shifts.per_cell(shifts.end, lines.shift)
    for gap in (1, 2):
        both = timed[:, :-gap] & timed[:, gap:]
        if gap == 2:
            both &= ~lines.worked[:, 1:-1]
        rest = gap * DAY_MINUTES + start[:, gap:] - end[:, :-gap]
        for person, at in zip(*np.nonzero(both & (rest < least))):
            day = int(at) + lines.first_day
            name = "rest_between_shifts_minutes"
            yield Violation(Rule.REST, int(person), (day, day + gap), int(rest[person, at]), least, name)


def _nights(lines: Lines, shifts: ShiftFacts) -> Mask:
    return np.asarray(shifts.per_cell(shifts.long_night, lines.shift) == 1)


def _rows(lines: Lines, cells: Mask, rule: Rule, name: str, limits: Limits) -> Iterator[Violation]:
    """Rows of such cells that are longer than the limit."""
    for person, start, end in runs(cells):
        if end - start > limits[name]:
            days = tuple(range(start + lines.first_day, end + lines.first_day))
            yield Violation(rule, person, days, end - start, limits[name], name)


def runs(cells: Mask) -> Iterator[tuple[int, int, int]]:
    """(row, start, end) of every run of true cells."""
    padded = np.zeros((cells.shape[0], cells.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = cells
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _rows_again, ends = np.nonzero(steps == -1)
    yield from zip(rows.tolist(), starts.tolist(), ends.tolist())


def _day_hours(lines: Lines, due: Ints, limits: Limits) -> Iterator[Violation]:
    longest = limits["standard_day_minutes"] + limits["day_overtime_minutes"]
    kinds: tuple[tuple[RegimeKind, str, int], ...] = (
        ("standard", "day_overtime_minutes", longest),
        ("part_time", "part_time_day_minutes", limits["part_time_day_minutes"]),
    )
    for kind, name, most in kinds:
        for person, at in zip(*np.nonzero((due > most) & lines.of_kind(kind)[:, None])):
            yield Violation(Rule.DAY_HOURS, int(person), (int(at) + lines.first_day,), int(due[person, at]), most, name)


def _week_hours(lines: Lines, due: Ints, limits: Limits) -> Iterator[Violation]:
    kinds: tuple[tuple[RegimeKind, str], ...] = (
        ("standard", "standard_week_minutes"), ("part_time", "part_time_week_minutes"),
    )  # fmt: skip
    for days in _weeks(lines):
        total = due[:, days].sum(axis=1)
        for kind, name in kinds:
            for person in np.nonzero((total > limits[name]) & lines.of_kind(kind))[0].tolist():
                yield _over(Rule.WEEK_HOURS, lines, person, days, int(total[person]), limits[name], name)


def _standard_months(lines: Lines, due: Ints, limits: Limits) -> Iterator[Violation]:
    """Planned overtime of a month: beyond eight hours for each working day of the calendar, statutory days apart."""
    name = "month_overtime_minutes"
    for days in _months(lines, 1):
        ordinary = days[lines.calendar[days] != DayKind.STATUTORY_HOLIDAY]
        workdays = days[lines.calendar[days] == DayKind.WORKDAY]
        standard = lines.employed[:, workdays].sum(axis=1) * limits["standard_day_minutes"]
        over = due[:, ordinary].sum(axis=1) - standard
        for person in np.nonzero((over > limits[name]) & lines.of_kind("standard"))[0].tolist():
            yield _over(Rule.MONTH_OVERTIME, lines, person, days, int(over[person]), limits[name], name)


def _periods(lines: Lines, due: Ints, limits: Limits) -> Iterator[Violation]:
    """Hours of a period of the comprehensive regime, statutory holidays apart: beyond the standard, beyond overtime."""
    for period in ("week", "month", "quarter", "year"):
        people = np.array([one.kind == "comprehensive" and one.period == period for one in lines.regimes])
        if not people.any():
            continue
        name = f"comprehensive_{period}_minutes"
        spare = limits["month_overtime_minutes"] * MONTHS.get(period, 0)
        for days in _months(lines, MONTHS[period]) if period in MONTHS else _weeks(lines):
            ordinary = days[lines.calendar[days] != DayKind.STATUTORY_HOLIDAY]
            total = due[:, ordinary].sum(axis=1)
            for person in np.nonzero(people & (total > limits[name]))[0].tolist():
                value = int(total[person])
                yield _over(Rule.PERIOD_HOURS, lines, person, days, value, limits[name], name)
                if spare and value > limits[name] + spare:
                    over = value - limits[name]
                    yield _over(Rule.MONTH_OVERTIME, lines, person, days, over, spare, "month_overtime_minutes")


def _cells(lines: Lines, cells: Mask, rule: Rule) -> Iterator[Violation]:
    for person, at in zip(*np.nonzero(cells)):
        yield Violation(rule, int(person), (int(at) + lines.first_day,))


def _unskilled(lines: Lines) -> Mask:
    found = np.zeros(lines.shift.shape, dtype=np.bool_)
    for place, lacking in lines.unskilled.items():
        found |= (lines.shift == place) & lacking
    return found


def _protected_nights(lines: Lines, shifts: ShiftFacts) -> Iterator[Violation]:
    night = shifts.per_cell(shifts.night, lines.shift)
    for person, at in zip(*np.nonzero((night > 0) & lines.no_night)):
        day = int(at) + lines.first_day
        yield Violation(Rule.PROTECTED_NIGHT, int(person), (day,), int(night[person, at]), 0, "protected_night")


def _protected_overtime(lines: Lines, due: Ints, limits: Limits) -> Iterator[Violation]:
    """Longer than a standard day, or a standard week: under every regime."""
    name, most = "protected_overtime", limits["standard_day_minutes"]
    for person, at in zip(*np.nonzero((due > most) & lines.no_overtime)):
        day = int(at) + lines.first_day
        yield Violation(Rule.PROTECTED_OVERTIME, int(person), (day,), int(due[person, at]), most, name)
    for days in _weeks(lines):
        total, limit = due[:, days].sum(axis=1), limits["standard_week_minutes"]
        protected = (lines.no_overtime[:, days] & lines.worked[:, days]).any(axis=1)
        for person in np.nonzero(protected & (total > limit))[0].tolist():
            yield _over(Rule.PROTECTED_OVERTIME, lines, person, days, int(total[person]), limit, name)


def _over(rule: Rule, lines: Lines, person: int, days: Ints, value: int, limit: int, name: str) -> Violation:
    """Too much within a span: its working days."""
    worked = days[lines.worked[person, days]] + lines.first_day
    return Violation(rule, person, tuple(worked.tolist()), value, limit, name)


def _weeks(lines: Lines) -> list[Ints]:
    """Columns of the weeks from Monday to Sunday that lie whole within the grid."""
    return _spans([(day + MONDAY_SHIFT) // WEEK for day in lines.day_numbers.tolist()], lambda _week: WEEK)


def _months(lines: Lines, months: int) -> list[Ints]:
    """Columns of the calendar months, quarters or years that lie whole within the grid."""
    keys = [_month_number(date_of(day)) // months for day in lines.day_numbers.tolist()]
    return _spans(keys, lambda key: (_first_of((key + 1) * months) - _first_of(key * months)).days)


def _spans(keys: Sequence[int], length: Callable[[int], int]) -> list[Ints]:
    """The places of each key, of keys that are there as often as a whole span has days."""
    column = np.array(keys, dtype=np.int64)
    found = ((key, np.nonzero(column == key)[0]) for key in np.unique(column).tolist())
    return [days for key, days in found if len(days) == length(key)]


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _night_minutes(shift: Shift) -> int:
    """Minutes between 22:00 and 06:00; an open shift does not say when its hours are worked."""
    if shift.is_open:
        return 0
    parts = shift.segments or (Segment(shift.start_minute, shift.end_minute),)
    nights = [(NIGHT[0] + offset, NIGHT[1] + offset) for offset in (-DAY_MINUTES, 0, DAY_MINUTES)]
    return sum(
        max(0, min(part.end_minute, end) - max(part.start_minute, start)) for part in parts for start, end in nights
    )


def _column(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)
