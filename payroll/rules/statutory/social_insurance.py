"""Social insurance and housing fund of one person in one city, exact in fen.

Every insurance has its own base limits, rates and rounding for each side; bounds may differ per insurance in
the same city. A contribution is the clamped base times the rate, plus a fixed amount, rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.rounding import FEN_HALF_UP, Rounding


class Insurance(StrEnum):
    """养老, 医疗, 生育, 失业, 工伤, 大额/大病补充医疗, 长期护理."""

    PENSION = "pension"
    MEDICAL = "medical"
    MATERNITY = "maternity"
    UNEMPLOYMENT = "unemployment"
    WORK_INJURY = "work_injury"
    SUPPLEMENTARY_MEDICAL = "supplementary_medical"
    LONG_TERM_CARE = "long_term_care"


@dataclass(frozen=True, slots=True)
class BaseLimits:
    """Floor and ceiling of a contribution base in fen; None means that there is no ceiling."""

    floor_fen: int
    ceiling_fen: int | None

    def clamp(self, declared_fen: int) -> int:
        """The declared base, not below the floor and not above the ceiling."""
        raised = max(declared_fen, self.floor_fen)
        return raised if self.ceiling_fen is None else min(raised, self.ceiling_fen)


@dataclass(frozen=True, slots=True)
class InsuranceRates:
    """What one insurance takes from each side. `employer_rate` is None where it is not known."""

    insurance: Insurance
    limits: BaseLimits
    employee_rate: Fraction
    employer_rate: Fraction | None
    employee_fixed_fen: int = 0
    employee_rounding: Rounding = FEN_HALF_UP
    employer_rounding: Rounding = FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class HousingFundRates:
    """The housing fund: both sides pay the same rate, chosen by the employer between two limits."""

    limits: BaseLimits
    rate_min: Fraction
    rate_max: Fraction
    rounding: Rounding = FEN_HALF_UP


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one insurance or the fund costs, in fen, and the base it was taken from."""

    base_fen: int
    employee_fen: int
    employer_fen: int


def contribution(declared_fen: int, rates: InsuranceRates) -> Contribution:
    """One insurance for one month. Raises StatutoryError .negative_base, .unknown_employer_rate."""
    _require_base(declared_fen)
    if rates.employer_rate is None:
        raise StatutoryError(
            "payroll.social_insurance.unknown_employer_rate",
            zh=f"单位缴费比例未知：{rates.insurance.value}，请先在参数表中填写。",
            en=f"the employer's rate of {rates.insurance.value} is unknown; enter it in the parameter table",
            field=rates.insurance.value,
        )
    base = rates.limits.clamp(declared_fen)
    return Contribution(
        base_fen=base,
        employee_fen=rates.employee_rounding.fen(base * rates.employee_rate + rates.employee_fixed_fen),
        employer_fen=rates.employer_rounding.fen(base * rates.employer_rate),
    )


def contributions(declared_fen: int, rates: Iterable[InsuranceRates]) -> dict[Insurance, Contribution]:
    """Every insurance of a city for one declared base."""
    return {each.insurance: contribution(declared_fen, each) for each in rates}


def housing_fund(declared_fen: int, rate: Fraction, rates: HousingFundRates) -> Contribution:
    """The housing fund for one month; both sides pay the same.

    Raises StatutoryError .negative_base, .fund_rate_out_of_range.
    """
    _require_base(declared_fen)
    if not rates.rate_min <= rate <= rates.rate_max:
        low, high = (f"{float(limit):.0%}" for limit in (rates.rate_min, rates.rate_max))
        raise StatutoryError(
            "payroll.social_insurance.fund_rate_out_of_range",
            zh=f"公积金比例须在{low}到{high}之间。",
            en=f"the housing fund rate must lie between {low} and {high}",
            field="rate",
        )
    base = rates.limits.clamp(declared_fen)
    amount = rates.rounding.fen(base * rate)
    return Contribution(base_fen=base, employee_fen=amount, employer_fen=amount)


def _require_base(declared_fen: int) -> None:
    if declared_fen < 0:
        raise StatutoryError(
            "payroll.social_insurance.negative_base",
            zh="缴费基数不能为负。",
            en="a contribution base must not be negative",
            field="base",
        )
