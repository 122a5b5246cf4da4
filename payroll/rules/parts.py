"""Which people of a run have been calculated: ranges of ids that lie apart, in order."""

from __future__ import annotations

from collections.abc import Sequence

LAST_ID = 2**63 - 1
"""The greatest id there can be; the first is 0."""

Range = list[int]


def with_part(parts: Sequence[Sequence[int]], first: int, last: int) -> list[Range]:
    """The ranges and the one from first to last, both included; those that touch become one."""
    joined: list[Range] = []
    for start, end in sorted([*((start, end) for start, end in parts), (first, last)]):
        if joined and start <= joined[-1][1] + 1:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return joined


def is_whole(parts: Sequence[Sequence[int]]) -> bool:
    """Whether nobody can be missing."""
    return [list(part) for part in parts] == [[0, LAST_ID]]
