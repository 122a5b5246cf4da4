"""Rows as PostgreSQL's binary COPY takes them, made of integer columns and arrays all at once.

A row: the number of fields (2 bytes), then the size (4 bytes) and the value of each; NULL has the size -1 and no value.
An array: dimensions, whether it holds NULLs, element type, length, lower bound (4 bytes each), then its elements like
fields. All big-endian. Rows with NULLs in the same places have the same layout, so they are written together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_PIECE = 1 << 17  # bytes
_COUNT = 2  # bytes: the number of fields
_BIGINT = 20  # PostgreSQL's number of the type
_CELL = np.dtype([("size", ">i4"), ("value", ">i8")])
_NULL = np.dtype([("size", ">i4")])


class _Block(NamedTuple):
    """Cells side by side: fields of the row, or the elements of one array. values, absent: [rows, cells]."""

    values: Ints
    absent: Mask
    is_array: bool


class _Stretch(NamedTuple):
    """Neighbouring cells that all have a value, or all have none."""

    name: str
    first: int
    end: int
    is_null: bool


def copied_rows(
    scalars: Sequence[tuple[Ints, Mask | None]], arrays: Sequence[tuple[Ints, Mask]]
) -> Iterator[bytes]:  # fmt: skip
    """The file for COPY … FROM STDIN (FORMAT binary) into bigint columns and, after them, bigint[] columns; in pieces.

    scalars: int64[rows], and where they are NULL (None: nowhere). arrays: int64[rows, length], and where elements are.
    Rows with the same NULLs stand together, in their order.
    """
    there = np.zeros(len(scalars[0][0]), dtype=np.bool_)
    fields = np.column_stack([values for values, _null in scalars])
    absent = np.column_stack([there if null is None else null for _values, null in scalars])
    blocks = [_Block(fields, absent, False), *(_Block(*array, True) for array in arrays)]
    yield HEADER
    for chosen in _alike(blocks):
        yield from _Part.of(blocks, chosen).pieces(blocks)
    yield TRAILER


def copied_arrays(values: Ints, absent: Mask) -> list[bytes]:
    """Each row as a bigint[] field: its size and its value. values: int64[rows, length]; absent: where NULL stands."""
    blocks = [_Block(values, absent, True)]
    found: list[bytes] = [b""] * len(values)
    for part in (_Part.of(blocks, chosen) for chosen in _alike(blocks)):
        data, width = b"".join(part.pieces(blocks)), part.row.dtype.itemsize
        for at, place in enumerate(np.arange(len(values))[part.chosen].tolist()):
            found[place] = data[at * width + _COUNT : (at + 1) * width]
    return found


def _alike(blocks: Sequence[_Block]) -> Iterator[Any]:
    """The places of rows that have NULLs in the same cells."""
    absent = np.column_stack([block.absent for block in blocks])
    if not len(absent):
        return
    differs = absent.any(axis=0) & ~absent.all(axis=0)
    if not differs.any():
        yield slice(None)
        return
    patterns, which = np.unique(np.packbits(absent[:, differs], axis=1), axis=0, return_inverse=True)
    for pattern in range(len(patterns)):
        yield np.flatnonzero(which == pattern)


@dataclass(frozen=True)
class _Part:
    """The rows at the places ``chosen``, which have NULLs where the first of them has. row: all but their values."""

    chosen: Any
    count: int
    row: npt.NDArray[np.void]
    stretches: Sequence[Sequence[_Stretch]]

    @classmethod
    def of(cls, blocks: Sequence[_Block], chosen: Any) -> _Part:
        first = 0 if isinstance(chosen, slice) else int(chosen[0])
        stretches = [_stretches(block.absent[first], f"block{at}_") for at, block in enumerate(blocks)]
        count = len(blocks[0].values) if isinstance(chosen, slice) else len(chosen)
        return cls(chosen, count, _frame(blocks, stretches), stretches)

    def pieces(self, blocks: Sequence[_Block]) -> Iterator[bytes]:
        """Some rows at a time, in memory that is used again: touching new memory costs more than filling it."""
        width = self.row.dtype.itemsize
        buffer = np.empty((max(1, min(self.count, _PIECE // width)), width), dtype=np.uint8)
        rows, empty = buffer.view(self.row.dtype)[:, 0], self.row.view(np.uint8)
        for first in range(0, self.count, len(buffer)):
            count = min(len(buffer), self.count - first)
            buffer[:count] = empty
            self._fill(rows[:count], first, blocks)
            yield buffer[:count].tobytes()

    def _fill(self, rows: npt.NDArray[np.void], first: int, blocks: Sequence[_Block]) -> None:
        """The values of the rows from the first-th on."""
        places = slice(first, first + len(rows)) if isinstance(self.chosen, slice) else self.chosen[first:][: len(rows)]
        for block, stretches in zip(blocks, self.stretches, strict=True):
            for one in stretches:
                if not one.is_null:
                    rows[one.name]["value"] = block.values[places, one.first : one.end]


def _frame(blocks: Sequence[_Block], stretches: Sequence[Sequence[_Stretch]]) -> npt.NDArray[np.void]:
    """One row without its values."""
    parts: list[Any] = [("fields", ">i2")]
    for at, (block, found) in enumerate(zip(blocks, stretches, strict=True)):
        parts += [(f"head{at}", ">i4", (6 if found else 4,))] if block.is_array else []
        parts += [(one.name, _NULL if one.is_null else _CELL, (one.end - one.first,)) for one in found]
    row = np.zeros(1, dtype=parts)
    row["fields"] = sum(1 if block.is_array else block.values.shape[1] for block in blocks)
    for at, (block, found) in enumerate(zip(blocks, stretches, strict=True)):
        if block.is_array:
            row[f"head{at}"] = _head(found)
        for one in found:
            row[one.name]["size"] = -1 if one.is_null else 8
    return row


def _stretches(absent: Mask, prefix: str) -> list[_Stretch]:
    """Of one row. absent: [cells]."""
    found, first = [], 0
    for is_null, cells in groupby(absent.tolist()):
        end = first + len(list(cells))
        found.append(_Stretch(f"{prefix}{first}", first, end, is_null))
        first = end
    return found


def _head(stretches: Sequence[_Stretch]) -> list[int]:
    """The array's own size and what stands before its elements."""
    if not stretches:
        return [12, 0, 0, _BIGINT]
    size = sum((one.end - one.first) * (4 if one.is_null else 12) for one in stretches)
    return [20 + size, 1, int(any(one.is_null for one in stretches)), _BIGINT, stretches[-1].end, 1]
