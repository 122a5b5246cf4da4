"""Labour service that is withheld like wages, cumulatively: interns, platform workers, insurance and securities agents.

cumulative taxable = income x part that counts - 5,000 x months worked here this year - other deductions, by the table
of wages. Interns in full-time education: 国家税务总局公告2020年第13号. Platform workers: 2025年第16号, from October
2025. Agents, whose expenses are a further share: 财税〔2018〕164号 三 and 2018年第61号. Social insurance and special
additional deductions wait for the annual settlement. For columns: CUMTAX on the table 个税累计预扣率 with the parts of
个税参数.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from payroll.rules.statutory.brackets import Bracket, bracket_for, require_not_negative, tax_on
from payroll.rules.statutory.rounding import FEN_HALF_UP
from payroll.rules.statutory.salary_tax import Withholding


@dataclass(frozen=True, slots=True)
class LabourYear:
    """This tax year with this payer in fen, current month included; `withheld_fen` is of before only.

    `other_fen`: deductions by law, for agents also the surcharges they pay.
    Raises StatutoryError payroll.income_tax.negative_amount.
    """

    income_fen: int
    basic_deduction_fen: int
    exempt_fen: int = 0
    other_fen: int = 0
    relief_fen: int = 0
    withheld_fen: int = 0

    def __post_init__(self) -> None:
        require_not_negative(**{field.name: getattr(self, field.name) for field in fields(self)})


def counted_part(cost: Fraction, expenses: Fraction = Fraction(0)) -> Fraction:
    """The part of labour income that counts: less cost (费用), and for agents less expenses (展业成本) of the rest."""
    return (1 - cost) * (1 - expenses)


def withhold_labour(year: LabourYear, brackets: Sequence[Bracket], *, part: Fraction) -> Withholding:
    """This month's withholding on the exact cumulative amount; `taxable_fen` of the answer is that amount, HALF_UP.

    part: see `counted_part`. A negative balance is not paid back during the year.
    """
    taxable = year.income_fen * part - year.exempt_fen - year.basic_deduction_fen - year.other_fen
    bracket = bracket_for(taxable, brackets)
    cumulative = tax_on(taxable, brackets)
    return Withholding(
        taxable_fen=FEN_HALF_UP.fen(taxable) if taxable >= 0 else -FEN_HALF_UP.fen(-taxable),
        rate=bracket.rate,
        quick_deduction_fen=bracket.quick_deduction_fen,
        cumulative_tax_fen=cumulative,
        tax_fen=max(0, cumulative - year.relief_fen - year.withheld_fen),
    )
