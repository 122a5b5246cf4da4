"""Columns of exact rational numbers: ``number / (10 ** scale * divisor)`` with an error mask.

Division only remembers its divisor; nothing is rounded before ``rounded`` is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import ints
from .errors import RowCode
from .ints import Array, Ints, constant
from .limits import MAX_BITS
from .types import Rounding

Errors = NDArray[np.int32] | None
"""``site * 16 + RowCode`` per row, 0 where all is well; None where nothing can fail."""
BOUND = 1 << MAX_BITS
CODE_BITS = 4
MONEY_SCALE = 2


class Ratio:
    """A column of numbers. ``divisor`` is None (for 1) or positive in every row."""

    __slots__ = ("divisor", "errors", "number", "scale")

    def __init__(self, number: Ints, scale: int, divisor: Ints | None = None, errors: Errors = None) -> None:
        self.number, self.scale, self.divisor, self.errors = number, scale, divisor, errors


def first(left: Errors, right: Errors) -> Errors:
    """The errors of two operands; the one evaluated first wins."""
    if left is None or right is None:
        return right if left is None else left
    return np.where(left != 0, left, right)


def mark(errors: Errors, mask: Array, site: int, code: RowCode) -> Errors:
    """``errors`` with an error of this site added where ``mask``."""
    own = mask.astype(np.int32) * np.int32(site << CODE_BITS | code)
    return first(errors, own)


def of_fraction(value: Fraction) -> Ratio:
    """A constant, as a decimal if it has finitely many digits."""
    divisor, scale = value.denominator, 0
    while 10**scale % divisor and scale < 18:
        scale += 1
    if 10**scale % divisor == 0:
        return Ratio(constant(value.numerator * 10**scale // divisor), scale)
    return Ratio(constant(value.numerator), 0, constant(divisor))


def add(left: Ratio, right: Ratio, site: int) -> Ratio:
    a, b = _common(left, right)
    number = ints.add(a.number, b.number)
    return _limited(Ratio(number, a.scale, a.divisor, first(left.errors, right.errors)), site)


def subtract(left: Ratio, right: Ratio, site: int) -> Ratio:
    a, b = _common(left, right)
    number = ints.subtract(a.number, b.number)
    return _limited(Ratio(number, a.scale, a.divisor, first(left.errors, right.errors)), site)


def multiply(left: Ratio, right: Ratio, site: int) -> Ratio:
    number = ints.multiply(left.number, right.number)
    divisor = _product(left.divisor, right.divisor)
    errors = first(left.errors, right.errors)
    return _limited(Ratio(number, left.scale + right.scale, divisor, errors), site)


def divide(left: Ratio, right: Ratio, site: int) -> Ratio:
    divisor, negative, zero = _divisor(right.number)
    number = left.number
    if right.divisor is not None:
        number = ints.multiply(number, right.divisor)
    if negative is not None:
        number = ints.negate_where(negative, number)
    scale = left.scale - right.scale
    if scale < 0:
        number, scale = ints.times_power(number, -scale), 0
    errors = first(left.errors, right.errors)
    if zero is not None:
        errors = mark(errors, zero, site, RowCode.DIV0)
    return _limited(Ratio(number, scale, _product(divisor, left.divisor), errors), site)


def _divisor(number: Ints) -> tuple[Ints, Array | None, Array | None]:
    """The numerator made positive, where it was negative, where zero (then 1).

    Kept on the column: two quotients by the same column then share one divisor object, and adding them
    needs no cross-multiplication.
    """
    if number.as_divisor is None:
        number.as_divisor = _make_divisor(number)
    return number.as_divisor


def _make_divisor(number: Ints) -> tuple[Ints, Array | None, Array | None]:
    if number.low > 0:
        return number, None, None
    number.measure()
    values = _column(number)
    negative = values < 0 if number.low < 0 else None
    zero = values == 0 if number.low <= 0 <= number.high else None
    if zero is not None and not zero.any():
        zero = None
    size = ints.absolute(number)
    if zero is None:
        return Ints(size.values, max(size.low, 1), size.high), negative, None
    safe = ints.choose(zero, constant(1), size)
    return Ints(safe.values, 1, max(safe.high, 1)), negative, zero


def _column(number: Ints) -> Array:
    return np.asarray(number.values) if isinstance(number.values, int) else number.values


def _product(left: Ints | None, right: Ints | None) -> Ints | None:
    if left is None or right is None:
        return right if left is None else left
    return ints.multiply(left, right)


def _same_divisor(left: Ratio, right: Ratio) -> bool:
    a, b = left.divisor, right.divisor
    if a is None or b is None:
        return a is b
    return a is b or (isinstance(a.values, int) and isinstance(b.values, int) and a.values == b.values)


def _common(left: Ratio, right: Ratio) -> tuple[Ratio, Ratio]:
    """Both over the same divisor and scale; errors stay behind."""
    scale = max(left.scale, right.scale)
    a = ints.times_power(left.number, scale - left.scale)
    b = ints.times_power(right.number, scale - right.scale)
    if _same_divisor(left, right):
        return Ratio(a, scale, left.divisor), Ratio(b, scale, left.divisor)
    divisor = _product(left.divisor, right.divisor)
    if right.divisor is not None:
        a = ints.multiply(a, right.divisor)
    if left.divisor is not None:
        b = ints.multiply(b, left.divisor)
    return Ratio(a, scale, divisor), Ratio(b, scale, divisor)


def absolute(ratio: Ratio) -> Ratio:
    return Ratio(ints.absolute(ratio.number), ratio.scale, ratio.divisor, ratio.errors)


def extreme(largest: bool, left: Ratio, right: Ratio) -> Ratio:
    a, b = _common(left, right)
    number = ints.extreme(largest, a.number, b.number)
    return Ratio(number, a.scale, a.divisor, first(left.errors, right.errors))


def compare(op: Callable[[Any, Any], Array], left: Ratio, right: Ratio) -> Array:
    a, b = _common(left, right)
    return np.asarray(ints.compare(op, a.number, b.number))


def choose(mask: Array, left: Ratio, right: Ratio) -> Ratio:
    """``left`` where ``mask``, else ``right``, errors included."""
    scale = max(left.scale, right.scale)
    if isinstance(left.number.values, int) and isinstance(right.number.values, int):
        scale = max(scale, MONEY_SCALE)  # on two constants this costs nothing and spares the column later
    a = ints.times_power(left.number, scale - left.scale)
    b = ints.times_power(right.number, scale - right.scale)
    divisor = left.divisor
    if not _same_divisor(left, right):
        divisor = ints.choose(mask, left.divisor or constant(1), right.divisor or constant(1))
    return Ratio(ints.choose(mask, a, b), scale, divisor, choose_errors(mask, left.errors, right.errors))


def choose_errors(mask: Array, left: Errors, right: Errors) -> Errors:
    if left is None and right is None:
        return None
    none = np.int32(0)
    return np.where(mask, none if left is None else left, none if right is None else right)


def rounded(ratio: Ratio, mode: Rounding, digits: int) -> Ratio:
    """At most ``digits`` decimals and no divisor."""
    if ratio.divisor is None and ratio.scale <= digits:
        return ratio
    number, divisor = ratio.number, ratio.divisor or constant(1)
    if ratio.scale > digits:
        divisor = ints.times_power(divisor, ratio.scale - digits)
    else:
        number = ints.times_power(number, digits - ratio.scale)
    whole = ints.divide(mode, number, divisor)
    return Ratio(ints.times_power(whole, max(0, -digits)), max(0, digits), None, ratio.errors)


def whole_at(ratio: Ratio, mode: Rounding, scale: int) -> Ints:
    """The numerator at exactly ``scale`` decimals, rounded."""
    result = rounded(ratio, mode, scale)
    return ints.times_power(result.number, scale - result.scale)


def _limited(ratio: Ratio, site: int) -> Ratio:
    """``ratio`` with OVERFLOW where its lowest terms pass the limit of intermediates."""
    if ratio.divisor is None and ratio.scale <= 18 and ratio.number.small:
        return ratio
    below = 10**ratio.scale * (1 if ratio.divisor is None else ratio.divisor.high)
    if below <= BOUND and max(-ratio.number.low, ratio.number.high) <= BOUND:
        return ratio
    return _reduced(ratio, site)


def _reduced(ratio: Ratio, site: int) -> Ratio:
    number, unit = ints.wide(ratio.number.values), 10**ratio.scale
    divisor = 1 if ratio.divisor is None else ints.wide(ratio.divisor.values)
    tops, bottoms = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=object)) for v in (number, divisor)))
    terms = [_lowest(top, bottom * unit) for top, bottom in zip(tops, bottoms, strict=True)]
    over = np.array([term is None for term in terms])
    top = np.array([term[0] if term else 0 for term in terms], dtype=object)
    bottom = np.array([term[1] if term else 1 for term in terms], dtype=object)
    errors = mark(ratio.errors, over, site, RowCode.OVERFLOW) if over.any() else ratio.errors
    return Ratio(ints.measured(top), 0, ints.measured(bottom), errors)


def _lowest(top: int, bottom: int) -> tuple[int, int] | None:
    shared = gcd(top, bottom)
    top, bottom = top // shared, bottom // shared
    return (top, bottom) if abs(top) <= BOUND and bottom <= BOUND else None


def exceeds(number: Ints, limit: int) -> Array | None:
    """Where ``|number| > limit``, or None for nowhere."""
    if -limit <= number.low and number.high <= limit:
        return None
    number.measure()
    if -limit <= number.low and number.high <= limit:
        return None
    values = _column(number)
    return (values > limit) | (values < -limit)


def as_int64(number: Ints, count: int) -> NDArray[np.int64]:
    """A column of ``count`` rows."""
    if isinstance(number.values, int):
        return np.full(count, number.values, dtype=np.int64)
    values = number.values.astype(np.int64, copy=False)
    return values if values.shape == (count,) else np.full(count, values)
