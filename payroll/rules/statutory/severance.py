"""Lump sums at the end of work: severance, early retirement (提前退休) and internal retirement (内部退养).

Source: 财税〔2018〕164号 五; internal retirement as in 国税发〔1999〕58号 一. None of them is added to the year's
income. SEVERANCETAX is the first for columns (table 综合所得年税率, exempt amount by city in 离职补偿免税额).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from payroll.rules.statutory.brackets import (
    Assessment,
    Bracket,
    Exact,
    assess,
    bracket_for,
    exact_tax,
    require_not_negative,
    require_positive,
    tax_on,
)
from payroll.rules.statutory.rounding import FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class InternalRetirement:
    """Tax of the month in which an internally retired person gets wage and lump sum, in fen."""

    rate: Fraction
    quick_deduction_fen: int
    total_tax_fen: int
    wage_tax_fen: int

    @property
    def lump_sum_tax_fen(self) -> int:
        """What the lump sum adds to the tax of the wage alone."""
        return self.total_tax_fen - self.wage_tax_fen


def severance_tax(compensation_fen: int, annual: Sequence[Bracket], *, exempt_fen: int) -> Assessment:
    """Tax on severance above the exempt amount (three times the local average wage of a year), no deduction beside it.

    Raises StatutoryError payroll.income_tax.negative_amount.
    """
    require_not_negative(compensation_fen=compensation_fen, exempt_fen=exempt_fen)
    return assess(compensation_fen - exempt_fen, annual)


def early_retirement_tax(
    lump_sum_fen: int, annual: Sequence[Bracket], *, years: Exact, yearly_deduction_fen: int
) -> Assessment:
    """Tax on a lump sum for retiring `years` before the legal age: [(sum / years - 60,000) x rate - quick] x years.

    The answer's `taxable`, rate and quick deduction are of one year, its tax is of all years, rounded once.
    Raises StatutoryError payroll.income_tax.negative_amount, .not_positive.
    """
    require_not_negative(lump_sum_fen=lump_sum_fen)
    require_positive(years=years)
    taxable = max(Fraction(lump_sum_fen) / years - yearly_deduction_fen, Fraction(0))
    bracket = bracket_for(taxable, annual)
    tax = FEN_HALF_UP.fen(exact_tax(taxable, annual) * years)
    return Assessment(taxable, bracket.rate, bracket.quick_deduction_fen, tax)


def internal_retirement_tax(
    lump_sum_fen: int, monthly: Sequence[Bracket], *, months: int, wage_fen: int, monthly_deduction_fen: int
) -> InternalRetirement:
    """Tax of the month: rate by wage + lump sum / months to the legal age - 5,000, on wage + whole lump sum - 5,000.

    Raises StatutoryError payroll.income_tax.negative_amount, .not_positive.
    """
    require_not_negative(lump_sum_fen=lump_sum_fen, wage_fen=wage_fen)
    require_positive(months=months)
    bracket = bracket_for(Fraction(lump_sum_fen, months) + wage_fen - monthly_deduction_fen, monthly)
    taxable = max(wage_fen + lump_sum_fen - monthly_deduction_fen, 0)
    exact = taxable * bracket.rate - bracket.quick_deduction_fen
    return InternalRetirement(
        rate=bracket.rate,
        quick_deduction_fen=bracket.quick_deduction_fen,
        total_tax_fen=FEN_HALF_UP.fen(max(exact, Fraction(0))),
        wage_tax_fen=tax_on(wage_fen - monthly_deduction_fen, monthly),
    )
