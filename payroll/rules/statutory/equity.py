"""Equity incentives of listed companies: what they are worth, and their tax, apart from the year's income.

Source: 财税〔2018〕164号 二, prolonged to 2027-12-31 by 财政部 税务总局公告2023年第25号; what an incentive is worth:
财税〔2005〕35号 (options), 财税〔2009〕5号 (appreciation rights), 国税函〔2009〕461号 (restricted stock). All
incentives of one year are added, taxed on the annual table without any deduction, and what was withheld before is
taken off (table 股权激励税率).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from payroll.rules.statutory.brackets import Assessment, Bracket, Exact, assess, require_not_negative, require_positive
from payroll.rules.statutory.rounding import FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class RestrictedStock:
    """One release of restricted stock. Prices are exact fen a share; `paid_fen` was paid for all `granted` shares."""

    released: int
    granted: int
    registered_price: Exact
    release_price: Exact
    paid_fen: int

    def income_fen(self) -> int:
        """Mean of both prices x released shares, less their part of what was paid; at least 0, HALF_UP.

        Raises StatutoryError payroll.income_tax.not_positive, .negative_amount.
        """
        require_positive(granted=self.granted)
        require_not_negative(released=self.released, paid_fen=self.paid_fen)
        worth = Fraction(self.registered_price + self.release_price) / 2 * self.released
        return _fen(worth - Fraction(self.paid_fen * self.released, self.granted))


def option_income_fen(*, shares: int, market_price: Exact, strike_price: Exact) -> int:
    """Income from options exercised, or appreciation rights paid out: what the shares are worth above their price.

    Prices are exact fen a share. Raises StatutoryError payroll.income_tax.negative_amount.
    """
    require_not_negative(shares=shares, market_price=market_price, strike_price=strike_price)
    return _fen(Fraction(market_price - strike_price) * shares)


def equity_tax(income_fen: int, annual: Sequence[Bracket], *, before_fen: int = 0, withheld_fen: int = 0) -> Assessment:
    """Tax due now. before_fen, withheld_fen: incentives earlier this year, and the tax withheld on them.

    The answer's `taxable` is the whole year's, its tax what is still to be withheld, at least 0.
    Raises StatutoryError payroll.income_tax.negative_amount.
    """
    require_not_negative(income_fen=income_fen, before_fen=before_fen, withheld_fen=withheld_fen)
    year = assess(income_fen + before_fen, annual)
    return Assessment(year.taxable, year.rate, year.quick_deduction_fen, max(0, year.tax_fen - withheld_fen))


def _fen(exact: Fraction) -> int:
    return FEN_HALF_UP.fen(max(exact, Fraction(0)))
