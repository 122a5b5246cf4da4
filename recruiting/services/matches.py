"""Match scores: computed by the rules from confirmed cards, kept with their reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from recruiting.models import Application, EvidenceCard, JobProfile
from recruiting.packs import profiles as pack
from recruiting.queries.profiles import definition_of
from recruiting.rules import evidence
from recruiting.rules.matching import ItemScore, Match, match, percent

CHANGE = "recruiting.candidate.change"
_SNAPSHOT = ("match_score", "must_haves_missing", "match", "profile_version")


@transaction.atomic
def score(*, application: Application, actor: Actor, now: datetime) -> Application:
    """Compute the application's match from the candidate's confirmed cards; written only if it differs."""
    actor.require(CHANGE)
    rows: list[Application] = list(Application.objects.filter(pk=application.pk).select_for_update(of=("self",)))
    _score(rows, JobProfile.objects.get(pk=application.profile_id), now)
    return rows[0]


@transaction.atomic
def score_profile(*, profile: JobProfile, actor: Actor, now: datetime) -> int:
    """The same for all open applications of a profile; how many changed. Constant number of statements."""
    actor.require("recruiting.profile.change")
    rows = Application.objects.filter(profile=profile, state__in=Application.OPEN)
    return _score(list(rows.select_for_update(of=("self",)).order_by("id")), profile, now)


def score_candidate(candidate_id: int, *, now: datetime) -> None:
    """The same for the candidate's open applications; part of a service's transaction."""
    rows = Application.objects.filter(candidate_id=candidate_id, state__in=Application.OPEN).select_related("profile")
    for application in rows.select_for_update(of=("self",)).order_by("id"):
        _score([application], application.profile, now)


def _score(applications: Sequence[Application], profile: JobProfile, now: datetime) -> int:
    """All of them are for the profile. How many changed."""
    definition = definition_of(profile)
    cards = _cards({application.candidate_id for application in applications})
    changed = []
    for application in applications:
        found = match(definition.rules_profile, cards.get(application.candidate_id, ()))
        values = (found.shown, found.must_haves_missing, snapshot(found, definition), profile.version)
        if values != tuple(getattr(application, name) for name in _SNAPSHOT):
            for name, value in zip(_SNAPSHOT, values):
                setattr(application, name, value)
            application.scored_at = now
            changed.append(application)
    Application.objects.bulk_update(changed, [*_SNAPSHOT, "scored_at"])
    return len(changed)


def _cards(candidate_ids: Iterable[int]) -> dict[int, list[evidence.EvidenceCard]]:
    """Candidate id → cards, oldest first, as the rules take them; dismissed ones are left out."""
    found: dict[int, list[evidence.EvidenceCard]] = {}
    rows = EvidenceCard.objects.filter(candidate_id__in=list(candidate_ids))
    for row in rows.exclude(state=EvidenceCard.State.DISMISSED).order_by("id"):
        found.setdefault(row.candidate_id, []).append(as_rule(row))
    return found


def as_rule(row: EvidenceCard) -> evidence.EvidenceCard:
    """The card as the rules take it."""
    return evidence.EvidenceCard(
        key=str(row.id), item=row.item, sentence=row.sentence, goal=row.goal, method=row.method, result=row.result,
        number=row.number, unit=row.unit, basis=evidence.Basis(row.basis) if row.basis else None,
        baseline=row.baseline, period=row.period, verified=row.verified,
        confirmed=row.state == EvidenceCard.State.CONFIRMED,
    )  # fmt: skip


def snapshot(found: Match, definition: pack.JobProfile) -> dict[str, Any]:
    """JSON: dimensions with items, must-haves, and the items' keys in the order of reasons and of gaps.

    Scores and points are percent with two decimals, as text; ids as text.
    """
    items = {item.key: item for dimension in definition.dimensions for item in dimension.items}
    musts = {must.key: must for must in definition.must_haves}
    return {
        "dimensions": [
            {
                "kind": dimension.kind.value, "score": str(percent(dimension.score)),
                "items": [_item(item, items[item.item].name) for item in dimension.items],
            }
            for dimension in found.dimensions
        ],
        "must_haves": [
            {
                "key": must.key, "name": musts[must.key].name.zh, "name_en": musts[must.key].name.en, "met": must.met,
                "level": int(must.level), "needed_level": must.needed_level, "card": must.card,
            }
            for must in found.must_haves
        ],
        "reasons": [item.item for item in found.reasons],
        "gaps": [item.item for item in found.gaps],
    }  # fmt: skip


def _item(item: ItemScore, name: pack.Text) -> dict[str, Any]:
    return {
        "key": item.item, "name": name.zh, "name_en": name.en, "level": int(item.level),
        "points": str(_points(item.points)), "open_points": str(_points(item.open_points)), "card": item.card,
        "sentence": item.reason, "missing": [what.value for what in item.missing], "waiting": list(item.waiting),
    }  # fmt: skip


def _points(points: Fraction) -> Decimal:
    """Points of the total of 100, two decimals, HALF_UP."""
    return percent(points / 100)
