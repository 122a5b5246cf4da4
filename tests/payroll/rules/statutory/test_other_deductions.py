"""Other deductions count up to their limits."""

from datetime import date

import pytest

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.other_deductions import (
    annuity_fen,
    donation_fen,
    health_insurance_fen,
    private_pension_fen,
)
from tests.payroll.rules.statutory.oracle import LAW

LIMITS = LAW.other_deductions


@pytest.mark.parametrize(("paid", "counts"), [(0, 0), (1_200_000, 1_200_000), (1_200_001, 1_200_000)])
def test_a_private_pension_counts_up_to_12000_a_year(paid: int, counts: int) -> None:
    assert private_pension_fen(paid, LIMITS) == counts


def test_a_private_pension_did_not_count_before_2024() -> None:
    assert private_pension_fen(100_000, income_tax(date(2023, 12, 31)).other_deductions) == 0


def test_health_insurance_counts_up_to_200_a_month() -> None:
    assert [health_insurance_fen(paid, LIMITS) for paid in (19_999, 20_001)] == [19_999, 20_000]


@pytest.mark.parametrize(
    ("paid", "base", "counts"),
    [(30_000, 1_000_000, 30_000), (50_000, 1_000_000, 40_000), (200_000, 9_000_000, 160_000)],
)
def test_an_annuity_counts_up_to_4_percent_of_a_wage_that_has_a_limit(paid: int, base: int, counts: int) -> None:
    assert annuity_fen(paid, base_fen=base, base_limit_fen=4_000_000, law=LIMITS) == counts


def test_donations_count_up_to_30_percent_of_what_is_taxable() -> None:
    assert [donation_fen(50_000, taxable_fen=taxable, law=LIMITS) for taxable in (-1, 100_000, 1_000_000)] == [
        0,
        30_000,
        50_000,
    ]


def test_negative_payments_are_refused() -> None:
    with pytest.raises(StatutoryError, match="negative_amount"):
        donation_fen(-1, taxable_fen=0, law=LIMITS)
