"""Payments for labour, authors' work and licences are withheld one by one, to the cent."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.labour_service import labour_tax, licence_tax, royalty_tax
from tests.payroll.rules.statutory.oracle import LAW, slices, whole

TABLE = LAW.brackets("labour_service")
COST = LAW.labour_cost
SHARE, RATE = LAW.rate("royalty_share"), LAW.rate("royalty_withholding")
INCOME = st.integers(min_value=0, max_value=10**9)


def counted(income: int) -> Fraction:
    return Fraction(max(income - 80_000, 0)) if income <= 400_000 else Fraction(income * 4, 5)


@given(INCOME)
def test_labour_service_is_taxed_on_what_cost_leaves(income: int) -> None:
    found = labour_tax(income, COST, TABLE)
    assert found.taxable == counted(income)
    assert found.tax_fen == whole(slices(counted(income), TABLE))


@given(INCOME)
def test_an_authors_fee_counts_with_seven_tenths_and_a_licence_in_full(income: int) -> None:
    author = royalty_tax(income, COST, share=SHARE, rate=RATE)
    licence = licence_tax(income, COST, rate=RATE)
    assert author.tax_fen == whole(counted(income) * Fraction(7, 10) / 5)
    assert licence.tax_fen == whole(counted(income) / 5)


@pytest.mark.parametrize(
    ("income", "tax"), [(0, 0), (80_000, 0), (80_100, 20), (400_000, 64_000), (400_001, 64_000), (2_500_000, 400_000),
                        (6_250_000, 1_300_000), (6_250_100, 1_300_032)],
)  # fmt: skip
def test_the_edges_of_cost_and_table(income: int, tax: int) -> None:
    assert labour_tax(income, COST, TABLE).tax_fen == tax


@given(INCOME, st.integers(min_value=0, max_value=10**6))
def test_a_higher_payment_never_leaves_less(income: int, more: int) -> None:
    low, high = (amount - labour_tax(amount, COST, TABLE).tax_fen for amount in (income, income + more))
    assert low <= high


def test_a_negative_payment_is_refused() -> None:
    with pytest.raises(StatutoryError, match="negative_amount"):
        labour_tax(-1, COST, TABLE)
