"""Punches that are wrong (somebody else's card, a test of the device): marked as void on request, never removed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from attendance.models import Correction, Punch, RequestState
from attendance.models.request_states import LIVE
from attendance.queries.request_facts import void_facts
from attendance.queries.setups import current_settings
from attendance.services.corrections import (
    VOID,
    Evidence,
    Preview,
    decide_correction,
    held_correction,
    keep_evidence,
    require_recent,
    require_within_limit,
    used_in_month,
)  # fmt: skip
from attendance.services.day_previews import DayEffect, effect_of_void
from attendance.services.requests import (
    compute_again,
    hold_months,
    refused,
    require_changeable,
    require_for,
    require_not_about,
    require_text,
)  # fmt: skip
from hrsaas.access.actors import Actor
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import by_manager, submit
from hrsaas.audit.services.entries import record
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.tenants import current_tenant

ONE_DAY = timedelta(days=1)


def preview_void(*, punch: Punch, actor: Actor, now: datetime) -> Preview:
    """What the days would come to without this punch. Errors: as ``ask_void``, but for evidence, reason and limit."""
    require_for(punch.employee, actor)
    day, days = _effect(punch)
    _check(punch, day, now)
    return Preview(used_in_month(punch.employee, day), current_settings().correction_limit, days)


@transaction.atomic
def ask_void(*, punch: Punch, reason: str, evidence: Evidence | None = None, actor: Actor, now: datetime) -> Correction:
    """Ask the person's manager to let a punch count no more; it counts as one of the month's corrections.

    Errors: attendance.request.{too_old,empty,file}, attendance.request.{locked,twice,limit} (409),
    people.employee.not_found.
    """
    employee: Employee = Employee.objects.select_for_update(no_key=True).get(pk=punch.employee_id)
    require_for(employee, actor)
    day, days = _effect(punch)
    _check(punch, day, now)
    require_within_limit(employee, day)
    void: Correction = Correction.objects.create(
        employee=employee, date=day, direction=Correction.Direction.VOID, punched_at=punch.punched_at, voids=punch,
        reason=require_text(reason, "reason"), asked_at=now, asked_by=actor.label[:200],
    )  # fmt: skip
    if evidence is not None:
        keep_evidence(void, evidence)
    payload = _payload(void, punch, days, evidence)
    submit(kind=VOID, subject=void, steps=[by_manager(employee_id=employee.pk)], payload=payload, actor=actor, now=now)
    new = {"employee_id": employee.pk, "punch_id": punch.pk, "punched_at": punch.punched_at, "reason": void.reason}
    record(actor=actor, action="attendance.void.ask", subject=void, new=new, now=now)
    return void


@transaction.atomic
def undo_void(*, void: Correction, actor: Actor, now: datetime) -> Correction:
    """Let a voided punch count again, by who may change punches. Errors: attendance.request.{decided,locked} (409)."""
    require_for(void.employee, actor)
    actor.require("attendance.punch.change")
    around = _around(void.date)
    hold_months(around)
    held: Correction = Correction.objects.select_for_update(of=("self",), no_key=True).get(pk=void.pk)
    if held.voids_id is None or held.state != RequestState.APPROVED:
        raise refused("decided", "该打卡未作废，无需撤销。", "There is no void punch to bring back here.", status=409)
    require_changeable(held.date)
    decide_correction(held, RequestState.CANCELLED, "cancel", None, actor, now)
    compute_again(held.employee_id, around, actor=actor, now=now)
    return held


def on_approved(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """The punch counts no more, its days are computed again. Errors: attendance.request.{own (403),locked (409)}."""
    void = held_correction(request)
    require_not_about([void.employee_id], actor)
    around = _around(void.date)
    hold_months(around)
    require_changeable(void.date)
    decide_correction(void, RequestState.APPROVED, "approve", None, actor, now)
    compute_again(void.employee_id, around, actor=actor, now=now)


def on_rejected(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """The punch goes on counting; also for who takes the request back."""
    withdrawn = request.state == ApprovalRequest.State.WITHDRAWN
    state = RequestState.WITHDRAWN if withdrawn else RequestState.REJECTED
    verb = "withdraw" if withdrawn else "reject"
    decide_correction(held_correction(request), state, verb, None, actor, now)


def register_approvals() -> None:
    """Called when Django starts."""
    register(ApprovalKind(VOID, "作废打卡申请", "Voiding of a punch", on_approved, on_rejected, void_facts))


def _effect(punch: Punch) -> tuple[date, list[DayEffect]]:
    """The working day that counts the punch (a morning's may be of the night before), and what changes without it."""
    local = punch.punched_at.astimezone(current_tenant().zone).date()
    days = effect_of_void(employee_id=punch.employee_id, day=local, punch_id=punch.pk)
    changed = [one.date for one in days if one.before != one.after]
    return min(changed, default=local), days


def _check(punch: Punch, day: date, now: datetime) -> None:
    require_recent(day, now)
    require_changeable(day)
    if Correction.objects.filter(voids=punch, state__in=LIVE).exists():
        raise refused(
            "twice", "该打卡已申请作废。", "Voiding this punch is asked for already.", status=409, field="punch"
        )


def _around(day: date) -> list[date]:
    return [day - ONE_DAY, day, day + ONE_DAY]


def _payload(void: Correction, punch: Punch, days: list[DayEffect], evidence: Evidence | None) -> dict[str, Any]:
    """What the deciders read."""
    local = punch.punched_at.astimezone(current_tenant().zone)
    return {
        "employee": str(void.employee), "date": void.date, "time": f"{local:%Y-%m-%d %H:%M}", "source": punch.source,
        "reason": void.reason, "used_before": used_in_month(void.employee, void.date) - 1,
        "limit": current_settings().correction_limit, "evidence": evidence is not None,
        "effect": [asdict(day) for day in days],
    }  # fmt: skip
