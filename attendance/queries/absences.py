"""Approved leave and travel as the day engine takes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from attendance.rules.absences import AbsenceKind
from attendance.rules.calendars import minute_of
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns

NAMES = ("employee_id", "start_minute", "end_minute", "kind")


def absence_minutes(employee_ids: Sequence[int] | Ints, first: date, end: date, zone: ZoneInfo) -> dict[str, Ints]:
    """Approved absences of these people that touch the local days [first, end), by person and start, in one statement:
    columns employee_id, start_minute, end_minute (absolute local minutes since 1970-01-01 00:00), kind (AbsenceKind).

    The minutes are those of the wall clock, which leave is asked for in: ``zone`` is where it hangs, and moves nothing.
    A whole day is from midnight to midnight. A leave of which nothing is paid is unpaid; one that is paid in part is
    paid, and its share is payroll's.
    """
    params = {
        "tenant": require_tenant_id(), "ids": [int(one) for one in employee_ids], "start": minute_of(first),
        "end": minute_of(end), "travel": int(AbsenceKind.TRAVEL), "paid": int(AbsenceKind.LEAVE_PAID),
        "unpaid": int(AbsenceKind.LEAVE_UNPAID),
    }  # fmt: skip
    return read_columns(_ABSENCES, params, NAMES)


_ABSENCES = """
SELECT d.employee_id, d.start_minute::bigint, d.end_minute::bigint,
       CASE WHEN t.kind = 'travel' THEN %(travel)s WHEN t.paid_percent = 0 THEN %(unpaid)s ELSE %(paid)s END::bigint
FROM attendance_leaveday d
JOIN attendance_leaverequest r ON r.tenant_id = d.tenant_id AND r.id = d.request_id
JOIN attendance_leavetype t ON t.tenant_id = r.tenant_id AND t.id = r.leave_type_id
WHERE d.tenant_id = %(tenant)s AND d.employee_id = ANY(%(ids)s::bigint[]) AND d.state = 'approved'
  AND d.start_minute < %(end)s AND d.end_minute > %(start)s
ORDER BY d.employee_id, d.start_minute
"""
