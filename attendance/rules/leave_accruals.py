"""Accrual 逐月发放: what of a year's leave has come together by a day."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from fractions import Fraction


class AccrualDay(StrEnum):
    """The day of each month on which its twelfth is there."""

    FIRST = "first"
    LAST = "last"
    JOINING = "joining"  # the day of the month on which the person was hired


def accrued(
    annual: int, *, start: date, on: date, day: AccrualDay, hire_date: date, step: int = 0, cap: int | None = None
) -> int:
    """What is there on the day ``on`` of an annual amount that comes by twelfths since ``start``.

    step: each twelfth is rounded half up to it; 0 leaves it exact. The month of hiring gives its share of calendar
    days. cap: never more than this, so that rounded twelfths do not exceed the year. Parts of an amount are dropped.
    """
    twelfth = Fraction(annual, 12)
    if step:
        twelfth = Fraction(int(twelfth / step + Fraction(1, 2)) * step)
    shares = sum((_share(month, start, hire_date) for month in _months(start, on, day, hire_date)), Fraction(0))
    total = int(shares * twelfth)
    return total if cap is None else min(total, cap)


def _months(start: date, on: date, day: AccrualDay, hire_date: date) -> Iterator[date]:
    """The firsts of the months whose twelfth is there by the day."""
    month = max(start, hire_date).replace(day=1)
    while month <= on:
        if max(_given_on(month, day, hire_date), hire_date) <= on and on >= start:
            yield month
        month = _next(month)


def _given_on(month: date, day: AccrualDay, hire_date: date) -> date:
    last = monthrange(month.year, month.month)[1]
    number = {AccrualDay.FIRST: 1, AccrualDay.LAST: last, AccrualDay.JOINING: min(hire_date.day, last)}[day]
    return month.replace(day=number)


def _share(month: date, start: date, hire_date: date) -> Fraction:
    """1, or the calendar days left of the month in which somebody was hired."""
    if hire_date <= month or hire_date <= start:
        return Fraction(1)
    last = monthrange(month.year, month.month)[1]
    return Fraction(last - hire_date.day + 1, last)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
