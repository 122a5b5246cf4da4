"""The weighted total of one person's scores, honest about what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from performance.rules.errors import RuleError
from performance.rules.rounding import Exact, round_half_up

TOTAL_PLACES = 2
SHARE_PLACES = 4


class MissingPolicy(StrEnum):
    """What a KPI without a reading does to the total."""

    REDISTRIBUTE = "redistribute"  # its weight goes to the others
    ZERO = "zero"  # it counts as 0
    PENDING = "pending"  # no total until every reading is there


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """One KPI's score (None when there is no reading) and its weight; weights need not add up to 100."""

    key: str
    score: Exact | None
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """A total and how much of the weight stands behind it.

    value: two decimals, HALF_UP; None while pending or when nothing has a score.
    coverage: share of the weight that has a score, exact, 0 to 1.
    missing: keys without a score, in the order given.
    shares: weight of each key in percent, four decimals, adding up to exactly 100.0000.
    """

    value: Decimal | None
    coverage: Fraction
    missing: tuple[str, ...]
    shares: dict[str, Decimal]


def weighted_total(items: Sequence[WeightedScore], policy: MissingPolicy) -> Total:
    """The weighted mean of the scores, rounded once.

    Raises RuleError: performance.total.negative_weight, .no_weight (nothing to weigh), .duplicate_key.
    """
    _check(items)
    whole = sum((Fraction(item.weight) for item in items), Fraction(0))
    present = [item for item in items if item.score is not None]
    covered = sum((Fraction(item.weight) for item in present), Fraction(0))
    points = sum(
        (Fraction(item.score) * Fraction(item.weight) for item in items if item.score is not None),
        Fraction(0),
    )
    return Total(
        value=_value(points, covered, whole, policy),
        coverage=covered / whole,
        missing=tuple(item.key for item in items if item.score is None),
        shares=dict(zip((item.key for item in items), normalised_shares([i.weight for i in items]), strict=True)),
    )


def normalised_shares(weights: Sequence[Decimal]) -> list[Decimal]:
    """Weights as percentages with four decimals that add up to exactly 100.0000.

    Largest remainder, ties to the earlier: 3, 2, 1 -> 50.0000, 33.3333, 16.6667. The sum must be positive.
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    units = 100 * 10**SHARE_PLACES
    quotas = [Fraction(weight) * units / whole for weight in weights]
    floors = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda i: (floors[i] - quotas[i], i))
    for index in by_remainder[: units - sum(floors)]:
        floors[index] += 1
    return [Decimal(floor).scaleb(-SHARE_PLACES) for floor in floors]


def _value(points: Fraction, covered: Fraction, whole: Fraction, policy: MissingPolicy) -> Decimal | None:
    if policy is MissingPolicy.ZERO:
        return round_half_up(points / whole, TOTAL_PLACES)
    if not covered or (policy is MissingPolicy.PENDING and covered != whole):
        return None
    return round_half_up(points / covered, TOTAL_PLACES)


def _check(items: Sequence[WeightedScore]) -> None:
    if any(item.weight < 0 for item in items):
        raise RuleError(
            "performance.total.negative_weight",
            zh="权重不能为负",
            en="a weight must not be negative",
            field="weight",
        )
    if not any(item.weight > 0 for item in items):
        raise RuleError(
            "performance.total.no_weight",
            zh="权重合计必须大于0",
            en="the weights must add up to more than 0",
            field="weight",
        )
    if len({item.key for item in items}) != len(items):
        raise RuleError(
            "performance.total.duplicate_key",
            zh="同一指标出现了两次",
            en="the same KPI appears twice",
            field="key",
        )
