"""A reading scores 0 at floor, 100 at target and 120 at stretch, in either direction, exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules.errors import RuleError
from performance.rules.rounding import round_half_up
from performance.rules.scores import Bands, Direction, exact_linear_score, linear_score

RESOLUTION = Bands(floor=Decimal(60), target=Decimal(90), stretch=Decimal(95), direction=Direction.HIGHER)
TRANSFER = Bands(floor=Decimal(30), target=Decimal(17), stretch=Decimal(10), direction=Direction.LOWER)

numbers = st.decimals(min_value=-10_000, max_value=10_000, places=3)


@pytest.mark.parametrize(
    ("actual", "score"),
    [
        ("59.9", "0.00"),
        ("60", "0.00"),
        ("70", "33.33"),
        ("90", "100.00"),
        ("92.5", "110.00"),
        ("95", "120.00"),
        ("99", "120.00"),
    ],
)
def test_higher_is_better_scores_on_two_lines_between_three_points(actual: str, score: str) -> None:
    assert str(linear_score(Decimal(actual), RESOLUTION)) == score


@pytest.mark.parametrize(("actual", "score"), [("31", "0.00"), ("20", "76.92"), ("17", "100.00"), ("9", "120.00")])
def test_lower_is_better_flips_the_signs(actual: str, score: str) -> None:
    assert str(linear_score(Decimal(actual), TRANSFER)) == score


def test_a_stretch_of_zero_divides_nothing_by_zero() -> None:
    bands = Bands(floor=Decimal(3), target=Decimal(1), stretch=Decimal(0), direction=Direction.LOWER)
    assert linear_score(Decimal(0), bands) == 120


def test_where_stretch_equals_target_reaching_it_is_reaching_stretch() -> None:
    bands = Bands(floor=Decimal(95), target=Decimal(100), stretch=Decimal(100), direction=Direction.HIGHER)
    assert linear_score(Decimal(100), bands) == 120
    assert linear_score(Decimal("97.5"), bands) == 50


def test_floor_equal_to_target_is_refused_when_the_kpi_is_defined() -> None:
    with pytest.raises(RuleError) as caught:
        Bands(floor=Decimal(90), target=Decimal(90), stretch=Decimal(95), direction=Direction.HIGHER)
    assert caught.value.code == "performance.kpi.floor_equals_target"
    assert caught.value.zh
    assert caught.value.en
    assert caught.value.field == "floor"


@pytest.mark.parametrize(
    ("floor", "target", "stretch", "direction"),
    [
        (60, 90, 80, Direction.HIGHER),
        (90, 60, 50, Direction.HIGHER),
        (17, 30, 40, Direction.LOWER),
        (30, 17, 20, Direction.LOWER),
    ],
)
def test_bands_out_of_order_are_refused_when_the_kpi_is_defined(
    floor: int, target: int, stretch: int, direction: Direction
) -> None:
    with pytest.raises(RuleError) as caught:
        Bands(floor=Decimal(floor), target=Decimal(target), stretch=Decimal(stretch), direction=direction)
    assert caught.value.code == "performance.kpi.bands_out_of_order"


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_not_a_number_is_refused_in_a_band_and_in_a_reading(value: str) -> None:
    with pytest.raises(RuleError, match="not_a_number"):
        Bands(floor=Decimal(value), target=Decimal(1), stretch=Decimal(2), direction=Direction.HIGHER)
    with pytest.raises(RuleError, match="not_a_number"):
        linear_score(Decimal(value), RESOLUTION)


@st.composite
def defined_bands(draw: st.DrawFn) -> Bands:
    floor, target, stretch = sorted(draw(st.lists(numbers, min_size=3, max_size=3, unique=True)))
    if draw(st.booleans()):
        return Bands(floor=floor, target=target, stretch=stretch, direction=Direction.HIGHER)
    return Bands(floor=-floor, target=-target, stretch=-stretch, direction=Direction.LOWER)


@given(defined_bands(), numbers, numbers)
def test_a_better_reading_never_scores_less(bands: Bands, one: Decimal, other: Decimal) -> None:
    worse, better = sorted((one, other), reverse=bands.direction is Direction.LOWER)
    assert 0 <= exact_linear_score(worse, bands) <= exact_linear_score(better, bands) <= 120


@given(defined_bands(), st.fractions(min_value=0, max_value=1))
def test_the_score_is_linear_between_floor_and_target(bands: Bands, part: Fraction) -> None:
    reading = Fraction(bands.floor) + part * (Fraction(bands.target) - Fraction(bands.floor))
    as_decimal = Decimal(reading.numerator) / Decimal(reading.denominator)
    expected = 100 * (Fraction(as_decimal) - Fraction(bands.floor)) / (Fraction(bands.target) - Fraction(bands.floor))
    assert exact_linear_score(as_decimal, bands) == min(max(expected, Fraction(0)), Fraction(100))


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("89.125", 2, "89.13"),
        ("1.005", 2, "1.01"),
        ("-0.005", 2, "-0.01"),
        ("-0.004", 2, "0.00"),
        ("2.5", 0, "3"),
    ],
)
def test_rounding_is_half_up_and_never_shows_a_negative_zero(value: str, places: int, shown: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == shown
