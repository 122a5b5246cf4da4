"""Wages of residents: the cumulative withholding method (累计预扣法), exact in fen.

Source: State Taxation Administration announcement 2018 no. 61, article 6; first job within the year: 2020
no. 13; the whole year's deduction from January: 2020 no. 19. Rates and amounts are data (`payroll.packs`),
never constants here. This is the plain statement of the law for one person; the formula engine's CUMTAX
computes the same for whole columns (table 个税累计预扣率) and is checked against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction

from payroll.rules.statutory.brackets import Bracket, bracket_for, require_not_negative, tax_on
from payroll.rules.statutory.errors import StatutoryError


class BasicDeductionRule(StrEnum):
    """How the basic deduction (减除费用) builds up over the year."""

    MONTHLY = "monthly_5000"  # one monthly amount for every month employed here this year
    FIRST_JOB = "first_job_from_january"  # first wages of the year: counted from January
    FULL_YEAR = "full_60000_in_january"  # same employer all last year, at most 60,000 then: all of it at once


@dataclass(frozen=True, slots=True)
class Employment:
    """What decides the basic deduction of a person with this employer in one tax year.

    first_month: the first month employed here this year, 1 to 12. earned_before: wages from another employer earlier
    this year. cumulative_labour_before: labour service withheld by the cumulative method earlier this year.
    months_last_year, income_last_year_fen: months that this employer withheld for last year, and all wages of them.
    """

    first_month: int = 1
    earned_before: bool = False
    cumulative_labour_before: bool = False
    months_last_year: int = 0
    income_last_year_fen: int = 0


@dataclass(frozen=True, slots=True)
class YearToDate:
    """This tax year with this employer in fen, current month included; `withheld_fen` is of before only.

    Raises StatutoryError payroll.income_tax.negative_amount: sums of a year are not negative.
    """

    income_fen: int
    basic_deduction_fen: int
    exempt_fen: int = 0
    social_fen: int = 0
    additional_fen: int = 0
    other_fen: int = 0
    relief_fen: int = 0
    withheld_fen: int = 0

    def __post_init__(self) -> None:
        require_not_negative(**{field.name: getattr(self, field.name) for field in fields(self)})


@dataclass(frozen=True, slots=True)
class Withholding:
    """One month's tax and the steps to it, in fen; `taxable_fen` may be negative, `tax_fen` never is."""

    taxable_fen: int
    rate: Fraction
    quick_deduction_fen: int
    cumulative_tax_fen: int
    tax_fen: int


def basic_deduction_rule(employment: Employment, *, income_limit_fen: int) -> BasicDeductionRule:
    """The rule that a person's year begins with. income_limit_fen: last year's wages that allow the full year at once.

    Employer and employee may agree on MONTHLY where FULL_YEAR would hold; that is the caller's to know.
    """
    whole_last_year = employment.months_last_year == 12 and employment.first_month == 1
    if whole_last_year and employment.income_last_year_fen <= income_limit_fen:
        return BasicDeductionRule.FULL_YEAR
    if employment.earned_before or employment.cumulative_labour_before:
        return BasicDeductionRule.MONTHLY
    return BasicDeductionRule.FIRST_JOB


def basic_deduction_fen(rule: BasicDeductionRule, *, month: int, first_month: int, monthly_fen: int) -> int:
    """The cumulative basic deduction up to and including `month`.

    month, first_month: 1 to 12; first_month is the first one employed here this year.
    Raises StatutoryError payroll.income_tax.bad_month.
    """
    if not 1 <= first_month <= month <= 12:
        raise StatutoryError(
            "payroll.income_tax.bad_month",
            zh="月份须在1到12之间，且不早于首月。",
            en="months run from 1 to 12 and the first is not after the current one",
            field="month",
        )
    if rule is BasicDeductionRule.FULL_YEAR:
        return 12 * monthly_fen
    if rule is BasicDeductionRule.FIRST_JOB:
        return month * monthly_fen
    return (month - first_month + 1) * monthly_fen


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
