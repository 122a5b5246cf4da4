"""Evidence cards: proposed by anybody, confirmed by a person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from recruiting.models import Application, EvidenceCard
from recruiting.queries.profiles import definition_of, item_keys
from recruiting.rules.evidence import level_of
from recruiting.services.candidates import locked_application
from recruiting.services.matches import as_rule, score_candidate
from recruiting.services.refusals import require_text, wrong_state

CHANGE = "recruiting.candidate.change"
_LARGEST = Decimal(10) ** 14


@transaction.atomic
def add_card(
    *,
    application: Application,
    item: str,
    sentence: str,
    actor: Actor,
    now: datetime,
    goal: str = "",
    method: str = "",
    result: str = "",
    number: Decimal | None = None,
    unit: str = "",
    basis: str = "",
    baseline: Decimal | None = None,
    period: str = "",
    verified: bool = False,
) -> EvidenceCard:
    """Propose evidence for an item of the application's profile; it is the candidate's, and counts for all his jobs.

    Errors: recruiting.card.{item_unknown,basis,figure}, recruiting.application.state, recruiting.text.*.
    """
    application = locked_application(application)
    actor.require(CHANGE)
    if not application.is_open:
        raise wrong_state("application", application.get_state_display())
    _check_item(application, item)
    require_text(sentence, "sentence", longest=2_000)
    for field, text, longest in (
        ("goal", goal, 2_000), ("method", method, 2_000), ("result", result, 2_000), ("unit", unit, 40),
        ("period", period, 120),
    ):  # fmt: skip
        require_text(text, field, longest=longest, required=False)
    _check_figures(number, baseline, basis)
    card: EvidenceCard = EvidenceCard.objects.create(
        candidate=application.candidate, item=item, sentence=sentence, goal=goal, method=method, result=result,
        number=number, unit=unit, basis=basis, baseline=baseline, period=period, verified=verified,
        proposed_by=actor.label[:200], proposed_at=now,
    )  # fmt: skip
    new = {"candidate_id": card.candidate_id, "item": item, "level": int(level_of(as_rule(card)))}
    record(actor=actor, action="recruiting.card.add", subject=card, new=new, now=now)
    score_candidate(card.candidate_id, now=now)
    return card


@transaction.atomic
def confirm_card(*, card: EvidenceCard, actor: Actor, now: datetime) -> EvidenceCard:
    """Let the card count, and score the candidate's open applications anew.

    Errors: recruiting.card.person (only people confirm, no software), recruiting.card.state.
    """
    return _decide(card, EvidenceCard.State.CONFIRMED, "confirm", actor, now)


@transaction.atomic
def dismiss_card(*, card: EvidenceCard, actor: Actor, now: datetime) -> EvidenceCard:
    """Put a proposed card aside. Errors: as of confirm_card."""
    return _decide(card, EvidenceCard.State.DISMISSED, "dismiss", actor, now)


def _decide(card: EvidenceCard, state: str, verb: str, actor: Actor, now: datetime) -> EvidenceCard:
    card = EvidenceCard.objects.select_for_update(of=("self",)).get(pk=card.pk)
    actor.require(CHANGE)
    if actor.kind not in ("user", "operator"):
        raise DomainError(
            "recruiting.card.person", status=403,
            zh="证据卡须由人确认。", en="Evidence is confirmed by a person.",
        )  # fmt: skip
    if card.state != EvidenceCard.State.PROPOSED:
        raise wrong_state("card", card.get_state_display())
    card.state, card.decided_by, card.decided_at = state, actor.label[:200], now
    card.save(update_fields=["state", "decided_by", "decided_at"])
    new = {"item": card.item, "level": int(level_of(as_rule(card)))}
    record(actor=actor, action=f"recruiting.card.{verb}", subject=card, new=new, now=now)
    score_candidate(card.candidate_id, now=now)
    return card


def _check_item(application: Application, item: str) -> None:
    if item not in item_keys(definition_of(application.profile)):
        raise DomainError(
            "recruiting.card.item_unknown", field="item",
            zh=f"岗位画像中没有条目 {item}。", en=f"The profile has no item {item}.",
        )  # fmt: skip


def _check_figures(number: Decimal | None, baseline: Decimal | None, basis: str) -> None:
    if basis and basis not in EvidenceCard.Basis.values:
        names = ", ".join(EvidenceCard.Basis.values)
        raise DomainError("recruiting.card.basis", field="basis", zh=f"可选：{names}。", en=f"Choose one of {names}.")
    for field, value in (("number", number), ("baseline", baseline)):
        if value is not None and not (value.is_finite() and abs(value) < _LARGEST):
            raise DomainError("recruiting.card.figure", field=field, zh="数字超出范围。", en="Number out of range.")
