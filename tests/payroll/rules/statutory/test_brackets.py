"""A tax table gives the same as taxing every slice at its own rate, to the cent."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.statutory.brackets import assess, bracket_for, exact_tax, tax_on
from tests.payroll.rules.statutory.oracle import LAW, slices, whole

TABLES = list(LAW.pack.tables)
EXACT = st.fractions(min_value=-(10**9), max_value=10**11, max_denominator=1000)


@pytest.mark.parametrize("key", TABLES)
@given(taxable=EXACT)
def test_the_quick_deduction_gives_the_same_as_taxing_slice_by_slice(key: str, taxable: Fraction) -> None:
    table = LAW.brackets(key)
    assert exact_tax(taxable, table) == slices(taxable, table)
    assert tax_on(taxable, table) == whole(slices(taxable, table))


@pytest.mark.parametrize("key", TABLES)
@given(low=EXACT, more=st.fractions(min_value=0, max_value=10**9, max_denominator=1000))
def test_more_taxable_income_never_costs_less_tax_nor_more_than_itself(key: str, low: Fraction, more: Fraction) -> None:
    table = LAW.brackets(key)
    step = exact_tax(low + more, table) - exact_tax(low, table)
    assert 0 <= step <= more


@pytest.mark.parametrize("key", TABLES)
def test_an_edge_belongs_to_the_lower_bracket_and_the_tax_does_not_jump_there(key: str) -> None:
    table = LAW.brackets(key)
    for lower, upper in zip(table, table[1:], strict=False):
        assert bracket_for(upper.over_fen, table) == lower
        assert bracket_for(upper.over_fen + Fraction(1, 1000), table) == upper
        assert 0 <= tax_on(upper.over_fen + 1, table) - tax_on(upper.over_fen, table) <= 1


def test_half_a_fen_of_tax_is_a_fen_and_less_is_none() -> None:
    assert tax_on(Fraction(50, 3), LAW.cumulative) == 1
    assert tax_on(Fraction(49, 3), LAW.cumulative) == 0


def test_nothing_to_tax_is_shown_as_zero_in_the_first_bracket() -> None:
    found = assess(-1, LAW.cumulative)
    assert (found.taxable_fen, found.rate, found.tax_fen) == (0, Fraction(3, 100), 0)
