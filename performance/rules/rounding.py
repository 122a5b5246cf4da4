"""The one rounding of performance figures: exact in, half away from zero, once, at the end."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

Exact = Decimal | Fraction | int


def round_half_up(value: Exact, places: int) -> Decimal:
    """`value` to `places` decimals; ties go away from zero (89.125 -> 89.13), and zero has no sign."""
    scaled = abs(Fraction(value)) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(units if value >= 0 else -units).scaleb(-places) if units else Decimal(0).scaleb(-places)
