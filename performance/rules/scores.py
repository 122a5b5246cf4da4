"""A KPI reading scored on a straight line: 0 at floor, 100 at target, 120 at stretch."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from performance.rules.errors import RuleError
from performance.rules.rounding import round_half_up

SCORE_AT_TARGET = 100
SCORE_AT_STRETCH = 120
SCORE_PLACES = 2


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Bands:
    """Floor, target and stretch of one KPI in its own unit.

    Higher is better: floor < target <= stretch; lower is better: floor > target >= stretch. Anything else is
    refused here, when the KPI is defined, so that scoring can never divide by zero.
    """

    floor: Decimal
    target: Decimal
    stretch: Decimal
    direction: Direction

    def __post_init__(self) -> None:
        for name in ("floor", "target", "stretch"):
            _require_finite(getattr(self, name), name)
        if self.floor == self.target:
            raise RuleError(
                "performance.kpi.floor_equals_target",
                zh="底线值不能等于目标值",
                en="the floor must differ from the target",
                field="floor",
            )
        if not self.in_order:
            raise _out_of_order(self.direction)

    @property
    def in_order(self) -> bool:
        """True when the three values run from worst to best in the KPI's direction."""
        if self.direction is Direction.HIGHER:
            return self.floor < self.target <= self.stretch
        return self.floor > self.target >= self.stretch


def exact_linear_score(actual: Decimal, bands: Bands) -> Fraction:
    """The unrounded score of a reading, 0 to 120; weighted totals are built from this, so they round once.

    Where stretch equals target, reaching it is reaching stretch: 120.
    """
    _require_finite(actual, "actual")
    sign = 1 if bands.direction is Direction.HIGHER else -1
    value, floor, target, stretch = (
        sign * Fraction(number) for number in (actual, bands.floor, bands.target, bands.stretch)
    )
    if value <= floor:
        return Fraction(0)
    if value >= stretch:
        return Fraction(SCORE_AT_STRETCH)
    if value < target:
        return SCORE_AT_TARGET * (value - floor) / (target - floor)
    above = (value - target) / (stretch - target)
    return SCORE_AT_TARGET + (SCORE_AT_STRETCH - SCORE_AT_TARGET) * above


def linear_score(actual: Decimal, bands: Bands) -> Decimal:
    """The score of a reading as people see it: 0.00 to 120.00, HALF_UP."""
    return round_half_up(exact_linear_score(actual, bands), SCORE_PLACES)


def _require_finite(value: Decimal, field: str) -> None:
    if not value.is_finite():
        raise RuleError("performance.kpi.not_a_number", zh="必须是一个数字", en="must be a finite number", field=field)


def _out_of_order(direction: Direction) -> RuleError:
    order = "floor < target <= stretch" if direction is Direction.HIGHER else "floor > target >= stretch"
    return RuleError(
        "performance.kpi.bands_out_of_order",
        zh=f"底线、目标、挑战值的顺序不对，应为 {order}",
        en=f"floor, target and stretch are out of order: expected {order}",
        field="target",
    )
