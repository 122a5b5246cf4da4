"""Reading stored matches: reasons, gaps, rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recruiting.models import Application, JobProfile
from recruiting.rules.evidence import MISSING_TEXTS, Missing


@dataclass(frozen=True)
class Reason:
    """An item that earned points, by which card and in whose words."""

    item: str
    name: str
    name_en: str
    level: int
    points: Decimal
    card_id: int
    sentence: str


@dataclass(frozen=True)
class Gap:
    """An item that could earn more. missing_zh, missing_en: what the next level asks for; waiting: card ids that
    would raise it once somebody confirms them.
    """

    item: str
    name: str
    name_en: str
    level: int
    open_points: Decimal
    missing_zh: str
    missing_en: str
    waiting: tuple[int, ...]


@dataclass(frozen=True)
class Ranked:
    """place: 1-based; equal scores share it."""

    place: int
    application_id: int
    candidate_id: int
    candidate: str
    state: str
    score: Decimal
    must_haves_missing: int
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]


def ranking(profile: JobProfile, *, parts: int = 3) -> list[Ranked]:
    """The profile's open applications by match score, each with its strongest reasons and widest gaps; one statement.

    Must-haves stand beside the score and do not change the place.
    """
    rows = Application.objects.filter(profile=profile, state__in=Application.OPEN, match_score__isnull=False)
    found = list(rows.select_related("candidate").order_by("-match_score", "id"))
    places: dict[Decimal, int] = {}
    for place, row in enumerate(found, start=1):
        places.setdefault(row.match_score, place)
    return [
        Ranked(
            place=places[row.match_score], application_id=row.id, candidate_id=row.candidate_id,
            candidate=row.candidate.name, state=row.state, score=row.match_score,
            must_haves_missing=row.must_haves_missing, reasons=reasons_of(row)[:parts], gaps=gaps_of(row)[:parts],
        )
        for row in found
    ]  # fmt: skip


def reasons_of(application: Application) -> tuple[Reason, ...]:
    """Most points first."""
    items = _items(application)
    return tuple(_reason(items[key]) for key in _keys(application, "reasons"))


def gaps_of(application: Application) -> tuple[Gap, ...]:
    """The most points still to gain first."""
    items = _items(application)
    return tuple(_gap(items[key]) for key in _keys(application, "gaps"))


def _keys(application: Application, part: str) -> Sequence[str]:
    return application.match[part] if application.match else ()


def _items(application: Application) -> dict[str, Mapping[str, Any]]:
    dimensions = application.match["dimensions"] if application.match else ()
    return {item["key"]: item for dimension in dimensions for item in dimension["items"]}


def _reason(item: Mapping[str, Any]) -> Reason:
    return Reason(
        item["key"], item["name"], item["name_en"], item["level"], Decimal(item["points"]), int(item["card"]),
        item["sentence"],
    )  # fmt: skip


def _gap(item: Mapping[str, Any]) -> Gap:
    missing = [MISSING_TEXTS[Missing(code)] for code in item["missing"]]
    return Gap(
        item["key"], item["name"], item["name_en"], item["level"], Decimal(item["open_points"]),
        "、".join(text["zh"] for text in missing), ", ".join(text["en"] for text in missing),
        tuple(int(card) for card in item["waiting"]),
    )  # fmt: skip
