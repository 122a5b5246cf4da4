"""Shifts that may be planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from attendance.models import Shift
from hrsaas.errors import DomainError


def offered_shifts() -> QuerySet[Shift]:
    """Those that no newer version has replaced, by code."""
    return Shift.objects.filter(ended_date=None).order_by("code")


def require_shifts(changes: Mapping[tuple[int, date], int | None]) -> None:
    """Raise DomainError ``attendance.roster.shift`` where a (person, day) is to get a shift that is not there or that a
    newer version has replaced by that day. 0 and None are no shifts.
    """
    named = {shift for shift in changes.values() if shift}
    ends = dict(Shift.objects.filter(id__in=named).values_list("id", "ended_date"))
    if named - ends.keys():
        raise DomainError(
            "attendance.roster.shift", field="edits", zh="所填班次不存在。", en="One of the shifts does not exist."
        )
    for (_person, day), shift in changes.items():
        if shift and (end := ends[shift]) is not None and end <= day:
            raise DomainError(
                "attendance.roster.shift", field="edits",
                zh=f"班次已于 {end} 由新版本取代，{day} 请使用新版本。",
                en=f"A newer version has replaced the shift from {end} on; use it for {day}.",
            )  # fmt: skip
