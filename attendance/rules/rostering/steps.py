"""What the generation of lines hands to the search, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite

from attendance.rules.rostering.problems import Roster

TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Step:
    """What a step brought. bound: no roster costs less. roster: one to look at; not yet counted by the checker.
    people: whose lines were sought, and are meant in the roster; None for everybody's.
    """

    bound: int = 0
    roster: Roster | None = None
    people: list[int] | None = None


def whole_bound(bound: float) -> int:
    """A bound of costs, which are whole numbers and not below nothing."""
    return max(ceil(bound - TINY), 0) if isfinite(bound) else 0
