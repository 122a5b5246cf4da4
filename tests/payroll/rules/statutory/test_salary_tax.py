"""Cumulative withholding of one person follows the law to the cent."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.brackets import tax_on
from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.salary_tax import BasicDeductionRule, YearToDate, basic_deduction_fen, withhold

BRACKETS = income_tax(date(2026, 10, 31)).cumulative
MONTHLY = 500_000


def months_of(income: list[int], social: int, additional: int) -> list[int]:
    """The tax of each month in fen, month by month from January."""
    taxes: list[int] = []
    for month in range(1, len(income) + 1):
        year = YearToDate(
            income_fen=sum(income[:month]),
            basic_deduction_fen=month * MONTHLY,
            social_fen=month * social,
            additional_fen=month * additional,
            withheld_fen=sum(taxes),
        )
        taxes.append(withhold(year, BRACKETS).tax_fen)
    return taxes


def test_the_authoritys_example_of_30000_a_month_moves_up_a_bracket_in_february() -> None:
    assert months_of([3_000_000] * 3, 450_000, 200_000) == [55_500, 62_500, 185_000]


def test_a_negative_balance_is_not_paid_back_and_is_kept_for_later_months() -> None:
    assert months_of([1_000_000, 400_000, 400_000], 0, 0) == [15_000, 0, 0]


def test_relief_is_taken_from_the_tax_not_from_the_income() -> None:
    year = YearToDate(income_fen=1_200_000, basic_deduction_fen=MONTHLY, social_fen=180_000, relief_fen=5_000)
    assert withhold(year, BRACKETS).tax_fen == 10_600


def test_the_steps_of_the_computation_are_shown() -> None:
    steps = withhold(YearToDate(income_fen=4_100_100, basic_deduction_fen=MONTHLY), BRACKETS)
    assert (steps.taxable_fen, steps.rate, steps.quick_deduction_fen) == (3_600_100, Fraction(1, 10), 252_000)
    assert steps.cumulative_tax_fen == 108_010


@pytest.mark.parametrize(
    ("taxable", "tax"), [(0, 0), (-5, 0), (16, 0), (17, 1), (3_600_000, 108_000), (3_600_001, 108_000)]
)
def test_an_edge_belongs_to_the_lower_bracket_and_half_a_fen_rounds_up(taxable: int, tax: int) -> None:
    assert tax_on(taxable, BRACKETS) == tax


@pytest.mark.parametrize(
    ("rule", "first", "month", "months"),
    [
        (BasicDeductionRule.MONTHLY, 7, 7, 1),
        (BasicDeductionRule.MONTHLY, 3, 10, 8),
        (BasicDeductionRule.FIRST_JOB, 7, 7, 7),
        (BasicDeductionRule.FULL_YEAR, 1, 1, 12),
    ],
)
def test_the_basic_deduction_builds_up_by_its_rule(
    rule: BasicDeductionRule, first: int, month: int, months: int
) -> None:
    assert basic_deduction_fen(rule, month=month, first_month=first, monthly_fen=MONTHLY) == months * MONTHLY


@pytest.mark.parametrize(("first", "month"), [(0, 1), (5, 4), (1, 13)])
def test_months_that_do_not_exist_are_refused(first: int, month: int) -> None:
    with pytest.raises(StatutoryError, match="bad_month"):
        basic_deduction_fen(BasicDeductionRule.MONTHLY, month=month, first_month=first, monthly_fen=MONTHLY)


def marginal(taxable_fen: int) -> Fraction:
    """The oracle: every slice at its own rate, no quick deduction."""
    edges = [b.over_fen for b in BRACKETS[1:]] + [10**15]
    return sum(
        (max(0, min(taxable_fen, edge) - b.over_fen) * b.rate for b, edge in zip(BRACKETS, edges, strict=True)),
        Fraction(0),
    )


@given(st.integers(min_value=-(10**9), max_value=10**11))
def test_the_quick_deduction_gives_the_same_as_taxing_slice_by_slice(taxable: int) -> None:
    exact = marginal(taxable)
    assert tax_on(taxable, BRACKETS) == (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


@given(st.lists(st.integers(min_value=500_000, max_value=20_000_000), min_size=1, max_size=12))
def test_the_months_add_up_to_the_tax_of_the_year_while_income_covers_the_deduction(
    income: list[int],
) -> None:
    assert sum(months_of(income, 0, 0)) == tax_on(sum(income) - len(income) * MONTHLY, BRACKETS)
