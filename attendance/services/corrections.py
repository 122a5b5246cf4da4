"""Corrections of punches (补卡): asked for with their effect in view, approved by the manager, appended as punches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from attendance.models import Correction, CorrectionFile, Punch, RequestState
from attendance.models.request_states import LIVE
from attendance.queries.months import end_of, month_of
from attendance.queries.request_facts import correction_facts
from attendance.queries.setups import current_settings
from attendance.services.day_previews import DayEffect, effect_of_punch
from attendance.services.punches import PunchRow, record_punches
from attendance.services.requests import (
    compute_again,
    entitled,
    hold_months,
    refused,
    require_changeable,
    require_employed,
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
from hrsaas.errors import NotFound
from hrsaas.people.models import Employee
from hrsaas.tenancy.keys import decrypt_bytes, encrypt_bytes
from hrsaas.tenancy.queries.tenants import current_tenant

KIND, VOID = "attendance.correction", "attendance.void"
SOURCE = "correction"
LARGEST_FILE = 5 * 1024 * 1024
# What a file begins with → what it is; only these are taken, whatever their names say.
_FILE_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": "application/pdf"}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NewCorrection:
    """date: the working day that the punch belongs to, which may be the day before punched_at."""

    employee: Employee
    date: date
    direction: str
    punched_at: datetime
    reason: str


@dataclass(frozen=True)
class Evidence:
    """A file as it was sent."""

    file_name: str
    content: bytes


@dataclass(frozen=True)
class Preview:
    """What a correction would do; used and limit: of the month, without this one. days: empty without a roster."""

    used: int
    limit: int
    days: list[DayEffect]


def preview_correction(*, wanted: NewCorrection, actor: Actor, now: datetime) -> Preview:
    """The effect, before anything is asked. Errors: as ``ask_correction``, but for evidence and limit."""
    require_for(wanted.employee, actor)
    _check(wanted, now)
    used = used_in_month(wanted.employee, wanted.date)
    days = effect_of_punch(employee_id=wanted.employee.id, day=wanted.date, punched_at=wanted.punched_at)
    return Preview(used, current_settings().correction_limit, days)


@transaction.atomic
def ask_correction(
    *, wanted: NewCorrection, evidence: Evidence | None = None, actor: Actor, now: datetime
) -> Correction:
    """Ask the person's manager for a punch that is missing or wrong.

    Errors: attendance.request.{locked (409),not_employed,empty,not_yet,too_old,far_from_day,limit (409),twice (409),
    file}, people.employee.not_found, attendance.settings.missing.
    """
    Employee.objects.select_for_update(no_key=True).get(id=wanted.employee.id)  # the next one counts this one
    require_for(wanted.employee, actor)
    _check(wanted, now)
    require_within_limit(wanted.employee, wanted.date)
    correction: Correction = Correction.objects.create(
        employee=wanted.employee, date=wanted.date, direction=wanted.direction, punched_at=wanted.punched_at,
        reason=require_text(wanted.reason, "reason"), asked_at=now, asked_by=actor.label[:200],
    )  # fmt: skip
    if evidence is not None:
        keep_evidence(correction, evidence)
    days = effect_of_punch(employee_id=wanted.employee.id, day=wanted.date, punched_at=wanted.punched_at)
    submit(
        kind=KIND, subject=correction, steps=[by_manager(employee_id=wanted.employee.id)],
        payload=_payload(wanted, days, evidence), actor=actor, now=now,
    )  # fmt: skip
    record(actor=actor, action="attendance.correction.ask", subject=correction, new=_facts(wanted), now=now)
    return correction


def withdraw_correction(*, correction: Correction, actor: Actor, now: datetime) -> Correction:
    """Take back what is not decided yet; it stays, marked. Errors: attendance.request.decided (409),
    approvals.request.not_requester (403).
    """
    kind = KIND if correction.voids_id is None else VOID
    withdraw_pending(kind=kind, subject_id=correction.id, actor=actor, now=now)
    correction.refresh_from_db()
    return correction


@transaction.atomic
def open_evidence(*, correction: Correction, actor: Actor, now: datetime) -> tuple[CorrectionFile, bytes]:
    """The file and its content, for who may see the correction; each look is in the trail. NotFound without one."""
    actor.require("attendance.request.view")
    file = CorrectionFile.objects.filter(correction=correction).first()
    if file is None:
        raise NotFound("attendance.evidence", correction.id)
    record(actor=actor, action="attendance.evidence.download", subject=correction, now=now)
    return file, decrypt_bytes(bytes(file.content))


def on_approved(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Append the punch and compute the day again. Errors: attendance.request.{own (403),locked (409)}."""
    correction = held_correction(request)
    require_not_about([correction.employee_id], actor)
    around = [correction.date - ONE_DAY, correction.date, correction.date + ONE_DAY]
    hold_months(around)
    require_changeable(correction.date)
    decide_correction(correction, RequestState.APPROVED, "approve", _append(correction, actor, now), actor, now)
    compute_again(correction.employee_id, around, actor=actor, now=now)


def on_rejected(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """No punch; also for who takes the request back."""
    withdrawn = request.state == ApprovalRequest.State.WITHDRAWN
    state = RequestState.WITHDRAWN if withdrawn else RequestState.REJECTED
    decide_correction(held_correction(request), state, "withdraw" if withdrawn else "reject", None, actor, now)


def register_approvals() -> None:
    """Called when Django starts."""
    register(ApprovalKind(KIND, "补卡申请", "Correction of punches", on_approved, on_rejected, correction_facts))


def _check(wanted: NewCorrection, now: datetime) -> None:
    zone = current_tenant().zone
    local = wanted.punched_at.astimezone(zone)
    if wanted.punched_at > now:
        raise refused("not_yet", "该时间尚未到来。", "This time is still to come.", field="punched_at")
    if abs((local.date() - wanted.date).days) > 1:
        raise refused(
            "far_from_day", "打卡时间须在工作日当天或前后一天。",
            "The punch must be on the working day, the day before or the day after.", field="punched_at",
        )  # fmt: skip
    require_recent(wanted.date, now)
    require_employed(wanted.employee, wanted.date)
    require_changeable(wanted.date)
    if Correction.objects.filter(
        employee=wanted.employee, punched_at=wanted.punched_at, state__in=LIVE, voids=None
    ).exists():  # fmt: skip
        raise refused("twice", "该打卡已申请过。", "This punch is asked for already.", status=409, field="punched_at")


def require_recent(day: date, now: datetime) -> None:
    """Raise DomainError ``attendance.request.too_old`` where the day is corrected no more."""
    days_back, zone = current_settings().correction_days_back, current_tenant().zone
    if (now.astimezone(zone).date() - day).days > days_back:
        raise refused(
            "too_old",
            f"只能补 {days_back} 天以内的打卡。",
            f"Punches can be corrected for {days_back} days.",
            field="date",
        )


def used_in_month(employee: Employee, day: date) -> int:
    """Corrections of the day's month, waiting and approved."""
    month = month_of(day)
    return int(
        Correction.objects.filter(
            employee=employee, date__gte=month, date__lt=end_of(month), state__in=LIVE
        ).count()
    )  # fmt: skip


def require_within_limit(employee: Employee, day: date) -> None:
    """Raise DomainError ``attendance.request.limit`` (409) where the month's corrections are used up."""
    limit = current_settings().correction_limit
    if used_in_month(employee, day) >= limit:
        raise refused(
            "limit", f"每月最多申请补卡 {limit} 次，本月已用完。",
            f"At most {limit} corrections a month, and all of this month's are used.", status=409, field="date",
        )  # fmt: skip


def keep_evidence(correction: Correction, evidence: Evidence) -> None:
    """Store it encrypted. Errors: attendance.request.file."""
    kind = next((kind for start, kind in _FILE_KINDS.items() if evidence.content.startswith(start)), None)
    if kind is None or len(evidence.content) > LARGEST_FILE:
        raise refused(
            "file", "证明文件须为 PNG、JPEG 或 PDF，不超过 5 MB。",
            "Evidence is a PNG, JPEG or PDF of at most 5 MB.", field="evidence",
        )  # fmt: skip
    CorrectionFile.objects.create(
        correction=correction, file_name=evidence.file_name[:200], content_type=kind, size=len(evidence.content),
        content=encrypt_bytes(evidence.content),
    )  # fmt: skip


def _append(correction: Correction, actor: Actor, now: datetime) -> Punch:
    employee = correction.employee
    clerk = entitled(actor, "attendance.punch.change")
    record_punches(rows=[PunchRow(employee.code, correction.punched_at)], source=SOURCE, actor=clerk, now=now)
    punch: Punch = Punch.objects.get(employee=employee, punched_at=correction.punched_at, source=SOURCE)
    return punch


def held_correction(request: ApprovalRequest) -> Correction:
    """The correction that the approval is about, locked."""
    rows = Correction.objects.select_for_update(of=("self",), no_key=True).select_related("employee")
    found: Correction = rows.get(id=request.subject_id)
    return found


def decide_correction(
    correction: Correction, state: RequestState, verb: str, punch: Punch | None, actor: Actor, now: datetime
) -> None:
    """Note what became of it."""
    correction.state, correction.punch = state, punch
    correction.decided_at, correction.decided_by = now, actor.label[:200]
    correction.save(update_fields=["state", "punch", "decided_at", "decided_by"])
    new = {"punch_id": punch and punch.id}
    record(actor=actor, action=f"attendance.correction.{verb}", subject=correction, new=new, now=now)


def _facts(wanted: NewCorrection) -> dict[str, Any]:
    return {
        "employee_id": wanted.employee.id, "date": wanted.date, "direction": wanted.direction,
        "punched_at": wanted.punched_at, "reason": wanted.reason.strip(),
    }  # fmt: skip


def _payload(wanted: NewCorrection, days: list[DayEffect], evidence: Evidence | None) -> dict[str, Any]:
    """What the deciders read."""
    local = wanted.punched_at.astimezone(current_tenant().zone)
    return {
        "employee": f"{wanted.employee.name} ({wanted.employee.code})", "date": wanted.date,
        "direction": wanted.direction, "time": f"{local:%Y-%m-%d %H:%M}", "reason": wanted.reason.strip(),
        "used_before": used_in_month(wanted.employee, wanted.date) - 1,
        "limit": current_settings().correction_limit, "evidence": evidence is not None,
        "effect": [asdict(day) for day in days],
    }  # fmt: skip
