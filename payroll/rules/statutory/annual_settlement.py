"""The annual settlement (年度汇算) of a resident's comprehensive income, exact in fen.

Source: 个人所得税法 第六条、第十一条; serious illness: 国发〔2018〕41号 第四章; who need not settle: 财政部
税务总局公告2023年第32号, until 2027-12-31. All values come in a `SettlementLaw`
(`payroll.packs.income_tax.IncomeTax.settlement`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from payroll.rules.statutory.brackets import Bracket, assess, require_not_negative
from payroll.rules.statutory.rounding import FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class SettlementLaw:
    """The values of a tax year. The two exemptions are None in years that have none."""

    brackets: tuple[Bracket, ...]
    yearly_deduction_fen: int
    cost_rate: Fraction
    author_share: Fraction
    donation_rate: Fraction
    illness_over_fen: int
    illness_limit_fen: int
    exempt_income_fen: int | None
    exempt_due_fen: int | None


@dataclass(frozen=True, slots=True)
class ComprehensiveYear:
    """What a resident earned and may deduct in a tax year, in fen, from all payers.

    labour, author, licence: before cost. illness: own cost within the insurance catalogue, one entry per person (the
    taxpayer, and spouse or children whom the taxpayer claims for). donations: those with the limit of 30%;
    full_donations: those without. Raises StatutoryError payroll.income_tax.negative_amount.
    """

    wages_fen: int
    labour_fen: int = 0
    author_fen: int = 0
    licence_fen: int = 0
    exempt_fen: int = 0
    social_fen: int = 0
    additional_fen: int = 0
    other_fen: int = 0
    illness_fen: tuple[int, ...] = ()
    donations_fen: int = 0
    full_donations_fen: int = 0
    relief_fen: int = 0
    withheld_fen: int = 0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            require_not_negative(**{name: min(value, default=0) if isinstance(value, tuple) else value})

    @property
    def gross_fen(self) -> int:
        """All income before cost."""
        return self.wages_fen + self.labour_fen + self.author_fen + self.licence_fen


@dataclass(frozen=True, slots=True)
class Settlement:
    """The year's tax. `balance_fen`: above 0 to be paid, below 0 to be paid back."""

    illness_deduction_fen: int
    donation_deduction_fen: int
    taxable_fen: int
    rate: Fraction
    quick_deduction_fen: int
    tax_fen: int
    balance_fen: int
    must_settle: bool

    @property
    def refund_fen(self) -> int:
        return max(0, -self.balance_fen)

    @property
    def due_fen(self) -> int:
        return max(0, self.balance_fen)


def illness_deduction_fen(costs_fen: tuple[int, ...], law: SettlementLaw) -> int:
    """What may be deducted for serious illness: for each person the own cost above the threshold, up to the limit."""
    return sum(min(max(0, cost - law.illness_over_fen), law.illness_limit_fen) for cost in costs_fen)


def settle(year: ComprehensiveYear, law: SettlementLaw, *, withheld_by_law: bool = True) -> Settlement:
    """The year's tax against what was withheld.

    withheld_by_law: the payers withheld as they had to; where they did not, nobody is exempt from settling.
    """
    illness = illness_deduction_fen(year.illness_fen, law)
    before_donations = _income_counted(year, law) - _deductions(year, law) - illness
    donated = _donation_deduction(year, before_donations, law)
    found = assess(before_donations - donated, law.brackets)
    tax = max(0, found.tax_fen - year.relief_fen)
    balance = tax - year.withheld_fen
    return Settlement(
        illness_deduction_fen=illness,
        donation_deduction_fen=FEN_HALF_UP.fen(donated),
        taxable_fen=found.taxable_fen,
        rate=found.rate,
        quick_deduction_fen=found.quick_deduction_fen,
        tax_fen=tax,
        balance_fen=balance,
        must_settle=balance > 0 and not (withheld_by_law and _exempt(year, balance, law)),
    )


def _income_counted(year: ComprehensiveYear, law: SettlementLaw) -> Fraction:
    """Wages in full, the rest after cost, authors' fees by their share. The flat 800 is for withholding only."""
    per_payment = year.labour_fen + year.licence_fen + year.author_fen * law.author_share
    return year.wages_fen + per_payment * (1 - law.cost_rate) - year.exempt_fen


def _deductions(year: ComprehensiveYear, law: SettlementLaw) -> int:
    return law.yearly_deduction_fen + year.social_fen + year.additional_fen + year.other_fen


def _donation_deduction(year: ComprehensiveYear, taxable: Fraction, law: SettlementLaw) -> Fraction:
    """At most 30% of the taxable income before donations, beside those that count in full."""
    room = max(taxable, Fraction(0))
    limited = min(Fraction(year.donations_fen), room * law.donation_rate)
    return min(limited + year.full_donations_fen, room)


def _exempt(year: ComprehensiveYear, due_fen: int, law: SettlementLaw) -> bool:
    small_income = law.exempt_income_fen is not None and year.gross_fen <= law.exempt_income_fen
    small_due = law.exempt_due_fen is not None and due_fen <= law.exempt_due_fen
    return small_income or small_due
