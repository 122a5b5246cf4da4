"""Columns into the database: binary COPY into a temporary table, from which an INSERT … SELECT follows.

Row-level security refuses COPY into a tenant's table itself.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
# Bytes of a number → its type there. Narrow columns make the temporary table fit into memory.
_TYPES = {1: "smallint", 2: "smallint", 4: "integer", 8: "bigint"}


def stage_columns(table: str, columns: Mapping[str, npt.NDArray[Any]]) -> None:
    """Put integer columns of equal length into a fresh temporary table, gone with the transaction; its types are those
    of the columns (bytes and truths are smallint).
    """
    definition = ", ".join(f'"{name}" {_TYPES[column.itemsize]} NOT NULL' for name, column in columns.items())
    data = io.BytesIO(_HEADER + _rows(columns).tobytes() + _TRAILER)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{table}"')
        cursor.execute(f'CREATE TEMPORARY TABLE "{table}" ({definition}) ON COMMIT DROP')
        cursor.copy_expert(f'COPY pg_temp."{table}" FROM STDIN (FORMAT binary)', data)


def _rows(columns: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[np.void]:
    """The rows as COPY wants them: the number of fields, then each field's length and value, big-endian."""
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    sizes = {name: max(2, column.itemsize) for name, column in columns.items()}
    for name, size in sizes.items():
        layout += [(f"{name}_size", ">i4"), (name, f">i{size}")]
    rows = np.empty(len(next(iter(columns.values()))), dtype=layout)
    rows["fields"] = len(columns)
    for name, column in columns.items():
        rows[f"{name}_size"] = sizes[name]
        rows[name] = column
    return rows
