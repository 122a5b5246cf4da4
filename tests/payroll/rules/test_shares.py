"""Amounts are split to the fen: parts add up, none is off by a fen, and columns do what one amount does."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.shares import split, split_columns

AMOUNTS = st.one_of(st.integers(-(10**6), 10**6), st.integers(-(2**55), 2**55))
WEIGHTS = st.lists(st.integers(0, 310_000), min_size=1, max_size=6).filter(any)


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_and_each_is_within_a_fen_of_its_share(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    assert all(abs(part - wanted) < 1 for part, wanted in zip(parts, exact, strict=True))
    # Nobody with a smaller remainder got a fen that somebody with a larger one did not.
    up = [abs(part) - abs(wanted) // 1 for part, wanted in zip(parts, exact, strict=True)]
    remainders = [abs(wanted) % 1 for wanted in exact]
    got, missed = ([rest for rest, one in zip(remainders, up, strict=True) if one == flag] for flag in (1, 0))
    assert not got or not missed or min(got) >= max(missed)


@given(st.lists(st.tuples(AMOUNTS, WEIGHTS), max_size=8))
def test_columns_are_split_as_each_amount_alone(rows: list[tuple[int, list[int]]]) -> None:
    amounts = np.array([amount for amount, _weights in rows], dtype=np.int64)
    owners = np.repeat(np.arange(len(rows)), [len(weights) for _amount, weights in rows])
    weights = np.array([weight for _amount, weights in rows for weight in weights], dtype=np.int64)
    wanted = [part for amount, weights in rows for part in split(amount, weights)]
    assert split_columns(amounts, owners, weights).tolist() == wanted


def test_60_to_40_of_an_odd_fen() -> None:
    assert split(101, [6_000, 4_000]) == [61, 40]
    assert split(-101, [6_000, 4_000]) == [-61, -40]
    assert split(100, [1, 1, 1]) == [34, 33, 33]
