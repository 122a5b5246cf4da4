"""Offers: drafted, approved by somebody else, sent, accepted; acceptance hires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.kinds import ApprovalKind, Facts, register
from hrsaas.approvals.services.requests import by_role, submit
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.hires import Hire, announce_hire
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.services.employees import hire
from recruiting.models import Application, Candidate, Offer
from recruiting.queries.profiles import definition_of, probation_goals
from recruiting.services.candidates import locked_application
from recruiting.services.refusals import add_months, require_text, wrong_state

if TYPE_CHECKING:
    from hrsaas.approvals.models import ApprovalRequest

CHANGE = "recruiting.offer.change"
HIRE = "people.employee.change"
KIND = "recruiting.offer"
_State = Offer.State
_LARGEST_PAY_FEN = 10**11


@transaction.atomic
def draft_offer(
    *,
    application: Application,
    unit: OrgUnit,
    position: Position,
    base_pay_fen: int,
    work_city: str,
    start_date: date,
    actor: Actor,
    now: datetime,
    probation_months: int = 3,
) -> Offer:
    """Terms for a candidate in screening or interview. Errors: recruiting.application.state,
    recruiting.offer.{open,pay,probation}, recruiting.text.*.
    """
    application = locked_application(application)
    actor.require(CHANGE)
    if application.state not in (Application.State.SCREENING, Application.State.INTERVIEW):
        raise wrong_state("application", application.get_state_display())
    if Offer.objects.filter(application=application).exclude(state=_State.DECLINED).exists():
        raise DomainError(
            "recruiting.offer.open", status=409,
            zh="该应聘已有录用通知。", en="There is an offer for this application already.",
        )  # fmt: skip
    _check(base_pay_fen, work_city, probation_months)
    offer: Offer = Offer.objects.create(
        application=application, unit=unit, position=position, base_pay_fen=base_pay_fen, work_city=work_city,
        start_date=start_date, probation_months=probation_months, drafted_at=now,
    )  # fmt: skip
    new = {"application_id": application.id, "start_date": start_date.isoformat(), "base_pay_fen": "***"}
    record(actor=actor, action="recruiting.offer.draft", subject=offer, new=new, now=now)
    return offer


@transaction.atomic
def submit_offer(*, offer: Offer, actor: Actor, now: datetime) -> Offer:
    """Ask an HR admin, other than the actor, to approve it. Errors: recruiting.offer.state."""
    offer = _locked(offer, _State.DRAFT)
    actor.require(CHANGE)
    payload = {"start_date": offer.start_date.isoformat(), "unit": offer.unit.name, "position": offer.position.name}
    submit(kind=KIND, subject=offer, steps=[by_role(Role.HR_ADMIN)], payload=payload, actor=actor, now=now)
    return _move(offer, _State.WAITING, "submit", actor, now)


@transaction.atomic
def send_offer(*, offer: Offer, actor: Actor, now: datetime) -> Offer:
    """Note that the approved offer went to the candidate. Errors: recruiting.offer.state."""
    offer = _locked(offer, _State.APPROVED)
    actor.require(CHANGE)
    offer.sent_at = now
    _set_application(offer, Application.State.OFFER)
    return _move(offer, _State.SENT, "send", actor, now)


@transaction.atomic
def accept_offer(*, offer: Offer, code: str, actor: Actor, now: datetime, manager: Employee | None = None) -> Employee:
    """The candidate said yes: hire under this employee number, with assignment and probation goals.

    An approved offer is all that hiring by it needs; what the candidate told of himself goes into the people data.
    Errors: recruiting.offer.state, and those of people.services.employees.hire.
    """
    offer = _locked(offer, _State.SENT)
    actor.require(CHANGE)
    application, candidate = offer.application, offer.application.candidate
    entitled = replace(actor, permissions=actor.permissions | {HIRE}, reaches={**actor.reaches, HIRE: None})
    employee = hire(
        code=code, name=candidate.name, name_en=candidate.name_en, phone=candidate.phone, unit=offer.unit,
        position=offer.position, hire_date=offer.start_date, base_pay_fen=offer.base_pay_fen,
        work_city=offer.work_city, manager=manager, actor=entitled, now=now,
    )  # fmt: skip
    offer.employee, offer.answered_at = employee, now
    candidate.employee, candidate.state = employee, Candidate.State.HIRED
    candidate.save(update_fields=["employee", "state"])
    _set_application(offer, Application.State.HIRED)
    _move(offer, _State.ACCEPTED, "accept", actor, now)
    if offer.probation_months:
        goals = tuple(probation_goals(definition_of(application.profile)))
        end = add_months(offer.start_date, offer.probation_months)
        announce_hire(Hire(employee, offer.start_date, end, goals), actor=actor, now=now)
    return employee


@transaction.atomic
def decline_offer(*, offer: Offer, actor: Actor, now: datetime) -> Offer:
    """The candidate said no, or the offer is taken back before it was sent; the application is at interview again.

    Errors: recruiting.offer.state.
    """
    offer = _locked(offer, _State.SENT, _State.APPROVED, _State.DRAFT)
    actor.require(CHANGE)
    offer.answered_at = now
    _set_application(offer, Application.State.INTERVIEW)
    return _move(offer, _State.DECLINED, "decline", actor, now)


def _on_approved(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    _move(_locked(Offer(pk=request.subject_id), _State.WAITING), _State.APPROVED, "approve", actor, now)


def _on_rejected(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    _move(_locked(Offer(pk=request.subject_id), _State.WAITING), _State.DRAFT, "return", actor, now)


def _facts(payload: Mapping[str, Any]) -> Facts:
    """What the decider reads."""
    yield _("Position"), payload.get("position")
    yield _("Unit"), payload.get("unit")
    yield _("First day of work"), payload.get("start_date")


def register_approvals() -> None:
    """Called when Django starts."""
    register(ApprovalKind(KIND, "录用审批", "Offer", _on_approved, _on_rejected, _facts))


def _check(base_pay_fen: int, work_city: str, probation_months: int) -> None:
    require_text(work_city, "work_city", longest=40)
    if not 0 <= base_pay_fen < _LARGEST_PAY_FEN:
        raise DomainError(
            "recruiting.offer.pay", field="base_pay", zh="基本工资超出范围。", en="The base pay is out of range."
        )
    if not 0 <= probation_months <= 6:
        raise DomainError(
            "recruiting.offer.probation", field="probation_months",
            zh="试用期为 0 至 6 个月。", en="The probation is 0 to 6 months.",  # Labour Contract Law, article 19
        )  # fmt: skip


def _locked(offer: Offer, *states: str) -> Offer:
    rows = Offer.objects.select_for_update(of=("self",)).select_related(
        "unit", "position", "application__candidate", "application__profile"
    )
    found: Offer = rows.get(pk=offer.pk)
    if found.state not in states:
        raise wrong_state("offer", found.get_state_display())
    return found


def _move(offer: Offer, state: str, verb: str, actor: Actor, now: datetime) -> Offer:
    old, offer.state = {"state": offer.state}, state
    offer.save(update_fields=["state", "sent_at", "answered_at", "employee"])
    record(actor=actor, action=f"recruiting.offer.{verb}", subject=offer, old=old, new={"state": state}, now=now)
    return offer


def _set_application(offer: Offer, state: str) -> None:
    offer.application.state = state
    offer.application.save(update_fields=["state"])
