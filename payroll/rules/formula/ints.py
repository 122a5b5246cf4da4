"""Columns of integers with known bounds: int64 while the bounds prove it safe, Python integers beyond.

Every operation first asks the bounds of its result. Where they could pass ``LIMIT`` the operands are
measured; where they still could, that one operation runs on Python integers and comes back to int64 as
soon as its result fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .types import Rounding

Array = NDArray[Any]
Bounds = tuple[int, int]
LIMIT = 1 << 62


def fits(low: int, high: int) -> bool:
    return low >= -LIMIT and high <= LIMIT


def ten(exponent: int) -> int:
    """10 to a power of at least 0."""
    power: int = 10**exponent
    return power


class Ints:
    """``values`` is an int64 column, an object column of Python integers, or one Python integer for all
    rows; ``low <= value <= high`` holds for each. Where ``exact`` is set the bounds are attained.
    ``as_divisor`` remembers what division made of the column (see ``rationals``)."""

    __slots__ = ("as_divisor", "exact", "high", "low", "values")

    def __init__(self, values: Array | int, low: int, high: int, exact: bool = False) -> None:
        self.values, self.low, self.high, self.exact = values, low, high, exact
        self.as_divisor: tuple[Ints, Array | None, Array | None] | None = None

    @property
    def small(self) -> bool:
        return fits(self.low, self.high)

    def measure(self) -> None:
        """Replace the bounds by the real minimum and maximum."""
        if not self.exact and not isinstance(self.values, int):
            self.low, self.high = _extent(self.values)
        self.exact = True


def constant(value: int) -> Ints:
    return Ints(value, value, value, exact=True)


def measured(values: Array) -> Ints:
    """A column with its real bounds, as int64 if they allow."""
    low, high = _extent(values)
    if values.dtype == object and fits(low, high):
        values = values.astype(np.int64)
    return Ints(values, low, high, exact=True)


def _extent(values: Array) -> Bounds:
    if values.size == 0:
        return 0, 0
    return int(values.min()), int(values.max())


def _apply(op: Callable[[Any, Any], Any], bounds: Callable[[Ints, Ints], Bounds], left: Ints, right: Ints) -> Ints:
    low, high = bounds(left, right)
    if left.small and right.small and fits(low, high):
        return Ints(op(left.values, right.values), low, high)
    left.measure()
    right.measure()
    low, high = bounds(left, right)
    if left.small and right.small and fits(low, high):
        return Ints(op(_narrow(left), _narrow(right)), low, high)
    return _settle(op(wide(left.values), wide(right.values)))


def _settle(result: Any) -> Ints:
    """What Python integers yielded, back in int64 if it fits."""
    return constant(result) if isinstance(result, int) else measured(result)


def wide(values: Array | int) -> Any:
    return values if isinstance(values, int) or values.dtype == object else values.astype(object)


def _narrow(ints: Ints) -> Array | int:
    values = ints.values
    if not isinstance(values, int) and values.dtype == object:
        ints.values = values = values.astype(np.int64)
    return values


def add(left: Ints, right: Ints) -> Ints:
    return _apply(lambda a, b: a + b, _sum_bounds, left, right)


def subtract(left: Ints, right: Ints) -> Ints:
    return _apply(lambda a, b: a - b, _difference_bounds, left, right)


def multiply(left: Ints, right: Ints) -> Ints:
    if right.low == right.high == 1:
        return left
    if left.low == left.high == 1:
        return right
    return _apply(lambda a, b: a * b, _product_bounds, left, right)


def times_power(ints: Ints, exponent: int) -> Ints:
    return multiply(ints, constant(ten(exponent))) if exponent else ints


def _sum_bounds(a: Ints, b: Ints) -> Bounds:
    return a.low + b.low, a.high + b.high


def _difference_bounds(a: Ints, b: Ints) -> Bounds:
    return a.low - b.high, a.high - b.low


def _product_bounds(a: Ints, b: Ints) -> Bounds:
    if a.low >= 0 and b.low >= 0:
        return a.low * b.low, a.high * b.high
    corners = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
    return min(corners), max(corners)


def extreme(largest: bool, left: Ints, right: Ints) -> Ints:
    """The larger (or smaller) of two columns, row by row."""
    pick = max if largest else min
    low, high = pick(left.low, right.low), pick(left.high, right.high)
    a, b = _pair(left, right)
    if isinstance(a, int) and isinstance(b, int):
        return constant(pick(a, b))
    if largest and isinstance(b, int) and b <= left.low:
        return left
    return Ints((np.maximum if largest else np.minimum)(a, b), low, high)


def absolute(ints: Ints) -> Ints:
    if ints.low >= 0:
        return ints
    if not ints.small:
        return _settle(abs(wide(ints.values)))
    if isinstance(ints.values, int):
        return constant(abs(ints.values))
    return Ints(np.abs(ints.values), 0, max(-ints.low, ints.high))


def negate_where(mask: Array, ints: Ints) -> Ints:
    return choose(mask, subtract(constant(0), ints), ints)


def choose(mask: Array, left: Ints, right: Ints) -> Ints:
    """``left`` where ``mask``, else ``right``."""
    a, b = _pair(left, right)
    return Ints(np.where(mask, a, b), min(left.low, right.low), max(left.high, right.high))


def compare(op: Callable[[Any, Any], Array], left: Ints, right: Ints) -> Array:
    a, b = _pair(left, right)
    result: Array = op(a, b)
    return result


def _pair(left: Ints, right: Ints) -> tuple[Any, Any]:
    """Both values in one representation; an integer that int64 cannot hold becomes an object."""
    if left.small and right.small:
        return left.values, right.values
    return _boxed(left.values), _boxed(right.values)


def _boxed(values: Array | int) -> Any:
    if isinstance(values, int):
        box = np.empty((), dtype=object)
        box[()] = values
        return box
    return wide(values)


def divide(mode: Rounding, number: Ints, divisor: Ints) -> Ints:
    """``number / divisor`` rounded to a whole number. ``divisor`` must be positive in every row."""
    if divisor.low == divisor.high == 1:
        return number
    room = 2 * max(-number.low, number.high) + 2 * divisor.high
    low, high = _quotient_bounds(number, divisor)
    if number.small and divisor.small and room <= LIMIT:
        return Ints(DIVISION[mode](number.values, divisor.values, number.low >= 0), low, high)
    number.measure()
    divisor.measure()
    by = wide(divisor.values)
    if isinstance(by, int) and not isinstance(number.values, int):
        by = np.full(1, by, dtype=object)  # numpy would squeeze a bare big integer into int64
    return _settle(DIVISION[mode](wide(number.values), by, number.low >= 0))


def _quotient_bounds(number: Ints, divisor: Ints) -> Bounds:
    low = 0 if number.low >= 0 else number.low // divisor.low - 1
    high = number.high // divisor.low + 1 if number.high > 0 else 1
    return low, high


def _half_up(n: Any, d: Any, positive: bool) -> Any:
    if isinstance(d, int) and d % 2:
        return (n + d // 2) // d  # an odd divisor has no ties
    if isinstance(d, int):
        return (n + d // 2) // d if positive else (n + (d // 2 - (n < 0))) // d
    return (2 * n + d) // (2 * d) if positive else (2 * n + (d - (n < 0))) // (2 * d)


def _half_even(n: Any, d: Any, positive: bool) -> Any:
    doubled, unit = 2 * n + d, 2 * d
    quotient = doubled // unit
    return quotient - ((doubled == quotient * unit) & (quotient % 2 != 0))


def _floor(n: Any, d: Any, positive: bool) -> Any:
    return n // d


def _ceiling(n: Any, d: Any, positive: bool) -> Any:
    return -(-n // d)


def _down(n: Any, d: Any, positive: bool) -> Any:
    quotient = n // d
    return quotient if positive else quotient + ((n < 0) & (quotient * d != n))


def _up(n: Any, d: Any, positive: bool) -> Any:
    quotient = -(-n // d)
    return quotient if positive else quotient - ((n < 0) & (quotient * d != n))


DIVISION: dict[Rounding, Callable[[Any, Any, bool], Any]] = {
    Rounding.HALF_UP: _half_up,
    Rounding.HALF_EVEN: _half_even,
    Rounding.FLOOR: _floor,
    Rounding.CEILING: _ceiling,
    Rounding.DOWN: _down,
    Rounding.UP: _up,
}
