"""Taxes in another way than the code: slice by slice, without quick deductions, rounded by decimal."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.brackets import Bracket

LAW = income_tax(date(2026, 10, 31))
MONTHLY = LAW.basic_deduction_monthly_fen
YEARLY = 12 * MONTHLY


def slices(taxable: Fraction | int, brackets: Sequence[Bracket]) -> Fraction:
    """Every slice of an amount at its own rate."""
    edges = [bracket.over_fen for bracket in brackets[1:]] + [10**20]
    parts = (
        max(Fraction(0), min(Fraction(taxable), Fraction(edge)) - bracket.over_fen) * bracket.rate
        for bracket, edge in zip(brackets, edges, strict=True)
    )
    return sum(parts, Fraction(0))


def whole(exact: Fraction) -> int:
    """Half a fen and more is a fen, by decimal arithmetic."""
    with localcontext() as context:
        context.prec = 60
        return int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP))
