"""Rows as PostgreSQL's binary COPY takes them, made of integer columns and arrays all at once.

A row: the number of fields (2 bytes), then the size (4 bytes) and the value of each; NULL has the size -1 and no value.
An array: dimensions, whether it holds NULLs, element type, length, lower bound (4 bytes each), then its elements like
fields. All big-endian.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_BIGINT = 20  # PostgreSQL's number of the type
_ELEMENT = np.dtype([("size", ">i4"), ("value", ">i8")])
_WORDS = _ELEMENT.itemsize // 2  # 2-byte words of an element; all parts of a row are whole words
_VALUE_AT = 2  # words before an element's value


def copied_rows(scalars: Sequence[tuple[Ints, Mask | None]], arrays: Sequence[tuple[Ints, Mask]]) -> bytes:
    """The file for COPY … FROM STDIN (FORMAT binary) into bigint columns and, after them, bigint[] columns.

    scalars: int64[rows], and where they are NULL (None: nowhere). arrays: int64[rows, length], and where elements are.
    """
    count = len(scalars[0][0])
    layout = np.dtype([("fields", ">i2"), *_scalar_fields(len(scalars)), *_array_fields([a for a, _null in arrays])])
    rows = np.zeros(count, dtype=layout)
    rows["fields"] = len(scalars) + len(arrays)
    keep = np.ones((count, layout.itemsize // 2), dtype=np.bool_)
    for at, (values, null) in enumerate(scalars):
        _fill(rows[f"scalar{at}"], values, null)
        if null is not None:
            _drop(keep, _offset(layout, f"scalar{at}"), null[:, None])
    for at, (table, absent) in enumerate(arrays):
        rows[f"head{at}"] = _head(table, absent)
        if table.shape[1]:
            _fill(rows[f"array{at}"], table, absent)
            _drop(keep, _offset(layout, f"array{at}"), absent)
    words = rows.view(np.uint16).reshape(keep.shape)
    return HEADER + (words if keep.all() else words[keep]).tobytes() + TRAILER


def _scalar_fields(count: int) -> list[tuple[str, np.dtype[np.void]]]:
    return [(f"scalar{at}", _ELEMENT) for at in range(count)]


def _array_fields(tables: Sequence[Ints]) -> list[tuple[str, object, tuple[int, ...]]]:
    fields: list[tuple[str, object, tuple[int, ...]]] = []
    for at, table in enumerate(tables):
        length = table.shape[1]
        fields.append((f"head{at}", ">i4", (6 if length else 4,)))
        if length:
            fields.append((f"array{at}", _ELEMENT, (length,)))
    return fields


def _offset(layout: np.dtype[np.void], name: str) -> int:
    """Where a field begins, in words."""
    assert layout.fields is not None
    return layout.fields[name][1] // 2


def _fill(fields: npt.NDArray[np.void], values: Ints, null: Mask | None) -> None:
    fields["size"] = 8 if null is None else np.where(null, -1, 8)
    fields["value"] = values


def _drop(keep: Mask, offset: int, null: Mask) -> None:
    """Leave the values of NULLs out of their rows."""
    if null.any():
        kept = np.ones((*null.shape, _WORDS), dtype=np.bool_)
        kept[:, :, _VALUE_AT:] = ~null[:, :, None]
        keep[:, offset : offset + null.shape[1] * _WORDS] = kept.reshape(len(null), -1)


def _head(table: Ints, absent: Mask) -> npt.NDArray[np.int64]:
    """The array's own size and what stands before its elements, per row."""
    count, length = table.shape
    nulls = absent.sum(axis=1)
    if not length:
        return np.tile([12, 0, 0, _BIGINT], (count, 1))
    head = np.tile([0, 1, 0, _BIGINT, length, 1], (count, 1))
    head[:, 0] = 20 + length * _ELEMENT.itemsize - nulls * 8
    head[:, 2] = nulls > 0
    return head
