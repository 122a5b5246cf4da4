"""Every roster there is, for problems that are small enough."""

from __future__ import annotations

import itertools

import numpy as np

from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.problems import OFF, Problem, Roster


def by_trying_all(asked: Problem) -> int | None:
    """The least cost of a lawful roster, or None."""
    fine = [lawful_lines(asked, one) for one in range(len(asked.people))]
    return min((evaluate(asked, np.array(lines)).cost for lines in itertools.product(*fine)), default=None)


def lawful_lines(asked: Problem, one: int) -> list[Roster]:
    """Of two shifts."""
    lines = (np.array(cells) for cells in itertools.product(range(OFF, 2), repeat=asked.days))
    return [line for line in lines if not _breaks(asked, one, line)]


def _breaks(asked: Problem, one: int, line: Roster) -> bool:
    whole = asked.empty()
    whole[one] = line
    return any(violation.person == one for violation in evaluate(asked, whole).violations)
