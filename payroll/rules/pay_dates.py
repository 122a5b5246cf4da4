"""When wages are due: on the agreed day, or the last working day before it (工资支付暂行规定 art. 7)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

LONGEST_BREAK = 31
"""Days to look back for a working day; a calendar without one in them is no calendar to go by."""


def agreed_day(month: date, pay_day: int) -> date:
    """Day ``pay_day`` of the month after ``month``, its last day where it has no such day."""
    first = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(pay_day, monthrange(first.year, first.month)[1]))


def due_day(agreed: date, is_working: Callable[[date], bool]) -> date:
    """The agreed day, or the last working day before it; the agreed day where there is none within a month."""
    days = (agreed - timedelta(days=back) for back in range(LONGEST_BREAK))
    return next((day for day in days if is_working(day)), agreed)
