"""Splitting an amount without losing a fen."""

from __future__ import annotations

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts in proportion to the weights that add up to the amount exactly.

    What rounding down leaves goes, a fen each, to the largest remainders; the earlier part where they are equal.
    weights: not negative, not all 0. A negative amount is split as its opposite.
    """
    if amount < 0:
        return [-part for part in split(-amount, weights)]
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % whole), at))
    for at in by_remainder[: amount - sum(parts)]:
        parts[at] += 1
    return parts
