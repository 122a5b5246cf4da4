"""The state of months, and where they begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hrsaas.errors import DomainError
from performance.models import PerformanceMonth


def end_of(month: date) -> date:
    """The first day after the month of this day; the last day that there is, for the last month."""
    if (month.year, month.month) == (date.max.year, date.max.month):
        return date.max
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)


def is_locked(month: date) -> bool:
    return bool(PerformanceMonth.objects.filter(start_date=month, state=PerformanceMonth.State.LOCKED).exists())


def require_open(months: Iterable[date]) -> None:
    """Raise DomainError ``performance.month.locked`` if any of the months is locked."""
    locked = PerformanceMonth.objects.filter(start_date__in=set(months), state=PerformanceMonth.State.LOCKED)
    for row in locked.order_by("start_date")[:1]:
        raise DomainError(
            "performance.month.locked", field="month", status=409,
            zh=f"{row} 的绩效已锁定，不能修改。", en=f"Performance of {row} is locked and cannot be changed.",
        )  # fmt: skip
