"""Equity incentives: what they are worth, and their tax on the annual table by itself."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.packs.dated import PackError
from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.equity import RestrictedStock, equity_tax, option_income_fen
from payroll.rules.statutory.errors import StatutoryError
from tests.payroll.rules.statutory.oracle import LAW, slices, whole

TABLE = LAW.brackets("equity_incentive")


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=5))
def test_the_incentives_of_a_year_add_up_whatever_the_parts(parts: list[int]) -> None:
    withheld = 0
    for index, income in enumerate(parts):
        withheld += equity_tax(income, TABLE, before_fen=sum(parts[:index]), withheld_fen=withheld).tax_fen
    assert withheld == whole(slices(sum(parts), TABLE))


def test_an_option_is_worth_what_the_share_is_above_its_price() -> None:
    assert option_income_fen(shares=10_000, market_price=2_500, strike_price=1_000) == 15_000_000
    assert option_income_fen(shares=3, market_price=Fraction(5, 10), strike_price=0) == 2
    assert option_income_fen(shares=10_000, market_price=900, strike_price=1_000) == 0


def test_restricted_stock_is_worth_the_mean_price_less_its_part_of_what_was_paid() -> None:
    # 4,000 of 10,000 shares; 20 yuan when registered, 30 when released; 100,000 yuan paid for all.
    stock = RestrictedStock(
        released=4_000, granted=10_000, registered_price=2_000, release_price=3_000, paid_fen=10_000_000
    )
    assert stock.income_fen() == 6_000_000


def test_the_separate_table_ends_with_2027() -> None:
    assert income_tax(date(2027, 12, 31)).brackets("equity_incentive")
    with pytest.raises(PackError):
        income_tax(date(2028, 1, 1)).brackets("equity_incentive")


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(StatutoryError, match="negative_amount"):
        equity_tax(-1, TABLE)
    with pytest.raises(StatutoryError, match="not_positive"):
        RestrictedStock(released=1, granted=0, registered_price=1, release_price=1, paid_fen=0).income_fen()
