"""Candidates, and what they apply for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from recruiting.models import Application, Candidate, JobProfile
from recruiting.services.matches import score
from recruiting.services.refusals import require_text, wrong_state

CHANGE = "recruiting.candidate.change"
_State = Application.State
# State → where a person may move an application by hand; offers and hires have their own services.
_FORWARD = {_State.NEW: (_State.SCREENING, _State.INTERVIEW), _State.SCREENING: (_State.INTERVIEW,)}


@transaction.atomic
def add_candidate(
    *,
    name: str,
    consented: bool,
    actor: Actor,
    now: datetime,
    name_en: str = "",
    phone: str = "",
    email: str = "",
    source: str = "",
) -> Candidate:
    """Keep somebody's data for hiring, which needs the person's consent.

    Errors: recruiting.candidate.consent, recruiting.text.{missing,too_long}.
    """
    actor.require(CHANGE)
    if not consented:
        raise DomainError(
            "recruiting.candidate.consent", field="consented",
            zh="须先取得候选人对保存其信息的同意。", en="The candidate has to agree first that the data is kept.",
        )  # fmt: skip
    require_text(name, "name", longest=120)
    for field, text, longest in (
        ("name_en", name_en, 120), ("phone", phone, 30), ("email", email, 254), ("source", source, 60),
    ):  # fmt: skip
        require_text(text, field, longest=longest, required=False)
    candidate: Candidate = Candidate.objects.create(
        name=name, name_en=name_en, phone=phone, email=email, source=source, consented_at=now, created_at=now
    )
    record(actor=actor, action="recruiting.candidate.add", subject=candidate, new={"source": source}, now=now)
    return candidate


@transaction.atomic
def withdraw_candidate(*, candidate: Candidate, actor: Actor, now: datetime) -> Candidate:
    """The candidate no longer wants to be considered: open applications end. Errors: recruiting.candidate.state."""
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    actor.require(CHANGE)
    if candidate.state != Candidate.State.ACTIVE:
        raise wrong_state("candidate", candidate.get_state_display())
    candidate.state = Candidate.State.WITHDRAWN
    candidate.save(update_fields=["state"])
    ended = Application.objects.filter(candidate=candidate, state__in=Application.OPEN).update(
        state=_State.REJECTED, reject_reason="withdrawn"
    )
    new = {"applications_ended": ended}
    record(actor=actor, action="recruiting.candidate.withdraw", subject=candidate, new=new, now=now)
    return candidate


@transaction.atomic
def apply(*, candidate: Candidate, profile: JobProfile, actor: Actor, now: datetime) -> Application:
    """Consider the candidate for a job, and score the match with the evidence that is there.

    Errors: recruiting.candidate.state, recruiting.profile.inactive, recruiting.application.twice.
    """
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    actor.require(CHANGE)
    if candidate.state != Candidate.State.ACTIVE:
        raise wrong_state("candidate", candidate.get_state_display())
    if not profile.is_active:
        raise DomainError(
            "recruiting.profile.inactive", field="profile", status=409,
            zh="该岗位画像已停用。", en="This job profile is no longer in use.",
        )  # fmt: skip
    if Application.objects.filter(candidate=candidate, profile=profile).exists():
        raise DomainError(
            "recruiting.application.twice", field="profile", status=409,
            zh="该候选人已应聘此岗位。", en="The candidate has applied for this job already.",
        )  # fmt: skip
    application: Application = Application.objects.create(candidate=candidate, profile=profile, applied_at=now)
    new = {"candidate_id": candidate.id, "profile": profile.code}
    record(actor=actor, action="recruiting.application.add", subject=application, new=new, now=now)
    return score(application=application, actor=actor, now=now)


@transaction.atomic
def advance(*, application: Application, state: str, actor: Actor, now: datetime) -> Application:
    """To screening or interview; never backwards. Errors: recruiting.application.state."""
    application = locked_application(application)
    actor.require(CHANGE)
    if state not in _FORWARD.get(_State(application.state), ()):
        raise wrong_state("application", application.get_state_display())
    return _move(application, state, "advance", actor, now)


@transaction.atomic
def reject(*, application: Application, reason: str, actor: Actor, now: datetime) -> Application:
    """Say no, and why. With an offer under way, that has to end first.

    Errors: recruiting.application.state, recruiting.text.{missing,too_long}.
    """
    application = locked_application(application)
    actor.require(CHANGE)
    require_text(reason, "reason", longest=400)
    if application.state not in (_State.NEW, _State.SCREENING, _State.INTERVIEW):
        raise wrong_state("application", application.get_state_display())
    application.reject_reason = reason
    return _move(application, _State.REJECTED, "reject", actor, now)


def locked_application(application: Application) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("candidate", "profile")
    found: Application = rows.get(pk=application.pk)
    return found


def _move(application: Application, state: str, verb: str, actor: Actor, now: datetime) -> Application:
    old = {"state": application.state}
    application.state = state
    application.save(update_fields=["state", "reject_reason"])
    new = {"state": state}
    record(actor=actor, action=f"recruiting.application.{verb}", subject=application, old=old, new=new, now=now)
    return application
