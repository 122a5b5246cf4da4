"""Shifts with which days of locked months were computed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from attendance.models import AttendanceMonth, MonthResult, Shift


def locked_shift_codes(codes: Collection[str]) -> set[str]:
    """Those of the codes whose shifts explain days of a locked month."""
    used = Exists(_locked_results().filter(shift_ids__contains=[OuterRef("pk")]))
    return set(Shift.objects.filter(used, code__in=codes).values_list("code", flat=True))


def locked_use(codes: Collection[str]) -> tuple[str, date] | None:
    """One of the codes whose shift was worked in a locked month, and the month. Two statements."""
    shifts = dict(Shift.objects.filter(code__in=codes).values_list("id", "code"))
    row = _locked_results().filter(shift_ids__overlap=list(shifts)).order_by("start_date").first() if shifts else None
    if row is None:
        return None
    return next(shifts[id_] for id_ in row.shift_ids if id_ in shifts), row.start_date


def _locked_results() -> QuerySet[MonthResult]:
    locked = AttendanceMonth.objects.filter(state=AttendanceMonth.State.LOCKED)
    return MonthResult.objects.filter(start_date__in=locked.values("start_date"))
