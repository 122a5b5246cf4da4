"""Counting 请假天数: which days of a leave count, how much each, and which minutes of it they cover."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from attendance.rules.leave_amounts import DAY, HALF_DAY, Unit
from attendance.rules.shifts import DAY_MINUTES

NOON = 12 * 60
USUAL_DAY = 8 * 60
ONE_DAY = timedelta(days=1)


class Counting(StrEnum):
    """Which days count. Statutory holidays never count as working days, even with a shift (国务院令第 514 号第三条)."""

    WORKING = "working"
    CALENDAR = "calendar"
    CALENDAR_WITHOUT_HOLIDAYS = "calendar_without_holidays"


class DayPart(StrEnum):
    FULL = "full"
    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What a day asks of a person. works: it has a shift, or is a working day where there is no roster.

    due: [start, end) minutes of the day to be worked, paid or unpaid breaks apart, past 1440 on the next; empty if
    unknown or free.
    """

    date: date
    works: bool
    statutory: bool = False
    due: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CountedDay:
    """[start_minute, end_minute) of the day that the leave covers; a full day is [0, 1440) whatever the shift."""

    date: date
    start_minute: int
    end_minute: int
    amount: int


def count_days(
    days: Sequence[PlannedDay], *, unit: Unit, counting: Counting, sandwich: bool = False,
    first_part: DayPart = DayPart.FULL, last_part: DayPart = DayPart.FULL, beside: tuple[bool, bool] = (False, False),
) -> list[CountedDay]:  # fmt: skip
    """The days of a leave from the first to the last of ``days``, each with what it costs; 0 if it does not count.

    first_part is full or the afternoon, last_part full or the morning; of one day both name its part. sandwich: free
    days between two that count do count too; beside: whether the days before and after the span are leave already.
    """
    parts = _parts(len(days), first_part, last_part)
    counted = [_counts(day, counting) for day in days]
    if sandwich:
        counted = fill_between([beside[0], *counted, beside[1]])[1:-1]
    return [_counted(day, part, unit if counts else None) for day, part, counts in zip(days, parts, counted)]


def count_hours(day: PlannedDay, *, start_minute: int, end_minute: int, counting: Counting) -> CountedDay:
    """[start_minute, end_minute) of one day: the minutes that are due of it, all of them where nothing is planned."""
    if not 0 <= start_minute < end_minute <= 2 * DAY_MINUTES:
        raise ValueError("the hours must end after they start, within two days")
    due = day.due or ((start_minute, end_minute),)
    minutes = sum(max(0, min(end, end_minute) - max(start, start_minute)) for start, end in due)
    return CountedDay(day.date, start_minute, end_minute, minutes if _counts(day, counting) else 0)


def fill_between(counted: Sequence[bool]) -> list[bool]:
    """True from the first true to the last."""
    if True not in counted:
        return list(counted)
    first, last = counted.index(True), len(counted) - 1 - counted[::-1].index(True)
    return [first <= at <= last for at in range(len(counted))]


def bridged_span(first: date, last: date, *, taken: Collection[date], works: Mapping[date, bool]) -> tuple[date, date]:
    """The span with the free days between it and neighbouring days of leave that are ``taken`` already.

    So a Friday and a Monday asked for one after the other cost what they cost together. works: days around the span;
    beyond them nothing is bridged.
    """
    return _reach(first, -ONE_DAY, taken, works), _reach(last, ONE_DAY, taken, works)


def middle_of(day: PlannedDay) -> int:
    """Where the day is cut into halves: in the middle of the break nearest to the middle, else in the middle."""
    if not day.due:
        return NOON
    start, end = day.due[0][0], day.due[-1][1]
    centre = (start + end) // 2
    gaps = [(before[1], after[0]) for before, after in zip(day.due, day.due[1:])]
    return min(((low + high) // 2 for low, high in gaps), key=lambda cut: abs(cut - centre), default=centre)


def _reach(edge: date, step: timedelta, taken: Collection[date], works: Mapping[date, bool]) -> date:
    day = edge + step
    while works.get(day) is False and day not in taken:
        day += step
    return day - step if day in taken else edge


def _parts(count: int, first: DayPart, last: DayPart) -> list[DayPart]:
    if count == 1:
        if first != last:
            raise ValueError("one day has one part")
        return [first]
    if first == DayPart.MORNING or last == DayPart.AFTERNOON:
        raise ValueError("several days begin with a whole day or an afternoon, and end with one or a morning")
    return [first, *[DayPart.FULL] * (count - 2), last]


def _counts(day: PlannedDay, counting: Counting) -> bool:
    if counting == Counting.CALENDAR:
        return True
    return not day.statutory and (day.works or counting == Counting.CALENDAR_WITHOUT_HOLIDAYS)


def _counted(day: PlannedDay, part: DayPart, unit: Unit | None) -> CountedDay:
    cut = middle_of(day)
    start, end = {
        DayPart.FULL: (0, DAY_MINUTES), DayPart.MORNING: (0, cut), DayPart.AFTERNOON: (cut, _end_of(day, cut)),
    }[part]  # fmt: skip
    if unit is None:
        return CountedDay(day.date, start, end, 0)
    if unit == Unit.HOUR:
        return CountedDay(day.date, start, end, _due_minutes(day, part, start, end))
    if unit == Unit.DAY and part != DayPart.FULL:
        raise ValueError("this kind of leave is taken by whole days")
    return CountedDay(day.date, start, end, DAY if part == DayPart.FULL else HALF_DAY)


def _end_of(day: PlannedDay, cut: int) -> int:
    """Midnight, or the end of a shift that goes beyond when its second half does."""
    return DAY_MINUTES if cut < DAY_MINUTES else day.due[-1][1]


def _due_minutes(day: PlannedDay, part: DayPart, start: int, end: int) -> int:
    if not day.due:
        return USUAL_DAY if part == DayPart.FULL else USUAL_DAY // 2
    if part == DayPart.FULL:
        return sum(until - since for since, until in day.due)
    end = max(end, day.due[-1][1]) if part == DayPart.AFTERNOON else end
    return sum(max(0, min(until, end) - max(since, start)) for since, until in day.due)
