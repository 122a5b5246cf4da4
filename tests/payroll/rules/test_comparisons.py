"""Comparisons: parts add up to the whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.comparisons import SHOWN_PEOPLE, Side, compare, merged

MONEY = st.integers(-1_000_000, 1_000_000)
PEOPLE = st.lists(st.tuples(st.integers(1, 4), MONEY, MONEY, st.booleans(), st.booleans()), max_size=90)


def side(nets: Any, sound: Any) -> Side:
    columns = dict.fromkeys(("gross", "tax", "net", "cost"), nets)
    return Side(columns, {"net": nets}, sound)


def compared(people: list[Any], first: int) -> Any:
    units, was, is_, sound, still = (np.array(column) for column in zip(*people, strict=True))
    ids = np.arange(first, first + len(people))
    return compare(ids, units, side(was.astype(np.int64), sound), side(is_.astype(np.int64), still))


@given(PEOPLE, PEOPLE)
def test_two_parts_are_the_whole(first: list[Any], second: list[Any]) -> None:
    parts = [part for part in (first, second) if part]
    result: Any = {}
    for at, part in enumerate(parts):
        result = merged(result, compared(part, 1 + at * len(first)))
    if parts:
        assert result == compared([*first, *second], 1)


@given(PEOPLE.filter(bool))
def test_sums_count_those_who_have_an_amount_on_both_sides(people: list[Any]) -> None:
    result = compared(people, 1)
    both = [(was, is_) for _unit, was, is_, sound, still in people if sound and still]
    assert result["sums"]["net"] == [sum(was for was, _ in both), sum(is_ for _, is_ in both)]
    assert result["changed"] == sum(was != is_ for was, is_ in both)
    assert result["failed"] == sum(sound and not still for *_, sound, still in people)
    assert sum(row[4] for row in result["units"].values()) == result["changed"]
    assert len(result["most"]) == min(result["changed"], SHOWN_PEOPLE)
