"""Labour service, authors' fees and licence fees of residents, withheld payment by payment.

Source: 国家税务总局公告2018年第61号 第八条. Labour service (劳务报酬): cost is a flat amount up to a limit and a share
above it, then a table of three rates. Authors' fees (稿酬) count with 70% of what is left after cost; they and licence
fees (特许权使用费) are withheld at one rate. LABORTAX is the first for columns (table 劳务报酬预扣率, limits in
个税参数). Payments that are withheld cumulatively (interns, platform workers, agents) are in `continuous_labour`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from payroll.rules.statutory.brackets import Assessment, Bracket, assess, require_not_negative
from payroll.rules.statutory.rounding import FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class CostRule:
    """What is deducted from one payment: `flat_fen` up to an income of `flat_limit_fen`, a share `rate` above."""

    flat_limit_fen: int
    flat_fen: int
    rate: Fraction

    def after_cost(self, income_fen: int) -> Fraction:
        """What is left of a payment, exact fen, at least 0.

        Raises StatutoryError payroll.income_tax.negative_amount.
        """
        require_not_negative(income_fen=income_fen)
        if income_fen <= self.flat_limit_fen:
            return Fraction(max(income_fen - self.flat_fen, 0))
        return income_fen * (1 - self.rate)


def labour_tax(income_fen: int, cost: CostRule, brackets: Sequence[Bracket]) -> Assessment:
    """Tax withheld from one payment for labour service (several payments of a month for one job are one)."""
    return assess(cost.after_cost(income_fen), brackets)


def royalty_tax(income_fen: int, cost: CostRule, *, share: Fraction, rate: Fraction) -> Assessment:
    """Tax withheld from an author's fee. share: the part of it that counts; rate: the one rate of withholding."""
    taxable = cost.after_cost(income_fen) * share
    return Assessment(taxable, rate, 0, FEN_HALF_UP.fen(taxable * rate))


def licence_tax(income_fen: int, cost: CostRule, *, rate: Fraction) -> Assessment:
    """Tax withheld from a licence fee: as an author's fee that counts in full."""
    return royalty_tax(income_fen, cost, share=Fraction(1), rate=rate)
