"""What the rules refuse, as errors that people can read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from hrsaas.errors import DomainError
from performance.rules.errors import RuleError
from performance.rules.scores import Bands, Direction

# What the columns hold.
_LARGEST, _PLACES = Decimal(10) ** 14, 6
_LARGEST_WEIGHT, _WEIGHT_PLACES = Decimal(10) ** 5, 4


@contextmanager
def rules_explained() -> Iterator[None]:
    """A RuleError comes out as the DomainError with the same code."""
    try:
        yield
    except RuleError as error:
        raise DomainError(error.code, zh=error.zh, en=error.en, field=error.field or None) from error


def checked_bands(direction: str, floor: Decimal, target: Decimal, stretch: Decimal) -> Bands:
    """Errors: performance.kpi.{direction,not_a_number,range,floor_equals_target,bands_out_of_order}."""
    if direction not in list(Direction):
        raise DomainError(
            "performance.kpi.direction", field="direction",
            zh="方向只能是 higher 或 lower。", en="The direction is higher or lower.",
        )  # fmt: skip
    for field, value in (("floor", floor), ("target", target), ("stretch", stretch)):
        require_figure(value, field)
    with rules_explained():
        return Bands(floor, target, stretch, Direction(direction))


def checked_weight(weight: Decimal) -> Decimal:
    """Errors: performance.kpi.weight."""
    if not weight.is_finite() or not 0 < weight < _LARGEST_WEIGHT or _finer(weight, _WEIGHT_PLACES):
        raise DomainError(
            "performance.kpi.weight", field="weight",
            zh="权重须大于 0、小于 100000，最多四位小数。",
            en="A weight is above 0, below 100,000 and has at most four decimals.",
        )  # fmt: skip
    return weight


def require_figure(value: Decimal, field: str) -> None:
    """Errors: performance.kpi.{not_a_number,range}."""
    if not value.is_finite():
        raise DomainError("performance.kpi.not_a_number", field=field, zh="必须是一个数字。", en="Give a number.")
    if abs(value) >= _LARGEST or _finer(value, _PLACES):
        raise DomainError(
            "performance.kpi.range", field=field,
            zh="数字过大，或小数超过六位。", en="The number is too large or has more than six decimals.",
        )  # fmt: skip


def require_first_day(month: date) -> None:
    if month.day != 1:
        raise DomainError(
            "performance.month.not_first_day", field="month",
            zh="请给出月份的第一天。", en="Give the first day of the month.",
        )  # fmt: skip


def _finer(value: Decimal, places: int) -> bool:
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -places
