"""Asking for leave and travel, what happens after yes and no, and cancelling."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from attendance.models import LeaveDay, LeaveRequest
from attendance.queries.months import require_open
from attendance.rules.leave_amounts import to_decimal
from attendance.services.leave_effects import Asked, Effect, effect_of, spans_of
from attendance.services.leave_ledger import CHANGE, give_back, lock_people, own_lots, require_visible, take
from attendance.services.recomputations import recompute_stored
from attendance.services.requests import require_not_about
from hrsaas.access.actors import Actor
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services import requests as approvals
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.queries.tenants import current_tenant

KIND = "attendance.leave"
REQUEST = "attendance.leave.request"
ONE_DAY = timedelta(days=1)
State = LeaveRequest.State


def preview_leave(*, asked: Asked, actor: Actor, now: datetime) -> Effect:
    """What asking for it would do; nothing is written. Errors as ``effect_of``; what would be refused is in faults."""
    _require_may_ask(asked, actor)
    return effect_of(asked, today=_today(now))


@transaction.atomic
def request_leave(*, asked: Asked, actor: Actor, now: datetime) -> LeaveRequest:
    """Ask the person's manager for leave or travel; the balance is held until the decision.

    People ask for themselves, who may change leave for everybody in reach. Errors: the first of
    ``preview_leave``'s faults: attendance.month.locked, attendance.leave.{inactive, overlap (409), nothing,
    destination, evidence, waiting, notice, most_per_request, most_per_year, not_enough (409)}.
    """
    lock_people([asked.employee.pk])
    _require_may_ask(asked, actor)
    effect = effect_of(asked, today=_today(now), lots=own_lots(asked.employee.pk, asked.leave_type))
    if effect.faults:
        raise effect.faults[0]
    request = _write(asked, effect, actor, now)
    take(request, effect.draws, actor=actor, now=now)
    approvals.submit(
        kind=KIND, subject=request, steps=[approvals.by_manager(employee_id=asked.employee.pk)],
        payload=_payload(request, effect), actor=actor, now=now,
    )  # fmt: skip
    new = {"leave_type": asked.leave_type.code, "first": asked.first_date, "last": asked.last_date}
    record(actor=actor, action="attendance.leave.submit", subject=request, new=new, now=now)
    return request


@transaction.atomic
def cancel_leave(*, request: LeaveRequest, actor: Actor, now: datetime) -> LeaveRequest:
    """Take a leave back: a pending one by who asked; an approved one before it begins by the person, later by who may
    change leave, while its months are open. What it took is given back, day by day.

    Errors: attendance.leave.{finished,begun} (409), attendance.month.locked, approvals.request.not_requester.
    """
    request = _held(request.pk)
    own = actor.employee_id == request.employee_id and actor.may(REQUEST)
    if not own:
        actor.require(CHANGE)
        require_visible(request.employee, actor)
    if request.state == State.PENDING:
        asked = ApprovalRequest.objects.get(
            kind=KIND, subject_type=request._meta.label_lower, subject_id=request.pk, state="pending"
        )
        approvals.withdraw(request=asked, actor=actor, now=now)
        request.refresh_from_db()
        return request
    _require_cancellable(request, actor, _today(now))
    _end(request, State.CANCELLED, actor, now)
    record(actor=actor, action="attendance.leave.cancel", subject=request, now=now)
    _recompute(request, now)
    return request


def on_approved(approval: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Days that were computed already are computed again.

    Errors: attendance.request.own (403); attendance.month.locked, where the month was closed meanwhile: it can only be
    rejected then.
    """
    request = _held(approval.subject_id)
    require_not_about([request.employee_id], actor)
    require_open(request.first_date, request.last_date + ONE_DAY)
    request.state, request.decided_at = State.APPROVED, now
    request.save(update_fields=["state", "decided_at"])
    request.days.update(state=LeaveDay.State.APPROVED)
    record(actor=actor, action="attendance.leave.approve", subject=request, now=now)
    _recompute(request, now)


def on_rejected(approval: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Rejected, or withdrawn by who asked."""
    request = _held(approval.subject_id)
    withdrawn = approval.state == ApprovalRequest.State.WITHDRAWN
    _end(request, State.CANCELLED if withdrawn else State.REJECTED, actor, now)
    action = "attendance.leave.withdraw" if withdrawn else "attendance.leave.reject"
    record(actor=actor, action=action, subject=request, now=now)


def _recompute(request: LeaveRequest, now: datetime) -> None:
    """Days that are computed already are put right at once."""
    recompute_stored(employee_id=request.employee_id, first=request.first_date, last=request.last_date, now=now)


def _held(request_id: int) -> LeaveRequest:
    """The request as it is now, its person locked first as by everybody who moves leave."""
    lock_people(list(LeaveRequest.objects.filter(id=request_id).values_list("employee_id", flat=True)))
    found: LeaveRequest = LeaveRequest.objects.select_for_update(of=("self",)).get(id=request_id)
    return found


def _end(request: LeaveRequest, state: str, actor: Actor, now: datetime) -> None:
    request.state, request.decided_at = state, now
    request.save(update_fields=["state", "decided_at"])
    request.days.update(state=LeaveDay.State.VOID)
    give_back(request, actor=actor, now=now)


def _write(asked: Asked, effect: Effect, actor: Actor, now: datetime) -> LeaveRequest:
    request: LeaveRequest = LeaveRequest.objects.create(
        employee=asked.employee, leave_type=asked.leave_type, first_date=effect.days[0].date,
        last_date=effect.days[-1].date, first_part=asked.first_part, last_part=asked.last_part,
        start_minute=asked.start_minute, end_minute=asked.end_minute, amount=effect.amount,
        reason=asked.reason[:300], destination=asked.destination[:120], evidence=asked.evidence[:200],
        created_at=now, created_by=actor.label[:200],
    )  # fmt: skip
    spans = spans_of(effect.days)
    LeaveDay.objects.bulk_create(
        LeaveDay(
            request=request, employee=asked.employee, date=day.date, start_minute=start, end_minute=end,
            amount=day.amount,
        )
        for day, (start, end) in zip(effect.days, spans)
    )  # fmt: skip
    return request


def _payload(request: LeaveRequest, effect: Effect) -> dict[str, Any]:
    """What the decider reads: whole, in days or hours."""
    leave_type = request.leave_type
    said = {"leave_type": leave_type.name, "leave_type_en": leave_type.name_en, "employee": str(request.employee)}
    amounts = {"amount": effect.amount, "balance_after": effect.after}
    shown = {
        name: None if value is None else f"{to_decimal(value, leave_type.unit):f}" for name, value in amounts.items()
    }
    away = max((cover.away for cover in effect.cover), default=0)
    return {
        **said, **shown, "unit": "hour" if leave_type.in_hours else "day", "first": request.first_date,
        "last": request.last_date, "reason": request.reason, "destination": request.destination, "others_away": away,
    }  # fmt: skip


def _require_may_ask(asked: Asked, actor: Actor) -> None:
    if actor.employee_id == asked.employee.pk and actor.may(REQUEST):
        return
    actor.require(CHANGE)
    require_visible(asked.employee, actor)


def _require_cancellable(request: LeaveRequest, actor: Actor, today: date) -> None:
    if request.state != State.APPROVED:
        raise DomainError(
            "attendance.leave.finished", status=409,
            zh="该申请已经结束。", en="This request has already come to its end.",
        )  # fmt: skip
    if request.first_date <= today and not actor.may(CHANGE):
        raise DomainError(
            "attendance.leave.begun", status=409,
            zh="假期已经开始，请联系考勤专员取消。", en="The leave has begun; ask the attendance clerk to cancel it.",
        )  # fmt: skip
    require_open(request.first_date, request.last_date + ONE_DAY)


def _today(now: datetime) -> date:
    return now.astimezone(current_tenant().zone).date()
