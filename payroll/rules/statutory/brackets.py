"""Progressive tax tables (超额累进税率表 with 速算扣除数) and the tax of an amount by them, exact.

Every kind of income tax in this package ends here. Rates and edges are data (`payroll.packs`), never constants. For
whole columns the formula language has the same tables (`payroll.packs.statutory_tables`) and BRACKET; these functions
state the law for one amount, and are what the columns are checked against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import FEN_HALF_UP

Exact = int | Fraction
"""An exact amount in fen, which may be a part of a fen between two steps of a computation."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """Taxable income above `over_fen` (exclusive): tax = taxable * rate - quick deduction."""

    over_fen: int
    rate: Fraction
    quick_deduction_fen: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A tax and the steps to it. `taxable` is exact in fen and never negative; `tax_fen` is whole fen, HALF_UP."""

    taxable: Fraction
    rate: Fraction
    quick_deduction_fen: int
    tax_fen: int

    @property
    def taxable_fen(self) -> int:
        """The taxable amount as a form shows it. The tax is on the exact amount."""
        return FEN_HALF_UP.fen(self.taxable)


def bracket_for(taxable: Exact, brackets: Sequence[Bracket]) -> Bracket:
    """The bracket of an amount; an edge belongs to the lower bracket, 0 and less to the first."""
    return max((b for b in brackets if b.over_fen < taxable), key=lambda b: b.over_fen, default=brackets[0])


def exact_tax(taxable: Exact, brackets: Sequence[Bracket]) -> Fraction:
    """The tax in fen before rounding; 0 when there is nothing to tax."""
    if taxable <= 0:
        return Fraction(0)
    bracket = bracket_for(taxable, brackets)
    return taxable * bracket.rate - bracket.quick_deduction_fen


def tax_on(taxable: Exact, brackets: Sequence[Bracket]) -> int:
    """The tax in fen, HALF_UP, on a taxable amount; 0 when there is nothing to tax."""
    return FEN_HALF_UP.fen(exact_tax(taxable, brackets))


def assess(taxable: Exact, brackets: Sequence[Bracket]) -> Assessment:
    """The tax on an amount, with its bracket; a negative amount counts as 0."""
    amount = max(Fraction(taxable), Fraction(0))
    bracket = bracket_for(amount, brackets)
    return Assessment(amount, bracket.rate, bracket.quick_deduction_fen, tax_on(amount, brackets))


def require_not_negative(**amounts: Exact) -> None:
    """Raises StatutoryError payroll.income_tax.negative_amount, field: the first name whose amount is below 0."""
    for name, amount in amounts.items():
        if amount < 0:
            raise StatutoryError(
                "payroll.income_tax.negative_amount",
                zh="计税金额不能为负。",
                en="an amount that tax is computed from is not negative",
                field=name,
            )


def require_positive(**counts: Exact) -> None:
    """Raises StatutoryError payroll.income_tax.not_positive, field: the first name whose count is 0 or less."""
    for name, count in counts.items():
        if count <= 0:
            raise StatutoryError(
                "payroll.income_tax.not_positive",
                zh="分摊的月数、年数或天数须大于零。",
                en="the months, years or days to spread over are above zero",
                field=name,
            )
