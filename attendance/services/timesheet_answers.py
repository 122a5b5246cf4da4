"""People and their own month: asked to look at it, confirmed, disputed; the clerk answers; silence may confirm."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from attendance.models import AttendanceMonth, Timesheet, TimesheetConfirmation, TimesheetDispute
from attendance.queries.months import require_open
from attendance.queries.setups import current_settings
from attendance.services.months import COMPUTE, hold_month, require_over
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.tenancy.context import require_tenant_id

JOB = "attendance_timesheets"


@transaction.atomic
def ask_people(*, month: date, actor: Actor, now: datetime) -> Job:
    """Compute the month in the background, and ask people to look at it when that is done; nothing is locked.

    month: its first day. Errors: attendance.month.{not_over,locked (409)}.
    """
    actor.require(COMPUTE)
    require_over(month=month, now=now)
    require_open(month, month + timedelta(days=1))
    return jobs.enqueue(kind=JOB, params={"month": month}, actor=actor, now=now)


@transaction.atomic
def open_for_answers(*, month: date, actor: Actor, now: datetime) -> AttendanceMonth:
    """From now on people may confirm or dispute; with ``answer_days`` in the settings, silence confirms afterwards."""
    row = hold_month(month)
    actor.require(COMPUTE)
    days = current_settings().answer_days
    row.asked_at, row.answers_due_at = now, now + timedelta(days=days) if days else None
    row.save(update_fields=["asked_at", "answers_due_at"])
    new = {"asked_at": now, "answers_due_at": row.answers_due_at}
    record(actor=actor, action="attendance.timesheet.ask", subject=row, new=new, now=now)
    return row


@transaction.atomic
def confirm_timesheet(*, sheet: Timesheet, actor: Actor, now: datetime) -> TimesheetConfirmation:
    """The person agrees with the own month; twice does nothing. It is void when the timesheet changes.

    Errors: attendance.timesheet.{not_own (403),not_asked,disputed (409)}.
    """
    sheet = _own(sheet, actor)
    if _open_disputes(sheet).exists():
        raise _conflict("disputed", "您的异议尚未答复，不能确认。", "Your dispute has not been answered yet.")
    valid = TimesheetConfirmation.objects.filter(month=sheet.month, employee=sheet.employee, is_void=False)
    there: TimesheetConfirmation | None = valid.first()
    if there is not None:
        return there
    made: TimesheetConfirmation = TimesheetConfirmation.objects.create(
        month=sheet.month, employee=sheet.employee, confirmed_at=now, confirmed_from=_place(actor)
    )
    record(actor=actor, action="attendance.timesheet.confirm", subject=sheet, now=now)
    return made


@transaction.atomic
def dispute_timesheet(*, sheet: Timesheet, text: str, actor: Actor, now: datetime) -> TimesheetDispute:
    """The person says what is wrong with the own month.

    Errors: attendance.timesheet.{not_own (403),not_asked,dispute_open (409)}, attendance.dispute.empty.
    """
    sheet = _own(sheet, actor)
    _check_text(text, "text")
    if _open_disputes(sheet).exists():
        raise _conflict("dispute_open", "您已提出异议，请等待答复。", "You have raised a dispute already.")
    dispute: TimesheetDispute = TimesheetDispute.objects.create(
        month=sheet.month, employee=sheet.employee, text=text.strip(), raised_at=now, raised_from=_place(actor)
    )
    record(actor=actor, action="attendance.timesheet.dispute", subject=sheet, new={"text": dispute.text}, now=now)
    return dispute


@transaction.atomic
def answer_dispute(*, dispute: TimesheetDispute, answer: str, actor: Actor, now: datetime) -> TimesheetDispute:
    """A clerk answers; the person may confirm or dispute again.

    Errors: attendance.dispute.empty; attendance.dispute.answered (409).
    """
    dispute = TimesheetDispute.objects.select_for_update(no_key=True).get(id=dispute.id)
    actor.require(COMPUTE)
    _check_text(answer, "answer")
    if not dispute.is_open:
        raise DomainError(
            "attendance.dispute.answered", status=409, zh="该异议已答复。", en="The dispute has been answered."
        )
    dispute.answer, dispute.answered_by, dispute.answered_at = answer.strip(), actor.label[:200], now
    dispute.save(update_fields=["answer", "answered_by", "answered_at"])
    facts = {"answer": dispute.answer}
    record(actor=actor, action="attendance.dispute.answer", subject=dispute, new=facts, now=now)
    return dispute


@transaction.atomic
def confirm_silent(*, actor: Actor, now: datetime) -> int:
    """Confirm for who said nothing until the deadline; how many. Who disputes, or confirmed figures that changed since
    people were asked, is left alone: silence is no answer to those.
    """
    actor.require(COMPUTE)
    count = 0
    for month in AttendanceMonth.objects.filter(answers_due_at__lte=now).order_by("start_date"):
        with connection.cursor() as cursor:
            cursor.execute(_SILENT, {"tenant": require_tenant_id(), "month": month.id, "now": now})
            done = int(cursor.rowcount)
        if done:
            new = {"people": done}
            record(actor=actor, action="attendance.timesheet.confirm_silent", subject=month, new=new, now=now)
        count += done
    return count


def _own(sheet: Timesheet, actor: Actor) -> Timesheet:
    """The own timesheet, held against changes, of a month for which people may answer."""
    actor.require("attendance.timesheet.view")
    rows = Timesheet.objects.select_for_update(of=("self",), no_key=True).select_related("month", "employee")
    found: Timesheet | None = rows.filter(id=sheet.id).first()
    if found is None:
        raise NotFound("attendance.timesheet", sheet.id)
    if actor.employee_id is None or found.employee_id != actor.employee_id:
        raise DomainError(
            "attendance.timesheet.not_own", status=403, zh="只能对自己的考勤汇总这样做。",
            en="This is for one's own timesheet.",
        )  # fmt: skip
    if found.month.asked_at is None and not found.month.is_locked:
        raise _conflict("not_asked", "该月考勤尚未开放确认。", "This month is not open for answers yet.")
    return found


def _open_disputes(sheet: Timesheet) -> QuerySet[TimesheetDispute]:
    found: QuerySet[TimesheetDispute] = TimesheetDispute.objects.filter(
        month=sheet.month, employee=sheet.employee, answered_at=None
    )
    return found


def _place(actor: Actor) -> str:
    return " ".join(filter(None, [actor.origin.via, actor.origin.ip]))


def _check_text(text: str, field: str) -> None:
    if not text.strip():
        raise DomainError("attendance.dispute.empty", field=field, zh="请填写内容。", en="Write what you mean.")


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"attendance.timesheet.{word}", zh=zh, en=en, status=409)


_SILENT = """
INSERT INTO attendance_timesheetconfirmation
    (tenant_id, month_id, employee_id, confirmed_at, confirmed_from, automatic, is_void)
SELECT t.tenant_id, t.month_id, t.employee_id, %(now)s, '', true, false
FROM attendance_timesheet t
JOIN attendance_attendancemonth m ON m.tenant_id = t.tenant_id AND m.id = t.month_id
WHERE t.tenant_id = %(tenant)s AND t.month_id = %(month)s
  AND NOT EXISTS (SELECT 1 FROM attendance_timesheetconfirmation c
                  WHERE c.tenant_id = t.tenant_id AND c.month_id = t.month_id AND c.employee_id = t.employee_id
                    AND (NOT c.is_void OR c.confirmed_at >= m.asked_at))
  AND NOT EXISTS (SELECT 1 FROM attendance_timesheetdispute d
                  WHERE d.tenant_id = t.tenant_id AND d.month_id = t.month_id AND d.employee_id = t.employee_id
                    AND d.answered_at IS NULL)
ORDER BY t.employee_id
FOR NO KEY UPDATE OF t
ON CONFLICT DO NOTHING
"""
