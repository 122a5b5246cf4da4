"""A score becomes a pay coefficient by the table of its day."""

from datetime import date
from decimal import Decimal

import pytest

from performance.rules.coefficients import (
    LinearCoefficients,
    Tier,
    TieredCoefficients,
    coefficient_e4,
    table_on,
)
from performance.rules.errors import RuleError

LINEAR = LinearCoefficients(effective_from=date(2026, 1, 1), lowest_e4=0, highest_e4=12_000)
TIERS = TieredCoefficients(
    effective_from=date(2026, 7, 1),
    tiers=(
        Tier(Decimal(95), 15_000),
        Tier(Decimal(85), 12_000),
        Tier(Decimal(70), 10_000),
        Tier(Decimal(60), 8_000),
        Tier(Decimal(0), 0),
    ),
)


@pytest.mark.parametrize(
    ("score", "e4"), [("0", 0), ("86.67", 8667), ("100", 10_000), ("120", 12_000), ("130", 12_000)]
)
def test_linear_pays_the_score_in_percent_up_to_the_cap(score: str, e4: int) -> None:
    assert coefficient_e4(Decimal(score), LINEAR) == e4


@pytest.mark.parametrize(
    ("score", "e4"), [("94.99", 12_000), ("95", 15_000), ("94.995", 15_000), ("59.99", 0), ("0", 0)]
)
def test_tiers_begin_at_their_score_as_people_see_it(score: str, e4: int) -> None:
    assert coefficient_e4(Decimal(score), TIERS) == e4


def test_the_table_of_the_day_counts_and_a_day_before_all_tables_is_refused() -> None:
    assert table_on([TIERS, LINEAR], date(2026, 6, 30)) is LINEAR
    assert table_on([TIERS, LINEAR], date(2026, 7, 1)) is TIERS
    with pytest.raises(RuleError, match="no_table"):
        table_on([TIERS, LINEAR], date(2025, 12, 31))


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(Decimal(60), 1),),
        (Tier(Decimal(0), 0), Tier(Decimal(60), 1)),
        (Tier(Decimal(60), 1), Tier(Decimal(60), 2), Tier(Decimal(0), 0)),
        (Tier(Decimal(0), -1),),
    ],
)
def test_a_table_with_gaps_or_out_of_order_is_refused(tiers: tuple[Tier, ...]) -> None:
    with pytest.raises(RuleError, match="bad_table"):
        TieredCoefficients(effective_from=date(2026, 1, 1), tiers=tiers)


def test_limits_the_wrong_way_round_and_negative_scores_are_refused() -> None:
    with pytest.raises(RuleError, match="bad_table"):
        LinearCoefficients(effective_from=date(2026, 1, 1), lowest_e4=2, highest_e4=1)
    with pytest.raises(RuleError, match="negative_score"):
        coefficient_e4(Decimal(-1), LINEAR)
