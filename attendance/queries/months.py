"""Months and their state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from attendance.models import AttendanceMonth, Timesheet
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import active_in


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


def without_timesheet(month: date) -> QuerySet[Employee]:
    """Who is employed on some day of the month and has no timesheet of it, digital workers aside."""
    sheets = Timesheet.objects.filter(month__start_date=month, employee=OuterRef("pk"))
    return active_in(month, end_of(month)).filter(~Exists(sheets), kind=Employee.Kind.HUMAN)


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


def no_timesheet(month: date, *, code: str, name: str) -> DomainError:
    """What to tell of a person whom a locked month lacks, for example because of being hired after the lock."""
    return DomainError(
        "attendance.month.no_timesheet",
        zh=(
            f"{month:%Y-%m} 的考勤已锁定，其中没有 {name}（{code}）的考勤汇总。"
            "请在「考勤月」中填写原因解锁该月，然后重新月结。"
        ),
        en=(
            f"Attendance of {month:%Y-%m} is locked and has no timesheet for {name} ({code}). Unlock the attendance "
            "month with a reason, and close the month again."
        ),
        status=409,
    )
