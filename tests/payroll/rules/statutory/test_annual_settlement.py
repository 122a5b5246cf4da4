"""The annual settlement: one tax on the year, against what was withheld."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.annual_settlement import ComprehensiveYear, illness_deduction_fen, settle
from payroll.rules.statutory.errors import StatutoryError
from tests.payroll.rules.statutory.oracle import LAW, YEARLY, slices, whole

RULES = LAW.settlement
AMOUNT = st.integers(min_value=0, max_value=10**8)
YEAR = st.builds(
    ComprehensiveYear, wages_fen=AMOUNT, labour_fen=AMOUNT, author_fen=AMOUNT, licence_fen=AMOUNT, social_fen=AMOUNT,
    additional_fen=AMOUNT, withheld_fen=AMOUNT,
)  # fmt: skip


@given(YEAR)
def test_all_four_incomes_are_taxed_together_after_their_cost(year: ComprehensiveYear) -> None:
    counted = (
        year.wages_fen
        + Fraction(year.labour_fen * 80, 100)
        + Fraction(year.licence_fen * 80, 100)
        + Fraction(year.author_fen * 56, 100)
    )
    taxable = counted - YEARLY - year.social_fen - year.additional_fen
    found = settle(year, RULES)
    assert found.tax_fen == whole(slices(taxable, LAW.annual))
    assert found.tax_fen - year.withheld_fen == found.balance_fen == found.due_fen - found.refund_fen


def test_a_year_of_serious_illness_brings_tax_back() -> None:
    year = ComprehensiveYear(
        wages_fen=24_000_000, social_fen=5_400_000, illness_fen=(3_000_000,), withheld_fen=1_008_000
    )
    found = settle(year, RULES)
    assert (found.illness_deduction_fen, found.tax_fen, found.refund_fen) == (1_500_000, 858_000, 150_000)
    assert not found.must_settle


def test_the_illness_threshold_and_limit_hold_for_each_person() -> None:
    assert illness_deduction_fen((1_500_000, 9_500_000, 9_600_000), RULES) == 0 + 8_000_000 + 8_000_000


def test_donations_count_up_to_30_percent_of_what_is_taxable_and_some_in_full() -> None:
    year = ComprehensiveYear(wages_fen=YEARLY + 10_000_000, donations_fen=5_000_000, full_donations_fen=1_000_000)
    found = settle(year, RULES)
    assert (found.donation_deduction_fen, found.taxable_fen) == (4_000_000, 6_000_000)


def test_donations_never_make_more_than_there_is_to_tax() -> None:
    found = settle(ComprehensiveYear(wages_fen=YEARLY + 100, full_donations_fen=5_000), RULES)
    assert (found.donation_deduction_fen, found.taxable_fen, found.tax_fen) == (100, 0, 0)


@pytest.mark.parametrize(
    ("wages", "withheld", "must"),
    [
        (12_000_000, 0, False),  # 120,000 and less: exempt whatever is due
        (12_000_100, 0, True),
        (20_000_000, 1_148_000 - 40_000, False),  # 400 due
        (20_000_000, 1_148_000 - 40_001, True),
        (20_000_000, 1_148_000 + 500, False),  # paid back on request
    ],
)
def test_small_incomes_and_small_dues_need_no_settlement(wages: int, withheld: int, must: bool) -> None:
    year = ComprehensiveYear(wages_fen=wages, withheld_fen=withheld)
    assert settle(year, RULES).must_settle is must


def test_nobody_is_exempt_where_the_payer_did_not_withhold_or_the_exemption_has_ended() -> None:
    year = ComprehensiveYear(wages_fen=10_000_000)
    assert settle(year, RULES, withheld_by_law=False).must_settle
    later = income_tax(date(2028, 12, 31)).settlement
    assert (later.exempt_income_fen, later.exempt_due_fen) == (None, None)
    assert settle(year, later).must_settle


def test_relief_is_taken_from_the_tax_and_no_further_than_to_zero() -> None:
    year = ComprehensiveYear(wages_fen=YEARLY + 1_000_000, relief_fen=10_000)
    assert settle(year, RULES).tax_fen == 20_000
    assert settle(replace(year, relief_fen=50_000), RULES).tax_fen == 0


def test_negative_amounts_are_refused_by_name() -> None:
    for name, value in (("licence_fen", -1), ("illness_fen", (5, -1))):
        with pytest.raises(StatutoryError) as refused:
            ComprehensiveYear(**{"wages_fen": 0, name: value})
        assert refused.value.field == name
