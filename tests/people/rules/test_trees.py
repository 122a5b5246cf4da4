"""Subtrees of a child → parent mapping."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hrsaas.people.rules.trees import subtree, upwards

TREE = {1: None, 2: 1, 3: 1, 4: 2, 5: None}


def test_a_root_brings_everything_below_it():
    assert subtree(TREE, [1]) == {1, 2, 3, 4}
    assert subtree(TREE, [2, 5]) == {2, 4, 5}


def test_unknown_roots_bring_nothing():
    assert subtree(TREE, [99]) == frozenset()
    assert subtree({}, []) == frozenset()


@given(st.lists(st.integers(0, 30), max_size=30), st.sets(st.integers(0, 30)))
def test_it_agrees_with_walking_up_from_every_node(choices, roots):
    parents = {node: (choice % node if node else None) for node, choice in enumerate(choices)}

    def has_root_above(node: int) -> bool:
        above = parents[node]
        return node in roots or (above is not None and has_root_above(above))

    assert subtree(parents, roots) == {node for node in parents if has_root_above(node)}


def test_the_way_up_ends_at_the_top_and_an_unknown_node_has_none():
    assert list(upwards(TREE, 4)) == [4, 2, 1]
    assert (list(upwards(TREE, 5)), list(upwards(TREE, 99))) == ([5], [])
