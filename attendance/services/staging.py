"""Columns into the database: binary COPY into a temporary table, from which an INSERT … SELECT follows.

Row-level security refuses COPY into a tenant's table itself.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
# Bytes of a number → its type there and PostgreSQL's number of it. Narrow columns make the table fit into memory.
_TYPES = {1: ("smallint", 21), 2: ("smallint", 21), 4: ("integer", 23), 8: ("bigint", 20)}


def stage_columns(table: str, columns: Mapping[str, npt.NDArray[Any]]) -> None:
    """Put integer columns of equal length into a fresh temporary table, gone with the transaction; its types are those
    of the columns (bytes and truths are smallint). A column of more dimensions is one of arrays.
    """
    definition = ", ".join(
        f'"{name}" {_TYPES[column.itemsize][0]}{"[]" * (column.ndim > 1)} NOT NULL' for name, column in columns.items()
    )
    data = io.BytesIO(_HEADER + _rows(columns).tobytes() + _TRAILER)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{table}"')
        cursor.execute(f'CREATE TEMPORARY TABLE "{table}" ({definition}) ON COMMIT DROP')
        cursor.copy_expert(f'COPY pg_temp."{table}" FROM STDIN (FORMAT binary)', data)


def _rows(columns: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.void]:
    """The rows as COPY wants them: the number of fields, then each field; all big-endian."""
    fields = [field for name, column in columns.items() for field in _fields(name, column)]
    rows = np.empty(len(next(iter(columns.values()))), dtype=[("fields", ">i2"), *fields])
    rows["fields"] = len(columns)
    for name, column in columns.items():
        if column.ndim > 1:
            rows[f"{name}_head"] = _head(column)
        rows[name]["size"] = max(2, column.itemsize)
        rows[name]["value"] = column
    return rows


def _fields(name: str, column: npt.NDArray[Any]) -> list[Any]:
    """A number is its size and its value; an array a head, and then its numbers."""
    cell = [("size", ">i4"), ("value", f">i{max(2, column.itemsize)}")]
    if column.ndim == 1:
        return [(name, cell)]
    return [(f"{name}_head", ">i4", (len(_head(column)),)), (name, cell, column.shape[1:])]


def _head(column: npt.NDArray[Any]) -> list[int]:
    """The size of all that follows, dimensions, no NULLs, type, then length and lower bound of each dimension."""
    lengths = column.shape[1:]
    bounds = [number for length in lengths for number in (length, 1)]
    size = 4 * (3 + len(bounds)) + math.prod(lengths) * (4 + max(2, column.itemsize))
    return [size, len(lengths), 0, _TYPES[column.itemsize][1], *bounds]
