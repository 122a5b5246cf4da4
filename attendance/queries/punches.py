"""Punches of people as local minutes, and what came too late for a locked month."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from attendance.models import AttendanceMonth, Correction, Punch, RequestState
from attendance.rules.calendars import minute_of
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_literal, read_columns


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the day begins in the zone."""
    return datetime.combine(day, time(), zone)


def punch_minutes(
    employee_ids: Ints, first: date, end: date, zone: ZoneInfo, *, without: int | None = None
) -> dict[str, Ints]:
    """All punches of [first, end) but void ones: employee (id), minute (local, since 1970-01-01 00:00), in any order.

    without: the id of one more to leave out. Two statements.
    """
    params = {
        "tenant": require_tenant_id(), "zone": str(zone), "ids": ids_literal(employee_ids),
        "first": midnight(first, zone), "end": midnight(end, zone),
    }  # fmt: skip
    void = read_columns(_VOID, params, ("id",))["id"].tolist() + ([] if without is None else [without])
    statement = _MINUTES.format(but="AND id <> ALL(%(void)s::bigint[])" if void else "")
    return read_columns(statement, {**params, "void": void}, ("employee", "minute"))


def late_punches(month: AttendanceMonth, zone: ZoneInfo) -> QuerySet[Punch]:
    """Punches of a locked month's days that arrived after the lock; nothing for an open month."""
    if month.locked_at is None:
        return Punch.objects.none()
    inside = Punch.objects.filter(
        punched_at__gte=midnight(month.start_date, zone), punched_at__lt=midnight(month.end_date, zone)
    )
    return inside.filter(batch__received_at__gt=month.locked_at)


def known_by(month: AttendanceMonth | None, employee_id: int, first: date, end: date, zone: ZoneInfo) -> list[int]:
    """Local minutes of one person's punches of [first, end), as far as they were there when the month was locked."""
    rows = Punch.objects.filter(
        employee=employee_id, punched_at__gte=midnight(first, zone), punched_at__lt=midnight(end, zone)
    )
    rows = rows.exclude(pk__in=void_punches().values("voids"))
    if month is not None and month.locked_at is not None:
        rows = rows.filter(batch__received_at__lte=month.locked_at)
    stamps = rows.order_by("punched_at").values_list("punched_at", flat=True)
    return [local_minute(stamp, zone) for stamp in stamps]


def void_punches() -> QuerySet[Correction]:
    """The corrections by which punches are void now."""
    return Correction.objects.filter(voids__isnull=False, state=RequestState.APPROVED)


def local_minute(instant: datetime, zone: ZoneInfo) -> int:
    """Minute since 1970-01-01 00:00 on the zone's wall clock."""
    local = instant.astimezone(zone)
    return minute_of(local.date(), local.hour, local.minute)


# OFFSET 0: a person's punches by the index that finds them, whatever the planner believes. Double precision tells
# microseconds apart until 2255; extract() would reckon in decimals.
_MINUTES = """
SELECT found.* FROM unnest(%(ids)s::bigint[]) AS asked (id), LATERAL (
    SELECT employee_id, floor(date_part('epoch', punched_at AT TIME ZONE %(zone)s) / 60)::bigint FROM attendance_punch
    WHERE tenant_id = %(tenant)s AND employee_id = asked.id AND punched_at >= %(first)s AND punched_at < %(end)s
    {but} OFFSET 0
) AS found
"""
# Few at any time: found first, so that reading the punches themselves stays one range of an index.
_VOID = """
SELECT voids_id FROM attendance_correction
WHERE tenant_id = %(tenant)s AND voids_id IS NOT NULL AND state = 'approved' AND employee_id = ANY(%(ids)s::bigint[])
  AND punched_at >= %(first)s AND punched_at < %(end)s
"""
