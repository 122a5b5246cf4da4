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


def version_on(shifts: Mapping[int, Shift], shift_id: int | None, day: date) -> int | None:
    """The shift itself, or the version of it that has replaced it by that day. shifts: all there are, by id."""
    shift = shifts.get(shift_id) if shift_id else None
    if shift is None or shift.ended_date is None or day < shift.ended_date:
        return shift_id
    later = [one for one in shifts.values() if one.known_code == shift.known_code and _holds(one, day)]
    found: int | None = min(later, key=lambda one: one.ended_date or date.max).pk if later else shift_id
    return found


def _holds(shift: Shift, day: date) -> bool:
    return shift.ended_date is None or day < shift.ended_date


def require_shifts(changes: Mapping[tuple[int, date], int | None], *, field: str = "edits") -> None:
    """Raise DomainError ``attendance.roster.shift`` where a (person, day) is to get a shift that is not there or that a
    newer version has replaced by that day. 0 and None are no shifts.
    """
    named = {shift for shift in changes.values() if shift}
    ends = dict(Shift.objects.filter(id__in=named).values_list("id", "ended_date"))
    if named - ends.keys():
        raise DomainError(
            "attendance.roster.shift", field=field, zh="所填班次不存在。", en="One of the shifts does not exist."
        )
    for (_person, day), shift in changes.items():
        if shift and (end := ends[shift]) is not None and end <= day:
            raise DomainError(
                "attendance.roster.shift", field=field,
                zh=f"班次已于 {end} 由新版本取代，{day} 请使用新版本。",
                en=f"A newer version has replaced the shift from {end} on; use it for {day}.",
            )  # fmt: skip
