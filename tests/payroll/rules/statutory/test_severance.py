"""Lump sums at the end of work: severance, early and internal retirement."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.severance import (
    InternalRetirement,
    early_retirement_tax,
    internal_retirement_tax,
    severance_tax,
)
from tests.payroll.rules.statutory.oracle import LAW, MONTHLY, YEARLY, slices, whole

TABLE = LAW.brackets("comprehensive_monthly")
SUM = st.integers(min_value=0, max_value=10**9)


@given(SUM, SUM)
def test_severance_is_taxed_alone_above_the_exempt_amount(compensation: int, exempt: int) -> None:
    found = severance_tax(compensation, LAW.annual, exempt_fen=exempt)
    assert found.tax_fen == whole(slices(compensation - exempt, LAW.annual))


@given(SUM, st.integers(min_value=1, max_value=20))
def test_early_retirement_is_the_tax_of_a_year_times_the_years(lump_sum: int, years: int) -> None:
    found = early_retirement_tax(lump_sum, LAW.annual, years=years, yearly_deduction_fen=YEARLY)
    assert found.tax_fen == whole(years * slices(Fraction(lump_sum, years) - YEARLY, LAW.annual))


def test_60000_for_every_year_of_early_retirement_is_free() -> None:
    for lump_sum, tax in ((36_000_000, 0), (36_000_100, 3)):
        assert early_retirement_tax(lump_sum, LAW.annual, years=6, yearly_deduction_fen=YEARLY).tax_fen == tax


def test_parts_of_a_year_count_exactly() -> None:
    found = early_retirement_tax(25_000_000, LAW.annual, years=Fraction(5, 2), yearly_deduction_fen=YEARLY)
    assert (found.taxable_fen, found.tax_fen) == (4_000_000, 370_000)


def internal(lump_sum: int, months: int, wage: int) -> InternalRetirement:
    return internal_retirement_tax(lump_sum, TABLE, months=months, wage_fen=wage, monthly_deduction_fen=MONTHLY)


def test_internal_retirement_takes_its_rate_from_wage_and_a_months_part() -> None:
    found = internal(10_000_000, 20, 700_000)
    assert (found.rate, found.quick_deduction_fen) == (Fraction(1, 10), 21_000)
    assert (found.total_tax_fen, found.wage_tax_fen, found.lump_sum_tax_fen) == (999_000, 6_000, 993_000)


def test_internal_retirement_below_the_deduction_still_taxes_the_sum_at_the_lowest_rate() -> None:
    found = internal(6_000_000, 60, 300_000)
    assert (found.rate, found.wage_tax_fen, found.total_tax_fen) == (Fraction(3, 100), 0, 174_000)


def test_a_sum_that_the_deduction_covers_is_free() -> None:
    assert internal(100_000, 12, 100_000).total_tax_fen == 0


@given(SUM, st.integers(min_value=1, max_value=240), SUM)
def test_no_tax_is_below_zero_and_the_sum_never_lowers_the_tax(lump_sum: int, months: int, wage: int) -> None:
    found = internal(lump_sum, months, wage)
    assert found.wage_tax_fen >= 0
    assert found.lump_sum_tax_fen >= 0


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(StatutoryError, match="not_positive"):
        internal(1, 0, 0)
    with pytest.raises(StatutoryError, match="not_positive"):
        early_retirement_tax(1, LAW.annual, years=0, yearly_deduction_fen=YEARLY)
    with pytest.raises(StatutoryError, match="negative_amount"):
        severance_tax(1, LAW.annual, exempt_fen=-1)
