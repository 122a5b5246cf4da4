"""Walking a tree that is given as child → parent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping


def subtree(parents: Mapping[int, int | None], roots: Iterable[int]) -> frozenset[int]:
    """The roots that exist and everything below them."""
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in parents.items():
        if parent is not None:
            children[parent].append(child)
    found: set[int] = set()
    waiting = [root for root in roots if root in parents]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(children[node])
    return frozenset(found)


def upwards(parents: Mapping[int, int | None], node: int) -> Iterator[int]:
    """The node and everything above it, from below; nothing for a node that does not exist."""
    at: int | None = node
    while at is not None and at in parents:
        yield at
        at = parents[at]
