"""Taking punches in, from files, devices and the API."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from attendance.models import Device, PunchBatch
from attendance.rules.punch_places import Trust
from attendance.services.recomputations import recompute_touched
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.tenants import current_tenant
from hrsaas.tenancy.services.statistics import refresh_statistics_on_commit

CHANGE = "attendance.punch.change"
LONGEST_SOURCE = 40


class PunchRow(NamedTuple):
    """One stamp: the employee's number, an instant with a time zone, and how it is known to be true."""

    employee_code: str
    punched_at: datetime
    trust: Trust = Trust.UNCHECKED


@dataclass(frozen=True)
class PunchCounts:
    """added + repeated + unknown = rows. late: those of the added that belong to a locked month.

    unknown_rows: 0-based positions of the rows whose employee number nobody has.
    """

    added: int
    repeated: int
    unknown: int
    late: int
    unknown_rows: tuple[int, ...]


@transaction.atomic
def record_punches(
    *, rows: Sequence[PunchRow], source: str, actor: Actor, now: datetime, device: Device | None = None
) -> PunchCounts:
    """Add the punches that are not there yet; the same delivery twice adds nothing. Constant number of statements.

    Two punches are the same if person, instant and source are. Punches of a locked month are kept and counted as
    late, but change nothing until the month is opened again. Rows of unknown people are counted and left out. Results
    that are stored already are computed again where few people are touched.
    Errors: attendance.punch.source, attendance.punch.naive.
    """
    actor.require(CHANGE)
    _check(rows, source)
    batch = PunchBatch.objects.create(source=source, received_at=now, device=device)
    unknown_rows, repeated_or_new = _unknown(rows)
    added, late = _insert(rows, batch)
    refresh_statistics_on_commit(rows=added)
    counts = PunchCounts(added, repeated_or_new - added, len(unknown_rows), late, tuple(unknown_rows))
    batch.added, batch.repeated, batch.unknown, batch.late = added, counts.repeated, counts.unknown, late
    batch.save(update_fields=["added", "repeated", "unknown", "late"])
    new = {
        "source": source, "added": added, "repeated": counts.repeated, "unknown": counts.unknown, "late": late,
        "sha256": _digest(rows),
    }  # fmt: skip
    record(actor=actor, action="attendance.punch.record", subject=batch, new=new, now=now)
    if added > late:
        recompute_touched(batch=batch, now=now)
    return counts


def _check(rows: Sequence[PunchRow], source: str) -> None:
    if not 1 <= len(source) <= LONGEST_SOURCE:
        raise DomainError(
            "attendance.punch.source",
            field="source",
            zh=f"请填写打卡来源，不超过 {LONGEST_SOURCE} 个字符。",
            en=f"Say where the punches come from, in at most {LONGEST_SOURCE} characters.",
        )
    for position, row in enumerate(rows):
        if row.punched_at.tzinfo is None:
            raise DomainError(
                "attendance.punch.naive",
                field="punched_at",
                position=position,
                zh="打卡时间须带时区。",
                en="A punch needs a time with its zone.",
            )


def _unknown(rows: Sequence[PunchRow]) -> tuple[list[int], int]:
    """Positions of rows of nobody we know, and the number of the other rows."""
    with connection.cursor() as cursor:
        codes = sorted({row.employee_code for row in rows})
        cursor.execute(_KNOWN, {"tenant": require_tenant_id(), "codes": codes})
        known = {code for (code,) in cursor.fetchall()}
    positions = [position for position, row in enumerate(rows) if row.employee_code not in known]
    return positions, len(rows) - len(positions)


def _insert(rows: Sequence[PunchRow], batch: PunchBatch) -> tuple[int, int]:
    """How many were added, and how many of them came too late."""
    params: dict[str, Any] = {
        "tenant": require_tenant_id(), "source": batch.source, "batch": batch.id, "zone": str(current_tenant().zone),
        "codes": [row.employee_code for row in rows], "stamps": [row.punched_at.isoformat() for row in rows],
        "trusts": [int(row.trust) for row in rows],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, params)
        added, late = cursor.fetchone()
    return added, late


def _digest(rows: Sequence[PunchRow]) -> str:
    text = "\n".join(f"{row.employee_code} {row.punched_at.isoformat()}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


_KNOWN = "SELECT code FROM people_employee WHERE tenant_id = %(tenant)s AND code = ANY(%(codes)s::text[])"
# Too late: the punch's day is in a locked month, or it lies in the window of a shift of the day before that is.
_INSERT = """
WITH given AS (
    SELECT code, punched_at, max(trust) AS trust
    FROM unnest(%(codes)s::text[], %(stamps)s::timestamptz[], %(trusts)s::smallint[]) AS g (code, punched_at, trust)
    GROUP BY code, punched_at
), added AS (
    INSERT INTO attendance_punch (tenant_id, employee_id, punched_at, source, trust, batch_id)
    SELECT %(tenant)s, e.id, g.punched_at, %(source)s, g.trust, %(batch)s
    FROM given g JOIN people_employee e ON e.tenant_id = %(tenant)s AND e.code = g.code
    ORDER BY e.id, g.punched_at
    ON CONFLICT (tenant_id, employee_id, punched_at, source) DO NOTHING
    RETURNING employee_id, punched_at
), locked AS (
    SELECT start_date, (start_date + interval '1 month')::date AS end_date FROM attendance_attendancemonth
    WHERE tenant_id = %(tenant)s AND state = 'locked'
)
SELECT count(*), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM locked l WHERE a.local >= l.start_date AND (a.local < l.end_date OR (
        a.local < l.end_date + interval '12 hours' AND EXISTS (
            SELECT 1 FROM attendance_rosterday r
            JOIN attendance_shift s ON s.tenant_id = r.tenant_id AND s.id = r.shift_id
            WHERE r.tenant_id = %(tenant)s AND r.employee_id = a.employee_id AND r.date = l.end_date - 1
              AND a.local < r.date + make_interval(mins => s.end_minute + s.window_after_minutes + 1))))))
FROM (SELECT employee_id, punched_at AT TIME ZONE %(zone)s AS local FROM added) a
"""
