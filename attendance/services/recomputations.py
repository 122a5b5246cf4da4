"""Days that are already computed and are touched by something later: only those of the people concerned change."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction

from attendance.models import DayResult, PunchBatch
from attendance.queries.months import end_of, is_locked, month_of, months_between
from attendance.queries.rosters import People
from attendance.queries.setups import Setup, load_setup
from attendance.services.day_results import write_days
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.tenants import current_tenant

# More people than these are left to the next computation of the month, which is cheaper for many.
MOST_PEOPLE = 50


@transaction.atomic
def recompute_touched(*, batch: PunchBatch, now: datetime) -> int:
    """Compute again what the punches of this delivery touch, where results are stored and open; how many rows changed.

    A punch may belong to the day before or after, and a late leave decides about the start of the next day.
    """
    with connection.cursor() as cursor:
        zone, most = str(current_tenant().zone), MOST_PEOPLE + 1
        cursor.execute(_TOUCHED, {"tenant": require_tenant_id(), "batch": batch.id, "zone": zone, "most": most})
        touched = cursor.fetchall()
    if not touched or len(touched) > MOST_PEOPLE:
        return 0
    setup = load_setup()
    return sum(recompute(setup, employee_id=id_, first=first, last=last, now=now) for id_, first, last in touched)


def recompute_stored(*, employee_id: int, first: date, last: date, now: datetime) -> int:
    """Compute one person's days from first to last again if results of them are stored; how many rows changed.

    A late leave on the last day decides about the start of the next, so that day counts too.
    """
    after = last + timedelta(days=1)
    days = DayResult.objects.filter(
        employee_id=employee_id, month__gte=month_of(first), month__lte=after, date__gte=first, date__lte=after
    )
    if not days.exists():
        return 0
    return recompute(load_setup(), employee_id=employee_id, first=first, last=last, now=now)


def recompute(setup: Setup, *, employee_id: int, first: date, last: date, now: datetime) -> int:
    """Write what differs in one person's open months from first to last; how many rows changed.

    The whole month is judged, since lateness is forgiven in its order; only rows that differ are written.
    """
    months = months_between(first, last + timedelta(days=1))
    people = People.only(employee_id)
    return sum(
        write_days(setup, people, month, _end(setup, month, now), now) for month in months if not is_locked(month)
    )


def _end(setup: Setup, month: date, now: datetime) -> date:
    """Up to yesterday while the month still runs."""
    return max(month, min(end_of(month), now.astimezone(setup.zone).date()))


_TOUCHED = """
SELECT p.employee_id, min(d.date), max(d.date) FROM attendance_punch p
CROSS JOIN LATERAL (SELECT (p.punched_at AT TIME ZONE %(zone)s)::date AS day OFFSET 0) punched
CROSS JOIN LATERAL (
    SELECT r.date FROM attendance_dayresult r
    WHERE r.tenant_id = p.tenant_id AND r.employee_id = p.employee_id
      AND r.month >= date_trunc('month', (day - 1)::timestamp) AND r.month <= day + 2
      AND r.date >= day - 1 AND r.date <= day + 2 OFFSET 0
) d
WHERE p.tenant_id = %(tenant)s AND p.batch_id = %(batch)s
GROUP BY p.employee_id ORDER BY p.employee_id LIMIT %(most)s
"""
