"""Non-residents, and residents without domicile: which part of the pay is of China, and the tax on it.

Source: 财政部 税务总局公告2019年第35号; tables and costs: 国家税务总局公告2018年第61号 第九条. Tax is by the month or
by the payment, nothing is cumulated, by the monthly table (非居民月度税率). Days that make a resident and the months
to spread a bonus over are data (`payroll.packs.income_tax`, counts). A tax treaty may give more; it is not looked at
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
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
)
from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import FEN_HALF_UP


class Stay(StrEnum):
    """How long a person without domicile is in China in a tax year, as far as the tax asks."""

    SHORT = "short"  # at most 90 days: pay from China for work in China
    MEDIUM = "medium"  # above 90, below 183 days: all pay for work in China
    RESIDENT = "resident"  # 183 days and more, not yet six such years: all but pay from abroad for work abroad
    SETTLED = "settled"  # more than six years of 183 days each without a break of more than 30: all pay


@dataclass(frozen=True, slots=True)
class StayLimits:
    """Days in China: up to `short_days` a stay is short, from `resident_days` on a person is resident."""

    short_days: int
    resident_days: int


@dataclass(frozen=True, slots=True)
class CrossBorderPay:
    """Pay for one period of work. Days worked in China may hold half days; `period_days` are calendar days.

    Raises StatutoryError payroll.income_tax.negative_amount, .not_positive, .bad_days.
    """

    paid_in_china_fen: int
    paid_abroad_fen: int
    china_days: Exact
    period_days: int

    def __post_init__(self) -> None:
        require_not_negative(
            paid_in_china_fen=self.paid_in_china_fen, paid_abroad_fen=self.paid_abroad_fen, china_days=self.china_days
        )
        require_positive(period_days=self.period_days)
        if self.china_days > self.period_days:
            raise StatutoryError(
                "payroll.income_tax.bad_days",
                zh="境内工作天数不能多于公历天数。",
                en="the days worked in China are not more than the calendar days",
                field="china_days",
            )

    @property
    def total_fen(self) -> int:
        return self.paid_in_china_fen + self.paid_abroad_fen


def stay_of(days: int, limits: StayLimits, *, settled: bool = False) -> Stay:
    """How long a stay is. days: of 24 hours in China this tax year; settled: six years of 183 days lie behind."""
    require_not_negative(days=days)
    if days >= limits.resident_days:
        return Stay.SETTLED if settled else Stay.RESIDENT
    return Stay.SHORT if days <= limits.short_days else Stay.MEDIUM


def income_in_china(pay: CrossBorderPay, stay: Stay, *, senior: bool = False) -> Fraction:
    """The part of wages that China taxes (工资薪金收入额), exact fen. senior: director, supervisor or senior manager.

    Formulas 1 to 3 of the announcement; a senior's pay from China counts wherever the work was done.
    """
    in_china = Fraction(pay.china_days) / pay.period_days
    all_but_foreign = pay.total_fen - pay.paid_abroad_fen * (1 - in_china)
    if stay is Stay.SETTLED:
        return Fraction(pay.total_fen)
    if stay is Stay.RESIDENT or (senior and stay is Stay.MEDIUM):
        return all_but_foreign
    if stay is Stay.MEDIUM:
        return pay.total_fen * in_china
    return Fraction(pay.paid_in_china_fen) if senior else pay.paid_in_china_fen * in_china


def wage_tax(income: Exact, monthly: Sequence[Bracket], *, monthly_deduction_fen: int) -> Assessment:
    """Tax on a month's wages: what is above 5,000. Raises StatutoryError payroll.income_tax.negative_amount."""
    require_not_negative(income=income)
    return assess(income - monthly_deduction_fen, monthly)


def payment_tax(
    income: Exact, monthly: Sequence[Bracket], *, cost: Fraction, share: Fraction = Fraction(1)
) -> Assessment:
    """Tax on a payment for labour service or a licence, or with `share` on an author's fee. There is no flat cost.

    Raises StatutoryError payroll.income_tax.negative_amount.
    """
    require_not_negative(income=income)
    return assess(income * (1 - cost) * share, monthly)


def multi_month_bonus_tax(bonus: Exact, monthly: Sequence[Bracket], *, months: int) -> Assessment:
    """Tax on a bonus for several months: [(bonus / 6) x rate - quick] x 6, once a calendar year, no 5,000.

    months: what it is spread over (6), whatever the bonus is for. The answer's rate and quick deduction are of one
    part. Raises StatutoryError payroll.income_tax.negative_amount, .not_positive.
    """
    require_not_negative(bonus=bonus)
    require_positive(months=months)
    part = Fraction(bonus) / months
    bracket = bracket_for(part, monthly)
    tax = FEN_HALF_UP.fen(exact_tax(part, monthly) * months)
    return Assessment(Fraction(bonus), bracket.rate, bracket.quick_deduction_fen, tax)


def equity_tax(
    income: Exact, monthly: Sequence[Bracket], *, months: int, before: Exact = 0, withheld_fen: int = 0
) -> Assessment:
    """Tax due now on equity incentives: spread as a bonus over `months`, the year's added up, less tax withheld.

    Raises StatutoryError payroll.income_tax.negative_amount, .not_positive.
    """
    require_not_negative(income=income, before=before, withheld_fen=withheld_fen)
    year = multi_month_bonus_tax(income + before, monthly, months=months)
    return Assessment(year.taxable, year.rate, year.quick_deduction_fen, max(0, year.tax_fen - withheld_fen))
