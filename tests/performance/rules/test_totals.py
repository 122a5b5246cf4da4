"""A weighted total says how much of the weight stands behind it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.errors import RuleError
from performance.rules.totals import MissingPolicy, WeightedScore, normalised_shares, weighted_total


def items(*pairs: tuple[str | None, str]) -> list[WeightedScore]:
    return [
        WeightedScore(key=f"k{i}", score=None if score is None else Decimal(score), weight=Decimal(weight))
        for i, (score, weight) in enumerate(pairs)
    ]


ONE_MISSING = items(("100", "40"), (None, "30"), ("120", "20"), ("90", "10"))


def test_redistribute_gives_the_missing_weight_to_the_others_and_shows_the_coverage() -> None:
    total = weighted_total(ONE_MISSING, MissingPolicy.REDISTRIBUTE)
    assert (total.value, total.coverage, total.missing) == (Decimal("104.29"), Fraction(7, 10), ("k1",))


def test_zero_counts_the_missing_as_nothing() -> None:
    assert weighted_total(ONE_MISSING, MissingPolicy.ZERO).value == Decimal("73.00")


def test_pending_gives_no_total_until_every_reading_is_there() -> None:
    assert weighted_total(ONE_MISSING, MissingPolicy.PENDING).value is None
    assert weighted_total(items(("80", "1"), ("90", "1")), MissingPolicy.PENDING).value == Decimal("85.00")


def test_with_no_reading_at_all_redistribute_claims_no_total() -> None:
    total = weighted_total(items((None, "1")), MissingPolicy.REDISTRIBUTE)
    assert (total.value, total.coverage) == (None, Fraction(0))


def test_weights_that_do_not_add_up_to_100_are_normalised_and_still_show_100() -> None:
    total = weighted_total(items(("100", "3"), ("80", "2"), ("60", "1")), MissingPolicy.REDISTRIBUTE)
    assert total.value == Decimal("86.67")
    assert [str(share) for share in total.shares.values()] == ["50.0000", "33.3333", "16.6667"]


def test_scores_are_rounded_once_at_the_end() -> None:
    thirds = [WeightedScore(key=str(i), score=Fraction(100, 3) + Fraction(1, 300), weight=Decimal(1)) for i in range(3)]
    assert weighted_total(thirds, MissingPolicy.ZERO).value == Decimal("33.34")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (items(("100", "120"), ("80", "-20")), "performance.total.negative_weight"),
        (items(("100", "0")), "performance.total.no_weight"),
        ([], "performance.total.no_weight"),
        (items(("1", "1")) * 2, "performance.total.duplicate_key"),
    ],
)
def test_weights_that_mean_nothing_are_refused(bad: list[WeightedScore], code: str) -> None:
    with pytest.raises(RuleError) as caught:
        weighted_total(bad, MissingPolicy.ZERO)
    assert caught.value.code == code


weights = st.lists(st.decimals(min_value=0, max_value=1000, places=2), min_size=1, max_size=12).filter(any)


@given(weights)
def test_shares_always_add_up_to_100_and_stay_within_one_unit(given_weights: list[Decimal]) -> None:
    shares = normalised_shares(given_weights)
    assert sum(shares) == 100
    whole = sum(map(Fraction, given_weights), Fraction(0))
    assert all(
        abs(Fraction(s) - 100 * Fraction(w) / whole) < Fraction(1, 10_000)
        for s, w in zip(shares, given_weights, strict=True)
    )


@given(weights, st.data())
def test_a_total_lies_between_the_lowest_and_the_highest_score(
    given_weights: list[Decimal], data: st.DataObject
) -> None:
    scores = [data.draw(st.decimals(min_value=0, max_value=120, places=2)) for _ in given_weights]
    rows = [
        WeightedScore(key=str(i), score=s, weight=w) for i, (s, w) in enumerate(zip(scores, given_weights, strict=True))
    ]
    value = weighted_total(rows, MissingPolicy.PENDING).value
    assert value is not None
    assert min(scores) <= value <= max(scores)
