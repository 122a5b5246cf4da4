"""The match score of a person against a profile, with the reason for every point.

Item score = level of the best confirmed card / 5. Dimensions and total are weighted means, exact until
they are shown. Must-haves never change the number; they stand beside it. An unconfirmed card never scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from recruiting.rules.evidence import EvidenceCard, Level, Missing, level_of, missing_to_next
from recruiting.rules.profiles import Dimension, DimensionKind, Item, MustHave, Profile


@dataclass(frozen=True, slots=True)
class ItemScore:
    """What one item earned and why.

    card: the best confirmed card (ties: the first given), None when there is none; reason: its sentence;
    score: level / 5; points: what the item adds to the total of 100, exact; open_points: what it could still
    add; missing: what the next level asks for (of a card not there: a sentence);
    waiting: keys of cards that would raise the level once somebody confirms them.
    """

    item: str
    level: Level
    score: Fraction
    points: Fraction
    open_points: Fraction
    card: str | None
    reason: str
    missing: tuple[Missing, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """The weighted mean of a dimension's items, 0 to 1, exact."""

    kind: DimensionKind
    score: Fraction
    items: tuple[ItemScore, ...]


@dataclass(frozen=True, slots=True)
class MustHaveResult:
    """Whether a must-have is met, by which confirmed card."""

    key: str
    met: bool
    level: Level
    needed_level: int
    card: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A match: `score` 0 to 1 exact; `shown` in percent with two decimals, HALF_UP."""

    score: Fraction
    dimensions: tuple[DimensionScore, ...]
    must_haves: tuple[MustHaveResult, ...]

    @property
    def shown(self) -> Decimal:
        return percent(self.score)

    @property
    def must_haves_missing(self) -> int:
        return sum(not must.met for must in self.must_haves)

    @property
    def reasons(self) -> tuple[ItemScore, ...]:
        """Items that earned points, most points first; ties keep the profile's order."""
        earned = [item for item in self._items() if item.points]
        return tuple(sorted(earned, key=lambda item: -item.points))

    @property
    def gaps(self) -> tuple[ItemScore, ...]:
        """Items below the top level, the most points still to gain first."""
        open_items = [item for item in self._items() if item.open_points]
        return tuple(sorted(open_items, key=lambda item: -item.open_points))

    def _items(self) -> list[ItemScore]:
        return [item for dimension in self.dimensions for item in dimension.items]


def match(profile: Profile, cards: Iterable[EvidenceCard]) -> Match:
    """Score a person's cards against a profile; cards for items the profile does not have are ignored."""
    by_item: dict[str, list[EvidenceCard]] = {}
    for card in cards:
        by_item.setdefault(card.item, []).append(card)
    whole = sum((Fraction(d.weight) for d in profile.dimensions), Fraction(0))
    dimensions = tuple(_dimension_score(d, Fraction(d.weight) / whole, by_item) for d in profile.dimensions)
    return Match(
        score=sum((item.points for d in dimensions for item in d.items), Fraction(0)) / 100,
        dimensions=dimensions,
        must_haves=tuple(_must_have(must, by_item.get(must.item, [])) for must in profile.must_haves),
    )


def percent(part: Fraction) -> Decimal:
    """A part of one as a percentage with two decimals, HALF_UP."""
    scaled = part * 10_000
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-2)


def _dimension_score(dimension: Dimension, share: Fraction, by_item: dict[str, list[EvidenceCard]]) -> DimensionScore:
    whole = sum((Fraction(item.weight) for item in dimension.items), Fraction(0))
    items = tuple(
        _item_score(item, 100 * share * Fraction(item.weight) / whole, by_item.get(item.key, []))
        for item in dimension.items
    )
    score = sum((item.points for item in items), Fraction(0)) / (100 * share)
    return DimensionScore(kind=dimension.kind, score=score, items=items)


def _item_score(item: Item, possible: Fraction, cards: Sequence[EvidenceCard]) -> ItemScore:
    best = _best_confirmed(cards)
    level = level_of(best) if best else Level.NONE
    score = Fraction(level, Level.VERIFIED)
    return ItemScore(
        item=item.key,
        level=level,
        score=score,
        points=possible * score,
        open_points=possible * (1 - score),
        card=best.key if best else None,
        reason=best.sentence if best else "",
        missing=missing_to_next(best) if best else (Missing.SENTENCE,),
        waiting=tuple(card.key for card in cards if not card.confirmed and level_of(card) > level),
    )


def _must_have(must: MustHave, cards: Sequence[EvidenceCard]) -> MustHaveResult:
    best = _best_confirmed(cards)
    level = level_of(best) if best else Level.NONE
    return MustHaveResult(
        key=must.key,
        met=level >= must.needed_level,
        level=level,
        needed_level=must.needed_level,
        card=best.key if best else None,
    )


def _best_confirmed(cards: Sequence[EvidenceCard]) -> EvidenceCard | None:
    return max((card for card in cards if card.confirmed), key=level_of, default=None)
