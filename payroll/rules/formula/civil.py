"""Days since 1970-01-01 and the calendar, for one day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

EPOCH = date(1970, 1, 1).toordinal()
EPOCH_WEEKDAY = date(1970, 1, 1).weekday()
FIRST_DAY = date.min.toordinal() - EPOCH
LAST_DAY = date.max.toordinal() - EPOCH


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH


def as_date(number: int) -> date:
    return date.fromordinal(number + EPOCH)


def civil(number: int) -> tuple[int, int, int]:
    """Year, month and day."""
    day = as_date(number)
    return day.year, day.month, day.day


def whole_months(start: int, end: int) -> int:
    """Whole months from ``start`` to ``end``, rounded down (negative when ``end`` is earlier)."""
    (y1, m1, d1), (y2, m2, d2) = civil(start), civil(end)
    return (y2 - y1) * 12 + m2 - m1 - (d2 < d1)


def shifted(start: int, months: int, to_first: bool) -> int | None:
    """The day ``months`` later, at most the last of its month, or the first of it; None beyond the years 1 to 9999."""
    year, month, day = civil(start)
    count = year * 12 + month - 1 + months
    if not 12 <= count < 120_000:
        return None
    year, month = count // 12, count % 12 + 1
    return day_number(date(year, month, 1 if to_first else min(day, monthrange(year, month)[1])))
