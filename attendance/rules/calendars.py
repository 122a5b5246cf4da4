"""Calendars 日历: what kind of day each date is, from layers of dates that come in as data."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from attendance.rules.shifts import DAY_MINUTES

EPOCH = date(1970, 1, 1)
MONDAY_TO_FRIDAY = frozenset(range(5))


class DayKind(IntEnum):
    """Kind of a day; decides which overtime rate work on it earns."""

    WORKDAY = 0
    REST_DAY = 1
    STATUTORY_HOLIDAY = 2  # the days that are paid at 300 %
    HOLIDAY = 3  # a day off that is neither weekly rest nor statutory; work on it counts as on a rest day


@dataclass(frozen=True, slots=True)
class CalendarLayers:
    """The layers of a calendar, weakest first; `weekday` as in `date.weekday()` (Monday = 0)."""

    working_weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    days_off: Collection[date] = ()
    shifted_workdays: Collection[date] = ()
    statutory_days: Collection[date] = ()
    own_holidays: Collection[date] = ()
    own_workdays: Collection[date] = ()

    def __post_init__(self) -> None:
        both = set(self.own_holidays) & set(self.own_workdays)
        if both:
            raise ValueError(f"{min(both)} is both a holiday and a working day of the tenant")
        if not self.working_weekdays <= frozenset(range(7)):
            raise ValueError("weekdays count from 0 (Monday) to 6 (Sunday)")


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(day))


def minute_of(day: date, hour: int = 0, minute: int = 0) -> int:
    """Minute since 1970-01-01 00:00 on the same wall clock."""
    return day_number(day) * DAY_MINUTES + hour * 60 + minute


def build_calendar(layers: CalendarLayers, *, first: date, days: int) -> npt.NDArray[np.int8]:
    """Kinds of `days` days from `first` on, as `DayKind` values.

    Weekly pattern, then public days off, shifted working days, the tenant's holidays and working days, and statutory
    days last: no tenant can turn a day that the law pays at 300 % into another.
    """
    start = day_number(first)
    weekdays = (np.arange(start, start + days) + EPOCH.weekday()) % 7
    works = np.isin(weekdays, sorted(layers.working_weekdays))
    kinds = np.where(works, DayKind.WORKDAY, DayKind.REST_DAY).astype(np.int8)
    for dates, kind in (
        (layers.days_off, DayKind.HOLIDAY),
        (layers.shifted_workdays, DayKind.WORKDAY),
        (layers.own_holidays, DayKind.HOLIDAY),
        (layers.own_workdays, DayKind.WORKDAY),
        (layers.statutory_days, DayKind.STATUTORY_HOLIDAY),
    ):
        kinds[_positions(dates, start, days)] = kind
    return kinds


def _positions(dates: Collection[date], start: int, days: int) -> list[int]:
    numbers = (day_number(item) - start for item in dates)
    return [number for number in numbers if 0 <= number < days]
