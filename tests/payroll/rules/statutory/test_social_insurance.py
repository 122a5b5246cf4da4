"""Contributions: clamp, rate, fixed amount, one rounding per city, insurance and side."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import Mode, Rounding, Unit
from payroll.rules.statutory.social_insurance import (
    BaseLimits,
    HousingFundRates,
    Insurance,
    InsuranceRates,
    contribution,
    contributions,
    housing_fund,
)

MEDICAL = InsuranceRates(
    insurance=Insurance.MEDICAL,
    limits=BaseLimits(floor_fen=727_000, ceiling_fen=3_634_800),
    employee_rate=Fraction(2, 100),
    employer_rate=Fraction(98, 1000),
    employee_fixed_fen=300,
)
FUND = HousingFundRates(BaseLimits(274_000, 3_773_100), Fraction(5, 100), Fraction(7, 100))


@pytest.mark.parametrize(
    ("declared", "base", "employee"),
    [(300_000, 727_000, 14_840), (2_000_000, 2_000_000, 40_300), (5_000_000, 3_634_800, 72_996)],
)
def test_the_base_is_clamped_and_the_fixed_amount_is_added(declared: int, base: int, employee: int) -> None:
    paid = contribution(declared, MEDICAL)
    assert (paid.base_fen, paid.employee_fen) == (base, employee)


def test_without_a_ceiling_only_the_floor_holds() -> None:
    limits = BaseLimits(floor_fen=679_400, ceiling_fen=None)
    assert (limits.clamp(1), limits.clamp(10**9)) == (679_400, 10**9)


@pytest.mark.parametrize(
    ("unit", "mode", "fen"),
    [
        (Unit.FEN, Mode.HALF_UP, 264_118),
        (Unit.FEN, Mode.DOWN, 264_117),
        (Unit.JIAO, Mode.UP, 264_120),
        (Unit.YUAN, Mode.HALF_UP, 264_100),
        (Unit.YUAN, Mode.UP, 264_200),
    ],
)
def test_the_unit_and_mode_of_the_city_decide_the_last_digit(unit: Unit, mode: Mode, fen: int) -> None:
    assert Rounding(unit, mode).fen(Fraction(2641175, 10)) == fen


def test_each_side_has_its_own_rounding() -> None:
    rates = replace(MEDICAL, employer_rounding=Rounding(Unit.YUAN, Mode.UP))
    paid = contribution(727_001, rates)
    assert (paid.employee_fen, paid.employer_fen) == (14_840, 71_300)


def test_both_sides_of_the_fund_pay_the_same() -> None:
    paid = housing_fund(5_000_000, Fraction(7, 100), FUND)
    assert (paid.base_fen, paid.employee_fen, paid.employer_fen) == (3_773_100, 264_117, 264_117)


@pytest.mark.parametrize("rate", [Fraction(4, 100), Fraction(8, 100)])
def test_a_fund_rate_outside_the_citys_limits_is_refused(rate: Fraction) -> None:
    with pytest.raises(StatutoryError, match="between 5% and 7%"):
        housing_fund(1, rate, FUND)


def test_an_unknown_employer_rate_stops_instead_of_counting_as_nothing() -> None:
    with pytest.raises(StatutoryError) as caught:
        contributions(1, [replace(MEDICAL, employer_rate=None)])
    assert caught.value.code == "payroll.social_insurance.unknown_employer_rate"


def test_a_negative_base_is_refused() -> None:
    with pytest.raises(StatutoryError, match="negative_base"):
        contribution(-1, MEDICAL)


@given(st.integers(0, 10**8), st.sampled_from(list(Unit)), st.fractions(0, 1, max_denominator=10_000))
def test_half_up_is_never_more_than_half_a_unit_away(base: int, unit: Unit, rate: Fraction) -> None:
    exact = base * rate
    assert -Fraction(unit, 2) < Rounding(unit).fen(exact) - exact <= Fraction(unit, 2)
