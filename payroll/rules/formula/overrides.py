"""Amounts that somebody set by hand: they stand instead of what the formula of an item gives for some people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .compiler import CompiledSet
from .types import Type, result_limit


@dataclass(frozen=True, slots=True)
class Override:
    """mask: bool[people], whose amount is set. amounts: int64[people] at the item's scale; where mask is not set,
    whatever."""

    mask: NDArray[np.bool_]
    amounts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Replaced:
    """What the formula gave before amounts were set by hand: amounts at the item's scale, and 1 or more in errors
    (int32) where it gave none."""

    amounts: NDArray[np.int64]
    errors: NDArray[np.int32]


def by_position(compiled: CompiledSet, overrides: Mapping[str, Override], count: int) -> dict[int, Override]:
    """Those that set something, by place of the item. Raises ValueError for an unknown item, one that is no number, a
    wrong length, or an amount beyond what an item holds."""
    found = {}
    for code, override in overrides.items():
        if len(override.mask) != count or len(override.amounts) != count:
            raise ValueError(f"amounts set for {code!r} have {len(override.mask)} rows, not {count}")
        chosen = override.amounts[override.mask]
        if len(chosen):
            check_amount(compiled, code, max(-int(chosen.min()), int(chosen.max())))
            found[compiled.position(code)] = override
    return found


def check_amount(compiled: CompiledSet, code: str, amount: int) -> None:
    """Raises ValueError where no such amount can be set for the item."""
    item = next((one for one in compiled.items if one.id == code), None)
    if item is None or item.type is not Type.NUMBER:
        raise ValueError(f"there is no item {code!r} that is a number")
    if abs(amount) > result_limit(item):
        raise ValueError(f"{amount} is too large for item {code!r}")
