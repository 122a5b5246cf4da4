"""Annual bonus (全年一次性奖金): taxed apart, or together with the year's income, and which is cheaper.

Source: 财税〔2018〕164号, prolonged to 2027-12-31 by 财政部 税务总局公告2023年第30号. One bonus a year may be taxed
apart; every other bonus of the year is wages of its month. The quick deduction is taken once from the whole bonus, so
the tax jumps at every edge: a little more bonus can leave less (`trap_zones`). BONUSTAX is the same for columns (table
年终奖月度税率).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from payroll.rules.statutory.brackets import Assessment, Bracket, bracket_for, require_not_negative, tax_on
from payroll.rules.statutory.rounding import FEN_HALF_UP

MONTHS = 12


class BonusMethod(StrEnum):
    """SEPARATE 单独计税, COMBINED 并入综合所得."""

    SEPARATE = "separate"
    COMBINED = "combined"


@dataclass(frozen=True, slots=True)
class BonusChoice:
    """Tax of the whole year, bonus included, by either method, in fen.

    `bonus_tax_fen` and `separate_fen` are None on a day when the law does not allow the separate method.
    """

    income_tax_fen: int
    bonus_tax_fen: int | None
    combined_fen: int

    @property
    def separate_fen(self) -> int | None:
        return None if self.bonus_tax_fen is None else self.income_tax_fen + self.bonus_tax_fen

    @property
    def cheaper(self) -> BonusMethod:
        """The method with less tax; SEPARATE where both come to the same, for withholding is final sooner then."""
        separate = self.separate_fen
        return BonusMethod.COMBINED if separate is None or self.combined_fen < separate else BonusMethod.SEPARATE

    @property
    def saving_fen(self) -> int:
        """What the cheaper method saves against the other; 0 where there is only one."""
        separate = self.separate_fen
        return 0 if separate is None else abs(separate - self.combined_fen)


@dataclass(frozen=True, slots=True)
class TrapZone:
    """Bonuses above `edge_fen` and below `until_fen` leave less than `edge_fen` does."""

    edge_fen: int
    until_fen: int


def bonus_tax(bonus_fen: int, monthly: Sequence[Bracket]) -> Assessment:
    """The tax on a bonus by itself: bracket of a twelfth, rate on all of it, quick deduction once.

    Raises StatutoryError payroll.income_tax.negative_amount.
    """
    require_not_negative(bonus_fen=bonus_fen)
    bracket = bracket_for(Fraction(bonus_fen, MONTHS), monthly)
    tax = FEN_HALF_UP.fen(bonus_fen * bracket.rate - bracket.quick_deduction_fen)
    return Assessment(Fraction(bonus_fen), bracket.rate, bracket.quick_deduction_fen, tax)


def bonus_choice(
    *, taxable_fen: int, bonus_fen: int, annual: Sequence[Bracket], monthly: Sequence[Bracket] | None
) -> BonusChoice:
    """Both ways to tax a bonus. taxable_fen: the year's taxable income without it, negative where deductions are left.

    monthly: the table for bonuses, None on a day when they cannot be taxed apart.
    """
    require_not_negative(bonus_fen=bonus_fen)
    return BonusChoice(
        income_tax_fen=tax_on(taxable_fen, annual),
        bonus_tax_fen=None if monthly is None else bonus_tax(bonus_fen, monthly).tax_fen,
        combined_fen=tax_on(taxable_fen + bonus_fen, annual),
    )


def net_bonus_fen(bonus_fen: int, monthly: Sequence[Bracket]) -> int:
    """What is left of a bonus that is taxed apart."""
    return bonus_fen - bonus_tax(bonus_fen, monthly).tax_fen


def trap_zones(monthly: Sequence[Bracket]) -> tuple[TrapZone, ...]:
    """The zones in which more bonus leaves less, one above each edge, lowest first."""
    return tuple(_zone(bracket, monthly) for bracket in monthly[1:])


def trap_of(bonus_fen: int, monthly: Sequence[Bracket]) -> TrapZone | None:
    """The zone that a bonus lies in, or None."""
    zones = trap_zones(monthly)
    return next((zone for zone in zones if zone.edge_fen < bonus_fen < zone.until_fen), None)


def _zone(above: Bracket, monthly: Sequence[Bracket]) -> TrapZone:
    """`until` is the least bonus b in the upper bracket whose rounded tax t leaves b - t >= net at the edge."""
    edge = above.over_fen * MONTHS
    needed = net_bonus_fen(edge, monthly) - above.quick_deduction_fen - Fraction(1, 2)
    least = needed / (1 - above.rate)
    return TrapZone(edge, least.numerator // least.denominator + 1)
