"""What a line costs by itself, cell by cell: requests and changes; and the cover rows that lines together meet."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.problems import OFF, Problem, Roster

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LineCosts:
    """cells: (people, days, shifts + 1), the last for a free day, infinite where a cell may not be; offset: per person.
    A line costs its offset and its cells.
    """

    cells: Floats
    offset: Floats

    @classmethod
    def of(cls, problem: Problem) -> LineCosts:
        cells = np.zeros((len(problem.people), problem.days, len(problem.shifts) + 1))
        offset = np.zeros(len(problem.people))
        for one in problem.requests:
            cells[one.person, one.day, one.shift] += -one.weight if one.wanted else one.weight
            offset[one.person] += one.weight if one.wanted else 0
        if problem.current is not None and problem.change_weight:
            line, day = np.indices(problem.current.shape)
            cells[line, day, problem.current] -= problem.change_weight
            offset += problem.change_weight * problem.days
        for place in range(len(problem.people)):
            _forbid(problem, place, cells[place])
        return cls(cells, offset)

    def of_line(self, person: int, line: Ints) -> float:
        return float(self.offset[person] + self.cells[person, np.arange(len(line)), line].sum())


def _forbid(problem: Problem, person: int, cells: Floats) -> None:
    someone = problem.people[person]
    for shift in range(len(problem.shifts)):
        if not problem.may_work(person, shift):
            cells[:, shift] = np.inf
    for day, shift in someone.unable:
        cells[day, shift] = np.inf
    cells[sorted(someone.days_off), :OFF] = np.inf
    for day, shift in someone.fixed.items():
        kept = cells[day, shift]
        cells[day] = np.inf
        cells[day, shift] = kept


class CoverRows:
    """Cover rows in columns. missing: what people missing cost at least over all rows, as far as that is known."""

    def __init__(self, problem: Problem) -> None:
        self.missing = 0.0
        self.shape = problem.days, len(problem.shifts) + 1
        self.day = np.array([need.day for need in problem.cover], dtype=np.int64)
        self.shift = np.array([need.shift for need in problem.cover], dtype=np.int64)
        self.required = np.array([need.required for need in problem.cover], dtype=float)
        self.under = np.array([need.under_weight for need in problem.cover], dtype=float)
        self.over = np.array([need.over_weight for need in problem.cover], dtype=float)

    def met_by(self, line: Ints) -> Ints:
        """The rows that a line counts in."""
        return np.flatnonzero(line[self.day] == self.shift)

    def beside(self, roster: Roster, people: Sequence[int]) -> CoverRows:
        """The rows for these people alone: what is required beyond all others' lines, perhaps less than nothing."""
        others = np.delete(roster, people, axis=0)
        met: Floats = (others[:, self.day] == self.shift).sum(axis=0)
        rows = copy(self)
        rows.required = self.required - met
        return rows

    @property
    def weight_step(self) -> int:
        """What people missing cost is a multiple of it."""
        return gcd(*self.under.astype(np.int64).tolist())

    def beyond(self, prices: Floats) -> float:
        """What ``missing`` adds to the bound at these prices: each missing person costs the weight less the price."""
        weighed = self.under > 0
        spared: float = (1 - prices[weighed] / self.under[weighed]).min(initial=1.0)
        return self.missing * max(spared, 0.0)

    def cells(self, prices: Floats) -> Floats:
        """Prices by cell: (days, shifts + 1), nothing for a free day."""
        found = np.zeros(self.shape)
        np.add.at(found, (self.day, self.shift), prices)
        return found
