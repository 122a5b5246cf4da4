"""Columns of integers stay exact at the edge of int64 and beyond."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.rules.formula import Rounding
from payroll.rules.formula.ints import Ints, add, constant, divide, measured, multiply, subtract
from payroll.rules.formula.oracle import round_to

EDGE = st.sampled_from([0, 1, -1, 2**31, 2**61, 2**62, -(2**62), 2**63 - 1, -(2**63)])
WHOLE = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-200, 200), EDGE)
COLUMN = st.lists(WHOLE, min_size=3, max_size=3)

POSITIVE = st.lists(st.integers(1, 2**63 - 1) | st.integers(1, 40), min_size=3, max_size=3)


def column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("op", "plain"),
    [(add, lambda a, b: a + b), (subtract, lambda a, b: a - b), (multiply, lambda a, b: a * b)],
)
@given(COLUMN, COLUMN, WHOLE)
def test_arithmetic_never_wraps(
    op: Callable[[Ints, Ints], Ints],
    plain: Callable[[int, int], int],
    left: list[int],
    right: list[int],
    factor: int,
) -> None:
    result = op(measured(column(left)), measured(column(right)))
    assert [int(value) for value in result.values] == [plain(a, b) for a, b in zip(left, right)]
    assert all(result.low <= int(value) <= result.high for value in result.values)
    by_constant = op(measured(column(left)), constant(factor))
    assert [int(v) for v in np.broadcast_to(by_constant.values, 3)] == [plain(a, factor) for a in left]


@settings(max_examples=300)
@given(COLUMN, POSITIVE, st.sampled_from(Rounding))
def test_division_rounds_as_fractions_do(top: list[int], bottom: list[int], mode: Rounding) -> None:
    by_column = divide(mode, measured(column(top)), measured(column(bottom)))
    assert [int(v) for v in by_column.values] == [round_to(Fraction(a, b), mode, 0) for a, b in zip(top, bottom)]
    by_constant = divide(mode, measured(column(top)), constant(bottom[0]))
    assert [int(v) for v in by_constant.values] == [round_to(Fraction(a, bottom[0]), mode, 0) for a in top]
    for result in (by_column, by_constant):
        assert all(result.low <= int(value) <= result.high for value in result.values)


def test_only_the_operation_that_could_pass_int64_leaves_it_and_comes_back() -> None:
    large = measured(column([2**40, 3, -(2**41)]))
    square = multiply(large, large)
    assert [add(large, large).values.dtype, square.values.dtype] == [np.int64, object]
    assert divide(Rounding.HALF_UP, square, constant(2**40)).values.dtype == np.int64
    assert subtract(multiply(measured(column([2, 3, 4])), large), large).values.dtype == np.int64


def test_bounds_that_only_seem_too_large_are_measured_first() -> None:
    small = Ints(column([1, 2, 3]), 0, 2**61)
    assert multiply(small, small).values.dtype == np.int64
