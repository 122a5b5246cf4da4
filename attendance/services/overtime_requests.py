"""Asking for overtime, what happens after yes and no, and cancelling."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction

from attendance.models import LeaveEntry, LeaveLot, OvertimeRequest, RequestState
from attendance.queries.months import is_locked, month_of
from attendance.queries.request_facts import overtime_facts
from attendance.services.leave_ledger import lock_people
from attendance.services.overtime_adjustments import adjust, overtime_of, take_adjustments_back
from attendance.services.overtime_effects import NewOvertime, OvertimeEffect, effect_of
from attendance.services.overtime_leave import lot_key
from attendance.services.recomputations import recompute_stored
from attendance.services.requests import (
    hold_months,
    refused,
    require_for,
    require_not_about,
    require_text,
    withdraw_pending,
)  # fmt: skip
from hrsaas.access.actors import Actor
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import by_manager, submit
from hrsaas.audit.services.entries import record
from hrsaas.tenancy.queries.tenants import current_tenant

KIND = "attendance.overtime"


def preview_overtime(*, asked: NewOvertime, actor: Actor, now: datetime) -> OvertimeEffect:
    """What asking for it would do; nothing is written. Errors as ``effect_of``; what would be refused is in faults."""
    require_for(asked.employee, actor)
    return effect_of(asked, today=_today(now))


@transaction.atomic
def ask_overtime(*, asked: NewOvertime, actor: Actor, now: datetime) -> OvertimeRequest:
    """Ask the person's manager for overtime, before it or within the days that the settings allow.

    Errors: attendance.request.{not_employed,times,empty,too_late,within_shift,statutory_pay,no_time_off,twice (409)},
    attendance.month.locked, people.employee.not_found, attendance.settings.missing.
    """
    lock_people([asked.employee.pk])
    require_for(asked.employee, actor)
    reason = require_text(asked.reason, "reason")
    effect = effect_of(asked, today=_today(now))
    if effect.faults:
        raise effect.faults[0]
    row: OvertimeRequest = OvertimeRequest.objects.create(
        employee=asked.employee, date=asked.date, start_minute=asked.start_minute, end_minute=asked.end_minute,
        minutes=effect.minutes, compensation=asked.compensation, leave_type=effect.leave_type, reason=reason,
        asked_at=now, asked_by=actor.label[:200],
    )  # fmt: skip
    submit(
        kind=KIND, subject=row, steps=[by_manager(employee_id=asked.employee.pk)], payload=payload_of(row, effect),
        actor=actor, now=now,
    )  # fmt: skip
    new = {"employee_id": asked.employee.pk, "date": asked.date, "minutes": effect.minutes, "for": asked.compensation}
    record(actor=actor, action="attendance.overtime.ask", subject=row, new=new, now=now)
    return row


@transaction.atomic
def cancel_overtime(*, request: OvertimeRequest, actor: Actor, now: datetime) -> OvertimeRequest:
    """Take overtime back: a waiting one by who asked; an approved one by the person before its day, later by who asks
    for others. Its day is computed again; of a locked month it is taken back in the open one.

    Errors: attendance.request.{decided,begun,used} (409), approvals.request.not_requester (403).
    """
    require_for(request.employee, actor)
    if request.state == RequestState.WAITING:
        withdraw_pending(kind=KIND, subject_id=request.pk, actor=actor, now=now)
        request.refresh_from_db()
        return request
    hold_months([request.date])
    row = _held(request.pk)
    _require_cancellable(row, actor, _today(now))
    _settle(row, RequestState.CANCELLED, actor, now)
    record(actor=actor, action="attendance.overtime.cancel", subject=row, now=now)
    return row


def on_approved(approval: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Its day is computed again, or adjusted where its month was locked meanwhile.

    Errors: attendance.request.{own (403),locked (409)}.
    """
    day = OvertimeRequest.objects.values_list("date", flat=True).get(pk=approval.subject_id)
    hold_months([day])
    row = _held(approval.subject_id)
    require_not_about([row.employee_id], actor)
    _settle(row, RequestState.APPROVED, actor, now)
    new = {"counts_on_day": row.counts_on_day}
    record(actor=actor, action="attendance.overtime.approve", subject=row, new=new, now=now)


def on_rejected(approval: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Rejected, or withdrawn by who asked."""
    row = _held(approval.subject_id)
    withdrawn = approval.state == ApprovalRequest.State.WITHDRAWN
    row.state = RequestState.WITHDRAWN if withdrawn else RequestState.REJECTED
    _save(row, actor, now)
    verb = "withdraw" if withdrawn else "reject"
    record(actor=actor, action=f"attendance.overtime.{verb}", subject=row, now=now)


def register_approvals() -> None:
    """Called when Django starts."""
    register(ApprovalKind(KIND, "加班申请", "Overtime request", on_approved, on_rejected, overtime_facts))


def _settle(row: OvertimeRequest, state: RequestState, actor: Actor, now: datetime) -> None:
    """Count it from now on, or no more."""
    approved = state == RequestState.APPROVED
    row.state = state
    if is_locked(month_of(row.date)):
        _settle_locked(row, approved, actor, now)
        return
    if not approved and not row.counts_on_day:  # it was counted in another month
        take_adjustments_back(request=row, actor=actor, now=now)
    row.counts_on_day = approved
    _save(row, actor, now)
    recompute_stored(employee_id=row.employee_id, first=row.date, last=row.date, now=now)


def _settle_locked(row: OvertimeRequest, approved: bool, actor: Actor, now: datetime) -> None:
    """The month stays as it is: what the request changes in it counts in the month that is open now."""
    if row.leave_type_id is not None:
        raise refused(
            "locked", f"{row.date:%Y-%m} 的考勤已锁定，加班不能再转为调休或取消调休，请先解锁该月。",
            f"Attendance of {row.date:%Y-%m} is locked; its overtime becomes no time off any more, nor pay again. "
            "Unlock the month first.", status=409, field="date",
        )  # fmt: skip
    if not approved and not row.counts_on_day:
        _save(row, actor, now)
        take_adjustments_back(request=row, actor=actor, now=now)
        return
    before = overtime_of(row)
    stays, row.counts_on_day = row.counts_on_day, approved
    _save(row, actor, now)
    after = overtime_of(row)
    row.counts_on_day = stays  # should the month be opened, its days come to what they were
    _save(row, actor, now)
    change = {name: after[name] - before[name] for name in after}
    adjust(request=row, change=change, actor=actor, now=now)


def _require_cancellable(row: OvertimeRequest, actor: Actor, today: date) -> None:
    if row.state != RequestState.APPROVED:
        raise refused("decided", "该申请已经结束。", "This request has been decided already.", status=409)
    if row.date <= today and actor.employee_id == row.employee_id:
        raise refused(
            "begun", "加班已经开始，请由主管或考勤专员取消。",
            "The overtime has begun; ask your manager or the attendance clerk to cancel it.", status=409,
        )  # fmt: skip
    _require_unused(row)


def _require_unused(row: OvertimeRequest) -> None:
    """Time off that was taken already cannot be taken back."""
    if row.leave_type_id is None:
        return
    lots = LeaveLot.objects.filter(employee=row.employee_id, leave_type=row.leave_type_id, key=lot_key(row.date))
    for lot in lots:
        given = sum(lot.entries.filter(kind=LeaveEntry.Kind.OVERTIME).values_list("amount", flat=True))
        if lot.remaining < given:
            raise refused(
                "used", "由此加班换得的调休已经使用，请先取消该调休假。",
                "The time off that this overtime gave was taken already; cancel that leave first.", status=409,
            )  # fmt: skip


def _held(request_id: int) -> OvertimeRequest:
    """The request as it is now, its person locked first."""
    lock_people(list(OvertimeRequest.objects.filter(pk=request_id).values_list("employee_id", flat=True)))
    rows = OvertimeRequest.objects.select_for_update(of=("self",), no_key=True).select_related("employee")
    found: OvertimeRequest = rows.get(pk=request_id)
    return found


def _save(row: OvertimeRequest, actor: Actor, now: datetime) -> None:
    row.decided_at, row.decided_by = now, actor.label[:200]
    row.save(update_fields=["state", "counts_on_day", "decided_at", "decided_by"])


def payload_of(row: OvertimeRequest, effect: OvertimeEffect) -> dict[str, Any]:
    """What the deciders read."""
    return {
        "employee": str(row.employee), "date": row.date, "from_minute": row.start_minute,
        "until_minute": row.end_minute, "minutes": effect.minutes, "counted_minutes": effect.counted_minutes,
        "compensation": row.compensation, "reason": row.reason, "kind": effect.kind.name.lower(),
        "shift": effect.shift.code if effect.shift else "", "basis": effect.basis,
        "day_minutes": effect.day_minutes, "month_minutes": effect.month_minutes,
        "month_limit_minutes": effect.month_limit_minutes, "adjusted": effect.adjusted,
        "warnings": [asdict(one) for one in effect.warnings], "effect": [asdict(day) for day in effect.days],
    }  # fmt: skip


def _today(now: datetime) -> date:
    return now.astimezone(current_tenant().zone).date()
