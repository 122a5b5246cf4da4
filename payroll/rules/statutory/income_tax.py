"""Individual income tax of one person: the cumulative withholding method (累计预扣法), exact in fen.

Source: State Taxation Administration announcement 2018 no. 61, article 6; first job within the year: 2020
no. 13; the whole year's deduction from January: 2020 no. 19. Rates and amounts are data (`payroll.packs`),
never constants here. This is the plain statement of the law for one person; the formula engine's CUMTAX
computes the same for whole columns and is checked against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class Bracket:
    """Taxable income above `over_fen` (exclusive): tax = taxable * rate - quick deduction."""

    over_fen: int
    rate: Fraction
    quick_deduction_fen: int


class BasicDeductionRule(StrEnum):
    """How the basic deduction (减除费用) builds up over the year."""

    MONTHLY = "monthly_5000"  # one monthly amount for every month employed here this year
    FIRST_JOB = "first_job_from_january"  # first wages of the year: counted from January
    FULL_YEAR = "full_60000_in_january"  # same employer all last year, at most 60,000 then: all of it at once


@dataclass(frozen=True, slots=True)
class YearToDate:
    """This tax year with this employer in fen, current month included; `withheld_fen` is of before only."""

    income_fen: int
    basic_deduction_fen: int
    exempt_fen: int = 0
    social_fen: int = 0
    additional_fen: int = 0
    other_fen: int = 0
    relief_fen: int = 0
    withheld_fen: int = 0


@dataclass(frozen=True, slots=True)
class Withholding:
    """One month's tax and the steps to it, in fen; `taxable_fen` may be negative, `tax_fen` never is."""

    taxable_fen: int
    rate: Fraction
    quick_deduction_fen: int
    cumulative_tax_fen: int
    tax_fen: int


def basic_deduction_fen(rule: BasicDeductionRule, *, month: int, first_month: int, monthly_fen: int) -> int:
    """The cumulative basic deduction up to and including `month`.

    month, first_month: 1 to 12; first_month is the first one employed here this year.
    Raises StatutoryError payroll.income_tax.bad_month.
    """
    if not 1 <= first_month <= month <= 12:
        raise StatutoryError(
            "payroll.income_tax.bad_month",
            zh="月份须在1到12之间,且不早于首月",
            en="months run from 1 to 12 and the first is not after the current one",
            field="month",
        )
    if rule is BasicDeductionRule.FULL_YEAR:
        return 12 * monthly_fen
    if rule is BasicDeductionRule.FIRST_JOB:
        return month * monthly_fen
    return (month - first_month + 1) * monthly_fen


def bracket_for(taxable_fen: int, brackets: Sequence[Bracket]) -> Bracket:
    """The bracket of an amount; an edge belongs to the lower bracket, 0 and less to the first."""
    return max((b for b in brackets if b.over_fen < taxable_fen), key=lambda b: b.over_fen, default=brackets[0])


def tax_on(taxable_fen: int, brackets: Sequence[Bracket]) -> int:
    """The tax in fen, HALF_UP, on a taxable amount; 0 when there is nothing to tax."""
    if taxable_fen <= 0:
        return 0
    bracket = bracket_for(taxable_fen, brackets)
    return FEN_HALF_UP.fen(taxable_fen * bracket.rate - bracket.quick_deduction_fen)


def withhold(year: YearToDate, brackets: Sequence[Bracket]) -> Withholding:
    """This month's withholding. A negative balance is not paid back during the year: the tax is 0 then."""
    taxable = (
        year.income_fen
        - year.exempt_fen
        - year.basic_deduction_fen
        - year.social_fen
        - year.additional_fen
        - year.other_fen
    )
    bracket = bracket_for(taxable, brackets)
    cumulative = tax_on(taxable, brackets)
    return Withholding(
        taxable_fen=taxable,
        rate=bracket.rate,
        quick_deduction_fen=bracket.quick_deduction_fen,
        cumulative_tax_fen=cumulative,
        tax_fen=max(0, cumulative - year.relief_fen - year.withheld_fen),
    )
