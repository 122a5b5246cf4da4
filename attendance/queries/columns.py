"""Integer columns out of the database without a Python object per value."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Ints = npt.NDArray[np.int64]


def read_columns(sql: str, params: Mapping[str, Any], names: Sequence[str]) -> dict[str, Ints]:
    """The rows of a SELECT as one int64 column per name. Every value must be an integer and never NULL.

    Needs an open transaction that has already run a statement: that one has set the tenant, COPY cannot.
    """
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        query = cursor.mogrify(sql, params).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", buffer)
    values = np.fromstring(buffer.getvalue().decode("ascii"), dtype=np.int64, sep=" ")
    table = values.reshape(-1, len(names)).T
    return {name: np.ascontiguousarray(column) for name, column in zip(names, table)}
