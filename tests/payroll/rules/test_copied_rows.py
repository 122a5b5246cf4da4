"""PostgreSQL reads what numpy wrote."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payroll.rules.copied_rows import copied_rows

NUMBER = st.integers(-(2**63), 2**63 - 1)


def columns(rows: list[list[int | None]], width: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    values = np.array([[0 if cell is None else cell for cell in row] for row in rows], dtype=np.int64)
    absent = np.array([[cell is None for cell in row] for row in rows], dtype=np.bool_)
    return values.reshape(len(rows), width), absent.reshape(len(rows), width)


def stored(pieces: Iterable[bytes]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.copied")
        cursor.execute("CREATE TEMPORARY TABLE copied (a bigint, b bigint, x bigint[], y bigint[])")
        cursor.copy_expert("COPY pg_temp.copied FROM STDIN (FORMAT binary)", io.BytesIO(b"".join(pieces)))
        cursor.execute("SELECT * FROM pg_temp.copied")
        return list(cursor.fetchall())


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_numbers_nulls_and_arrays_arrive_as_they_are(db: None, data: st.DataObject) -> None:
    lengths = data.draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    cell = st.none() | NUMBER
    row = st.tuples(NUMBER, cell, *(st.lists(cell, min_size=length, max_size=length) for length in lengths))
    rows = data.draw(st.lists(row, max_size=6))
    first = np.array([one[0] for one in rows], dtype=np.int64)
    second, null = columns([[one[1]] for one in rows], 1)
    arrays = [columns([one[at] for one in rows], lengths[at - 2]) for at in (2, 3)]
    found = stored(copied_rows([(first, None), (second[:, 0], null[:, 0])], arrays))
    assert sorted(found, key=repr) == sorted(rows, key=repr)


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_an_array_has_the_usual_bounds(db: None, count: int) -> None:
    ones = np.ones((count, 2), dtype=np.int64)
    stored(copied_rows([(ones[:, 0], None), (ones[:, 0], None)], [(ones, ones == 0), (ones, ones == 0)]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_temp.copied WHERE x[1] = 1 AND array_lower(x, 1) = 1 AND cardinality(y) = 2"
        )
        assert cursor.fetchone() == (count,)


def test_many_rows_in_several_pieces_keep_their_values_and_nulls(db: None) -> None:
    count = 20_000
    values = np.arange(4 * count, dtype=np.int64).reshape(count, 4)
    absent = np.zeros_like(values, dtype=np.bool_)
    absent[::7, 2] = True
    found = stored(copied_rows([(values[:, 0], None), (values[:, 1], absent[:, 2])], [(values, absent)] * 2))
    rows = [
        [None if gone else cell for cell, gone in zip(*row, strict=True)]
        for row in zip(values.tolist(), absent.tolist(), strict=True)
    ]
    assert sorted(found) == sorted((row[0], None if row[2] is None else row[1], row, row) for row in rows)
