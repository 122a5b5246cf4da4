"""Months and their state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from attendance.models import AttendanceMonth
from hrsaas.errors import DomainError


def month_of(day: date) -> date:
    """The first of the day's month."""
    return day.replace(day=1)


def end_of(month: date) -> date:
    """The first day after the month."""
    return month_of(month + timedelta(days=31))


def months_between(first: date, end: date) -> Iterator[date]:
    """The firsts of the months that [first, end) touches."""
    month = month_of(first)
    while month < end:
        yield month
        month = end_of(month)


def is_locked(month: date) -> bool:
    return bool(AttendanceMonth.objects.filter(start_date=month, state=AttendanceMonth.State.LOCKED).exists())


def locked_months(first: date, end: date) -> set[date]:
    """The firsts of the locked months that [first, end) touches."""
    touched = AttendanceMonth.objects.filter(start_date__gte=month_of(first), start_date__lt=end)
    return set(touched.filter(state=AttendanceMonth.State.LOCKED).values_list("start_date", flat=True))


def require_open(first: date, end: date) -> None:
    """Raise DomainError ``attendance.month.locked`` where [first, end) touches a locked month."""
    locked = locked_months(first, end)
    if locked:
        raise month_locked(min(locked))


def month_locked(month: date) -> DomainError:
    return DomainError(
        "attendance.month.locked",
        zh=f"{month:%Y-%m} 的考勤已锁定。如需更改，请先解锁。",
        en=f"Attendance of {month:%Y-%m} is locked. Unlock it before changing anything.",
        status=409,
        extra={"month": f"{month:%Y-%m}"},
    )
