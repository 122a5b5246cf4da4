"""Splitting an amount without losing a fen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_FITS = 2**62


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


def split_columns(amounts: Ints, owners: Ints, weights: Ints) -> Ints:
    """``split`` of many amounts at once: part i belongs to amounts[owners[i]] and has weights[i].

    owners: ascending, every place of amounts at least once. Where an amount times a weight does not fit 64 bits, the
    amounts are split one by one.
    """
    firsts = np.searchsorted(owners, np.arange(len(amounts)))
    if not len(amounts):
        return np.zeros(0, dtype=np.int64)
    if max(abs(int(amounts.max())), abs(int(amounts.min()))) * int(weights.max()) >= _FITS:
        return _one_by_one(amounts, firsts, weights)
    whole = np.add.reduceat(weights, firsts)
    products = np.abs(amounts)[owners] * weights
    parts, remainders = np.divmod(products, whole[owners])
    left = np.abs(amounts) - np.add.reduceat(parts, firsts)
    order = np.lexsort((-remainders, owners))  # stable: the earlier part where remainders are equal
    rank = np.arange(len(owners)) - firsts[owners[order]]
    parts[order] += rank < left[owners[order]]
    signed: Ints = parts * np.sign(amounts)[owners]
    return signed


def _one_by_one(amounts: Ints, firsts: Ints, weights: Ints) -> Ints:
    ends = [*firsts[1:].tolist(), len(weights)]
    parts = [
        split(amount, weights[first:end].tolist())
        for amount, first, end in zip(amounts.tolist(), firsts.tolist(), ends, strict=True)
    ]
    return np.array([part for found in parts for part in found], dtype=np.int64)
