"""Overtime that became time off: the ledger of leave follows the day results, each minute once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from attendance.models import LeaveEntry, LeaveLot, LeaveType
from attendance.rules.leave_entitlements import add_months
from attendance.services.leave_ledger import entry, lock_people, post
from hrsaas.access.actors import system_actor
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints

BY = system_actor("overtime")


class Due(NamedTuple):
    """Time off of one day: minutes that the day gives by now, and those that the ledger has of it."""

    employee_id: int
    leave_type_id: int
    day: date
    due: int
    posted: int


@transaction.atomic
def post_time_off(*, employee_ids: Sequence[int] | Ints, first: date, end: date, now: datetime) -> int:
    """Bring the ledger up to what the stored results of [first, end) say; how many days changed. A second time none.

    What a day gives no more is taken back, as far as nobody has used it. One statement where nothing differs, else a
    constant number.
    """
    params = {
        "tenant": require_tenant_id(), "ids": [int(one) for one in employee_ids], "first": first, "end": end,
    }  # fmt: skip
    found = _differing(params)
    if not found:
        return 0
    lock_people(sorted({one.employee_id for one in found}))
    return _post(_differing(params), now)  # again: somebody else may have posted meanwhile


def _post(found: Sequence[Due], now: datetime) -> int:
    types = LeaveType.objects.in_bulk({one.leave_type_id for one in found})
    LeaveLot.objects.bulk_create([_lot(one, types[one.leave_type_id]) for one in found], ignore_conflicts=True)
    keys = {lot_key(one.day) for one in found}
    rows = LeaveLot.objects.filter(employee_id__in={one.employee_id for one in found}, key__in=keys)
    lots = {(row.employee_id, row.leave_type_id, row.key): row for row in rows}
    entries = []
    for one in found:
        lot = lots[one.employee_id, one.leave_type_id, lot_key(one.day)]
        amount = max(one.due - one.posted, -lot.remaining)
        if amount:
            entries.append(entry(lot.pk, LeaveEntry.Kind.OVERTIME, one.day, amount, actor=BY, now=now))
    post(entries)
    return len(entries)


def _lot(one: Due, leave_type: LeaveType) -> LeaveLot:
    end = add_months(one.day, leave_type.overtime_months) if leave_type.overtime_months else None
    return LeaveLot(
        employee_id=one.employee_id, leave_type=leave_type, key=lot_key(one.day), start_date=one.day, end_date=end
    )


def lot_key(day: date) -> str:
    """Key of the lot that a day's overtime gives."""
    return f"overtime:{day}"


def _differing(params: dict[str, Any]) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, params)
        return [Due(*row) for row in cursor.fetchall()]


# Days on which somebody asked for time off, with what they give now beside what a clerk has credited. A request that
# was cancelled gives nothing, which is why it is looked at too.
_DIFFERING = """
SELECT employee_id, leave_type_id, date, due, posted FROM (
    SELECT o.employee_id, o.leave_type_id, o.date,
           (LEAST(COALESCE(sum(o.minutes) FILTER (WHERE o.counts_on_day), 0),
                  GREATEST(COALESCE(max(r.overtime_leave_minutes), 0) - COALESCE((
                      SELECT sum(e.amount) FROM attendance_leavelot l
                      JOIN attendance_leaveentry e ON e.tenant_id = l.tenant_id AND e.lot_id = l.id
                          AND e.kind = 'overtime'
                      WHERE l.tenant_id = o.tenant_id AND l.employee_id = o.employee_id
                        AND l.key = 'credited:' || o.date), 0), 0))
            * max(s.overtime_leave_percent) / 100)::bigint AS due,
           COALESCE((SELECT sum(e.amount) FROM attendance_leavelot l
                     JOIN attendance_leaveentry e ON e.tenant_id = l.tenant_id AND e.lot_id = l.id
                         AND e.kind = 'overtime'
                     WHERE l.tenant_id = o.tenant_id AND l.employee_id = o.employee_id
                       AND l.leave_type_id = o.leave_type_id AND l.key = 'overtime:' || o.date), 0)::bigint AS posted
    FROM attendance_overtimerequest o
    JOIN attendance_attendancesettings s ON s.tenant_id = o.tenant_id
    LEFT JOIN LATERAL (
        SELECT d.overtime_leave_minutes FROM attendance_dayresult d
        WHERE d.tenant_id = o.tenant_id AND d.employee_id = o.employee_id
          AND d.month = date_trunc('month', o.date::timestamp)::date AND d.date = o.date OFFSET 0
    ) r ON true
    WHERE o.tenant_id = %(tenant)s AND o.employee_id = ANY(%(ids)s::bigint[]) AND o.date >= %(first)s
      AND o.date < %(end)s AND o.compensation = 'time_off' AND o.state IN ('approved', 'cancelled')
    GROUP BY o.tenant_id, o.employee_id, o.leave_type_id, o.date
) days WHERE due <> posted
ORDER BY employee_id, date
"""
