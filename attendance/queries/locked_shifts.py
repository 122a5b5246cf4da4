"""Shifts with which days of locked months were computed."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from attendance.models import AttendanceMonth, DayResult, Shift
from attendance.queries.months import end_of


def locked_shift_codes(codes: Collection[str]) -> set[str]:
    """Those of the codes whose shifts explain days of a locked month. Two statements."""
    locked = AttendanceMonth.objects.filter(state=AttendanceMonth.State.LOCKED).values_list("start_date", flat=True)
    months = [Q(date__gte=month, date__lt=end_of(month)) for month in (locked if codes else ())]
    if not months:
        return set()
    days = DayResult.objects.filter(reduce(or_, months), shift=OuterRef("pk"))
    return set(Shift.objects.filter(Exists(days), code__in=codes).values_list("code", flat=True))
