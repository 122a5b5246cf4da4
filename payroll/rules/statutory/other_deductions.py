"""Other deductions by law (依法确定的其他扣除) with their limits, in fen: what of a payment counts before tax.

Source: private pension 财政部 税务总局公告2024年第21号; annuity 财税〔2013〕103号; health insurance 财税〔2017〕39号;
donations 个人所得税法 第六条 and 财政部 税务总局公告2019年第99号. Limits are data (`IncomeTax.other_deductions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from payroll.rules.statutory.brackets import require_not_negative
from payroll.rules.statutory.rounding import FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class OtherDeductionLaw:
    """The limits. A pension limit of 0: not deductible yet."""

    private_pension_yearly_fen: int
    health_insurance_monthly_fen: int
    annuity_rate: Fraction
    donation_rate: Fraction


def private_pension_fen(paid_so_far_fen: int, law: OtherDeductionLaw) -> int:
    """What counts of this year's payments to a private pension (个人养老金), as a sum of the year.

    Raises StatutoryError payroll.income_tax.negative_amount, as all functions here.
    """
    require_not_negative(paid_so_far_fen=paid_so_far_fen)
    return min(paid_so_far_fen, law.private_pension_yearly_fen)


def health_insurance_fen(paid_fen: int, law: OtherDeductionLaw) -> int:
    """What counts of one month's premium of a tax-favoured health insurance (税优商业健康险)."""
    require_not_negative(paid_fen=paid_fen)
    return min(paid_fen, law.health_insurance_monthly_fen)


def annuity_fen(paid_fen: int, *, base_fen: int, base_limit_fen: int, law: OtherDeductionLaw) -> int:
    """What counts of one month's own payment to an annuity (企业年金、职业年金).

    base_fen: the wage that it is a share of; base_limit_fen: three times the local average wage of a month.
    """
    require_not_negative(paid_fen=paid_fen, base_fen=base_fen, base_limit_fen=base_limit_fen)
    return min(paid_fen, FEN_HALF_UP.fen(min(base_fen, base_limit_fen) * law.annuity_rate))


def donation_fen(donated_so_far_fen: int, *, taxable_fen: int, law: OtherDeductionLaw) -> int:
    """What counts of this year's donations. taxable_fen: cumulative, before them; below 0 nothing counts."""
    require_not_negative(donated_so_far_fen=donated_so_far_fen)
    return min(donated_so_far_fen, FEN_HALF_UP.fen(max(taxable_fen, 0) * law.donation_rate))
