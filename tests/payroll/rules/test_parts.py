"""What a run has gone through, beside the plain set of ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.parts import LAST_ID, is_whole, with_part

IDS = st.integers(0, 40)


@given(st.lists(st.tuples(IDS, IDS).map(sorted)))
def test_ranges_hold_the_ids_of_all_parts_and_lie_apart(parts: list[list[int]]) -> None:
    joined: list[list[int]] = []
    for first, last in parts:
        joined = with_part(joined, first, last)
    held = {id_ for first, last in joined for id_ in range(first, last + 1)}
    assert held == {id_ for first, last in parts for id_ in range(first, last + 1)}
    assert all(before[1] + 1 < after[0] for before, after in zip(joined, joined[1:], strict=False))


@given(st.permutations([(0, 9), (10, 10), (11, 500), (501, LAST_ID)]), st.integers(0, 3))
def test_only_all_parts_are_the_whole(parts: list[tuple[int, int]], left_out: int) -> None:
    joined: list[list[int]] = []
    for place, (first, last) in enumerate(parts):
        if place != left_out:
            joined = with_part(joined, first, last)
    assert not is_whole(joined)
    assert is_whole(with_part(joined, *parts[left_out]))
