"""A tenant with so many people that only SQL makes them quickly, and a month of their roster and punches."""

from __future__ import annotations

from datetime import date

from django.db import connections
from django.utils import timezone

from attendance.services.months import begin_months
from attendance.services.rosters import put_newcomers_on_default
from benchmarks.payrolls import tenant_of_many
from benchmarks.tenants import ACTOR
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE

MONTH, END = date(2026, 3, 1), date(2026, 4, 1)


def tenant_with_punches(slug: str, *, people: int) -> Tenant:
    """A hospital whose March 2026 has rosters on all its shifts, nights among them, and was never computed.

    Five of seven days are worked. In and out are stamped around the edges of the shift; one stamp of twenty misses.
    """
    tenant = tenant_of_many(slug, people=people, template="healthcare")
    with tenant_context(tenant.id):
        begin_months(first=date(2026, 2, 1), end=date(2026, 5, 1))
        # Who has a roster is on a rotation: putting newcomers on one is no part of computing their month.
        put_newcomers_on_default(first=MONTH, end=END, actor=ACTOR, now=timezone.now())
    params = {"tenant": tenant.id, "first": date(2026, 2, 28), "last": END, "zone": str(tenant.zone)}
    with connections[MAINTENANCE].cursor() as cursor:
        for sql in (_ROSTER, _BATCH, _PUNCHES):
            cursor.execute(sql, params)
        # As autovacuum does with tables that only grow: a month's punches have long been seen by it when it is closed.
        cursor.execute("VACUUM ANALYZE attendance_punch, attendance_rosterday, attendance_crewmembership")
    return tenant


_ROSTER = """
INSERT INTO attendance_rosterday (tenant_id, employee_id, date, shift_id, by_hand, own_week)
SELECT e.tenant_id, e.id, day, CASE WHEN (day - date '2026-01-01' + n) %% 7 < 5
                                    THEN shifts.ids[n %% cardinality(shifts.ids) + 1] END, true, true
FROM (SELECT *, substr(code, 2)::int AS n FROM people_employee WHERE tenant_id = %(tenant)s) e
JOIN LATERAL (SELECT day::date AS day FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day)
    AS days ON day >= e.hire_date,
    (SELECT array_agg(id ORDER BY code) AS ids FROM attendance_shift WHERE tenant_id = %(tenant)s) AS shifts
"""
_BATCH = """
INSERT INTO attendance_punchbatch (tenant_id, source, received_at, added, repeated, unknown, late)
VALUES (%(tenant)s, 'clock', now(), 0, 0, 0, 0)
"""
_PUNCHES = """
INSERT INTO attendance_punch (tenant_id, employee_id, punched_at, source, batch_id)
SELECT r.tenant_id, r.employee_id,
       (r.date + make_interval(mins => s.start_minute + edge * (s.end_minute - s.start_minute)
        + hashint8(r.id + edge) %% 20)) AT TIME ZONE %(zone)s, 'clock', b.id
FROM attendance_rosterday r
JOIN attendance_shift s ON s.tenant_id = r.tenant_id AND s.id = r.shift_id
JOIN attendance_punchbatch b ON b.tenant_id = r.tenant_id, generate_series(0, 1) AS edge
WHERE r.tenant_id = %(tenant)s AND hashint8(r.id - 2 * edge) %% 20 <> 0
ORDER BY 3
ON CONFLICT DO NOTHING -- who leaves a shift in the minute in which the next begins stamps once
"""
