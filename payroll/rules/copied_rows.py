"""Rows as PostgreSQL's binary COPY takes them, made of integer columns and arrays all at once.

A row: the number of fields (2 bytes), then the size (4 bytes) and the value of each; NULL has the size -1 and no value.
An array: dimensions, whether it holds NULLs, element type, length, lower bound (4 bytes each), then its elements like
fields. All big-endian. Rows with NULLs in the same places have the same layout, so they are written together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
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


def copied_rows(scalars: Sequence[tuple[Ints, Mask | None]], arrays: Sequence[tuple[Ints, Mask]]) -> bytes:
    """The file for COPY … FROM STDIN (FORMAT binary) into bigint columns and, after them, bigint[] columns.

    scalars: int64[rows], and where they are NULL (None: nowhere). arrays: int64[rows, length], and where elements are.
    Rows with the same NULLs stand together, in their order.
    """
    there = np.zeros(len(scalars[0][0]), dtype=np.bool_)
    fields = np.column_stack([values for values, _null in scalars])
    absent = np.column_stack([there if null is None else null for _values, null in scalars])
    blocks = [_Block(fields, absent, False), *(_Block(*array, True) for array in arrays)]
    parts = [_rows_alike([_Block(b.values[at], b.absent[at], b.is_array) for b in blocks]) for at in _alike(blocks)]
    return b"".join([HEADER, *parts, TRAILER])


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


def _rows_alike(blocks: Sequence[_Block]) -> bytes:
    """Rows with NULLs where the first has them."""
    stretches = [_stretches(block, f"block{at}_") for at, block in enumerate(blocks)]
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
    rows = np.repeat(row, len(blocks[0].values))
    for block, found in zip(blocks, stretches, strict=True):
        for one in found:
            if not one.is_null:
                rows[one.name]["value"] = block.values[:, one.first : one.end]
    return rows.tobytes()


def _stretches(block: _Block, prefix: str) -> list[_Stretch]:
    found, first = [], 0
    for is_null, cells in groupby(block.absent[0].tolist()):
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
