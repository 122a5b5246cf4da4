"""Beginning and locking months, and opening them again."""

from __future__ import annotations

import hashlib
import io
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from attendance.models import AttendanceMonth
from attendance.queries.months import end_of, month_of, months_between, require_open
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.tenants import current_tenant

COMPUTE, LOCK = "attendance.timesheet.change", "attendance.timesheet.lock"


def begin_months(*, first: date, end: date) -> None:
    """Make rows for the months that [first, end) touches; rosters and results need them."""
    months = [AttendanceMonth(start_date=month) for month in months_between(first, end)]
    AttendanceMonth.objects.bulk_create(months, ignore_conflicts=True)


@transaction.atomic
def prepare_month(*, month: date, actor: Actor, now: datetime) -> int:
    """Begin the month, and remove what was computed or planned for people who turn out not to be employed in it;
    how many results went. Errors: attendance.month.not_over, attendance.month.locked.
    """
    actor.require(COMPUTE)
    require_over(month=month, now=now)
    begin_months(first=month, end=end_of(month))
    require_open(month, end_of(month))
    params: dict[str, Any] = {"tenant": require_tenant_id(), "month": month, "first": month, "end": end_of(month)}
    with connection.cursor() as cursor:
        for statement in _REMOVE_STRANGERS:
            cursor.execute(statement, params)
        return sum(days for (days,) in cursor.fetchall())


@transaction.atomic
def lock_month(*, month: date, actor: Actor, now: datetime) -> AttendanceMonth:
    """Make the month immutable, also for the database. Locking twice does nothing.

    month: its first day. Errors: attendance.month.not_over, attendance.month.not_computed.
    """
    row = hold_month(month)
    actor.require(LOCK)
    if row.is_locked:
        return row
    require_over(month=month, now=now)
    _require_computed(row)
    row.state, row.locked_at, row.locked_by = AttendanceMonth.State.LOCKED, now, actor.label[:200]
    row.digest = _digest(month)
    row.version += 1
    row.save(update_fields=["state", "locked_at", "locked_by", "digest", "version"])
    record(actor=actor, action="attendance.month.lock", subject=row, new={"digest": row.digest}, now=now)
    return row


def open_month(*, row: AttendanceMonth, reason: str, actor: Actor, now: datetime) -> None:
    """Open a month that is held and locked, once a second person has agreed (``services.month_unlocks``)."""
    old = {"digest": row.digest, "locked_at": row.locked_at, "locked_by": row.locked_by}
    row.state, row.locked_at, row.locked_by, row.digest = AttendanceMonth.State.OPEN, None, "", ""
    row.version += 1
    row.save(update_fields=["state", "locked_at", "locked_by", "digest", "version"])
    record(actor=actor, action="attendance.month.unlock", subject=row, old=old, new={"reason": reason}, now=now)


def require_over(*, month: date, now: datetime) -> None:
    """Raise DomainError ``attendance.month.not_over`` while days of the month are still to come."""
    if now.astimezone(current_tenant().zone).date() < end_of(month):
        raise DomainError(
            "attendance.month.not_over",
            field="month",
            zh=f"{month:%Y-%m} 尚未结束，不能锁定考勤。",
            en=f"{month:%Y-%m} is not over yet; its attendance cannot be locked.",
            status=409,
        )


def hold_month(month: date) -> AttendanceMonth:
    """The month's row, begun where it was not, and locked for this transaction. month: its first day."""
    if month != month_of(month):
        raise DomainError(
            "attendance.month.not_first_day",
            field="month",
            zh="请给出月份的第一天。",
            en="Give its first day.",
        )
    begin_months(first=month, end=end_of(month))
    row: AttendanceMonth = AttendanceMonth.objects.select_for_update().get(start_date=month)
    return row


def _require_computed(row: AttendanceMonth) -> None:
    if not row.timesheets.exists():
        raise DomainError(
            "attendance.month.not_computed",
            field="month",
            zh=f"{row} 尚无考勤汇总，请先计算。",
            en=f"There are no timesheets for {row} yet. Compute them first.",
            status=409,
        )


def _digest(month: date) -> str:
    """SHA-256 of the month's day results by employee number and date: the same input gives the same digest in any
    database.
    """
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        params = {"tenant": require_tenant_id(), "month": month}
        cursor.copy_expert(f"COPY ({cursor.mogrify(_DIGESTED, params).decode()}) TO STDOUT", buffer)
    return hashlib.sha256(buffer.getvalue()).hexdigest()


_DIGESTED = """
SELECT e.code, r.date, split_part(s.code, '@', 1), r.kind, r.status, r.flags, r.first_in, r.last_out, r.due_minutes,
       r.worked_minutes, r.late_minutes, r.early_minutes, r.overtime_weekday_minutes, r.overtime_rest_day_minutes,
       r.overtime_statutory_minutes, r.night_minutes, r.short_minutes, r.absent_minutes, r.absent_half_days,
       r.leave_paid_minutes, r.leave_unpaid_minutes, r.travel_minutes, r.overtime_leave_minutes
FROM attendance_dayresult r
JOIN people_employee e ON e.tenant_id = r.tenant_id AND e.id = r.employee_id
LEFT JOIN attendance_shift s ON s.tenant_id = r.tenant_id AND s.id = r.shift_id
WHERE r.tenant_id = %(tenant)s AND r.month = %(month)s
ORDER BY e.code COLLATE "C", r.date
"""

# The strangers are few, and found among the people: looking at everybody's days would take long. NOT IN rather than
# NOT EXISTS hashes the people once, whatever the planner believes about the tables.
_STRANGERS = """
t.employee_id = ANY (ARRAY(
    SELECT e.id FROM people_employee e WHERE e.tenant_id = %(tenant)s AND e.id NOT IN (
        SELECT a.employee_id FROM people_assignment a WHERE a.tenant_id = %(tenant)s
        AND a.start_date < %(end)s AND (a.end_date IS NULL OR a.end_date > %(first)s))))
"""
_REMOVE_STRANGERS = (
    f"""DELETE FROM attendance_timesheet t USING attendance_attendancemonth m
    WHERE t.tenant_id = %(tenant)s AND m.tenant_id = t.tenant_id AND m.id = t.month_id AND m.start_date = %(month)s
      AND {_STRANGERS}""",
    f"""DELETE FROM attendance_rosterday t
    WHERE t.tenant_id = %(tenant)s AND t.date >= %(first)s AND t.date < %(end)s AND {_STRANGERS}""",
    f"""DELETE FROM attendance_monthresult t
    WHERE t.tenant_id = %(tenant)s AND t.start_date = %(month)s AND {_STRANGERS}
    RETURNING (SELECT count(*) FROM attendance_dayresult r
               WHERE r.tenant_id = t.tenant_id AND r.month_result_id = t.id)""",
)
