"""Sick leave 病假: how long the medical period is, and which share of pay it gives.

Source: 企业职工患病或非因工负伤医疗期规定（劳部发〔1994〕479 号）; the shares are data of the region.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class MedicalPeriod:
    """months of protection within any window of so many months."""

    months: int
    window_months: int


@dataclass(frozen=True, slots=True)
class PayStep:
    """From this many full years with the employer on, this share of pay."""

    years: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class SickPay:
    """short: sick leave up to ``short_months`` together; long: beyond. minimum_rate: of the local minimum wage."""

    short: Sequence[PayStep]
    long: Sequence[PayStep]
    short_months: int = 6
    minimum_rate: Fraction = Fraction(4, 5)


def medical_period(total_years: int, employer_years: int) -> MedicalPeriod:
    """The period by years of work altogether and with this employer (第三条)."""
    if total_years < 10:
        return MedicalPeriod(3, 6) if employer_years < 5 else MedicalPeriod(6, 12)
    for limit, months in ((5, 6), (10, 9), (15, 12), (20, 18)):
        if employer_years < limit:
            return MedicalPeriod(months, months + 6)
    return MedicalPeriod(24, 30)


def sick_pay_rate(pay: SickPay, *, employer_years: int, months: int) -> Fraction:
    """The share of pay in a month of sick leave, the ``months``-th (from 1) of those that belong together."""
    steps = pay.short if months <= pay.short_months else pay.long
    return max((step for step in steps if step.years <= employer_years), key=lambda step: step.years).rate


def sick_pay(pay_fen: int, *, rate: Fraction, minimum_wage_fen: int, minimum_rate: Fraction = Fraction(4, 5)) -> int:
    """A month's pay in fen, half up: the share of pay, not below the share of the minimum wage."""
    due = max(pay_fen * rate, minimum_wage_fen * minimum_rate)
    return int(due + Fraction(1, 2))
