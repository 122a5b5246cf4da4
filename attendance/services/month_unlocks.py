"""Unlocking months: one person asks, another one decides."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from attendance.models import AttendanceMonth, MonthUnlock, RequestState
from attendance.queries.request_facts import unlock_facts
from attendance.services.months import LOCK, hold_month, open_month
from hrsaas.access.actors import Actor
from hrsaas.access.models import Membership
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import StepSpec, by_role, submit
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError

KIND = "attendance.unlock"


@transaction.atomic
def ask_unlock(*, month: date, reason: str, actor: Actor, now: datetime) -> MonthUnlock:
    """Ask another person to open a locked month again. month: its first day.

    An HR admin is asked, or a clerk where the actor is the only HR admin. Pay runs of the month stay as they are; the
    next ones pay the difference. Errors: attendance.month.{not_locked,unlock_asked,nobody_else (409),reason},
    attendance.month.person_needed (403).
    """
    row = hold_month(month)
    actor.require(LOCK)
    user_id = _person(actor)
    _require_askable(row, reason)
    unlock: MonthUnlock = MonthUnlock.objects.create(
        month=row, month_version=row.version, reason=reason.strip(), asked_by_id=user_id, asked_at=now
    )
    payload = {"month": f"{month:%Y-%m}", "reason": unlock.reason}
    submit(kind=KIND, subject=unlock, steps=[_second(user_id)], payload=payload, actor=actor, now=now)
    record(actor=actor, action="attendance.unlock.ask", subject=row, new={"reason": unlock.reason}, now=now)
    return unlock


def on_approved(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """The second person agrees: the month opens. Errors: access.not_allowed (403), attendance.month.not_locked."""
    unlock = _locked(request)
    row = hold_month(unlock.month.start_date)
    actor.require(LOCK)
    if not row.is_locked or row.version != unlock.month_version:
        raise _not_locked(row)
    _decide(unlock, RequestState.APPROVED, _person(actor), now)
    open_month(row=row, reason=unlock.reason, actor=actor, now=now)


def on_rejected(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """It stays locked; also for who takes the request back."""
    state = RequestState.WITHDRAWN if request.state == ApprovalRequest.State.WITHDRAWN else RequestState.REJECTED
    _decide(_locked(request), state, _person(actor), now)


def register_approvals() -> None:
    """Called when Django starts."""
    register(ApprovalKind(KIND, "考勤月解锁", "Unlocking an attendance month", on_approved, on_rejected, unlock_facts))


def _locked(request: ApprovalRequest) -> MonthUnlock:
    rows = MonthUnlock.objects.select_for_update(of=("self",), no_key=True).select_related("month")
    found: MonthUnlock = rows.get(id=request.subject_id)
    return found


def _decide(unlock: MonthUnlock, state: RequestState, user_id: int, now: datetime) -> None:
    unlock.state, unlock.decided_by_id, unlock.decided_at = state, user_id, now
    unlock.save(update_fields=["state", "decided_by", "decided_at"])


def _second(user_id: int) -> StepSpec:
    others = Membership.objects.filter(user__is_active=True).exclude(user_id=user_id)
    held = set(others.filter(role__in=[Role.HR_ADMIN, Role.ATTENDANCE_CLERK]).values_list("role", flat=True))
    if not held:
        raise DomainError(
            "attendance.month.nobody_else", status=409,
            zh="解锁须两人。除您以外没有人事管理员或考勤专员，请先授予他人该角色。",
            en="Unlocking takes two people, and nobody else is HR admin or attendance clerk. Give somebody that role.",
        )  # fmt: skip
    return by_role(Role.HR_ADMIN if Role.HR_ADMIN in held else Role.ATTENDANCE_CLERK)


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise DomainError(
            "attendance.month.person_needed", status=403,
            zh="解锁须由本公司的两位用户办理。", en="Unlocking is for two users of the company themselves.",
        )  # fmt: skip
    return actor.user_id


def _require_askable(row: AttendanceMonth, reason: str) -> None:
    if not row.is_locked:
        raise _not_locked(row)
    if not reason.strip():
        raise DomainError(
            "attendance.month.reason", field="reason", zh="请填写解锁原因。", en="Say why the month is opened again."
        )
    if MonthUnlock.objects.filter(month=row, state=RequestState.WAITING).exists():
        raise DomainError(
            "attendance.month.unlock_asked", status=409,
            zh=f"{row} 的解锁申请正在等待审批。", en=f"Unlocking {row} is waiting for a decision already.",
        )  # fmt: skip


def _not_locked(row: AttendanceMonth) -> DomainError:
    return DomainError("attendance.month.not_locked", zh=f"{row} 未锁定。", en=f"{row} is not locked.", status=409)
