"""Amounts of leave 假期数量: integers, in thousandths of a day, or in minutes for types counted in hours."""

from decimal import Decimal
from enum import StrEnum

DAY = 1000
HALF_DAY = 500
HOUR = 60


class Unit(StrEnum):
    """The smallest piece that may be taken."""

    DAY = "day"
    HALF_DAY = "half_day"
    HOUR = "hour"


def parts_of(unit: str) -> int:
    """How many parts of an amount make a day, or an hour."""
    return HOUR if unit == Unit.HOUR else DAY


def to_amount(value: Decimal, unit: str) -> int:
    """Days or hours, as people say them, as an amount; ValueError where it is finer than the parts."""
    amount = value * parts_of(unit)
    if amount != amount.to_integral_value():
        raise ValueError(f"{value} is finer than what is kept")
    return int(amount)


def to_decimal(amount: int, unit: str) -> Decimal:
    """An amount in days or hours, with at most three decimals."""
    return (Decimal(amount) / parts_of(unit)).quantize(Decimal("0.001")).normalize() + Decimal(0)
