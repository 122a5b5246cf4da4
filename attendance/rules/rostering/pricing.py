"""Each person's cheapest lawful lines where more people on a shift are worth a price.

Limits of shifts that the tables do not count are kept by surcharges: what a shift costs the person extra, raised while
too many of it are taken. A surcharge makes the value of the cheapest line a bound, whatever it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log2

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.line_costs import CoverRows, LineCosts
from attendance.rules.rostering.line_forms import limited_shifts
from attendance.rules.rostering.line_tables import Found, Line, LineTables, grouped
from attendance.rules.rostering.problems import Problem

Floats = npt.NDArray[np.float64]

FIRST_SURCHARGE, SURCHARGE_GROWTH, SURCHARGE_DECAY = 16.0, 1.5, 0.8
SURCHARGE_ROUNDS = 4
# Whole numbers up to here are exact in the tables.
EXACT = 2.0**23
FINEST = 2.0**-8


@dataclass(frozen=True, slots=True)
class Priced:
    """lines: lawful, the cheapest first, perhaps none. bound: no lawful line of the person costs less at the prices;
    infinite where the person has none at all.
    """

    person: int
    bound: float
    lines: tuple[Line, ...]


class Pricing:
    """The lines of one problem's people."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.costs, self.rows = problem, LineCosts.of(problem), CoverRows(problem)
        self.groups = grouped(problem)
        self._surcharges = np.zeros((len(problem.people), len(problem.shifts) + 1))
        self._limits = {
            person: [(shift, limit) for shift in limited_shifts(problem, person)
                     if shift not in group.counted and (limit := problem.people[person].contract.max_shifts[shift])]
            for group in self.groups for person in group.people
        }  # fmt: skip
        self.step = self._exact_step()

    @property
    def fits(self) -> bool:
        """Whether tables have room for everybody."""
        return all(group.fits for group in self.groups)

    def rounded(self, prices: Floats) -> Floats:
        """Prices that the tables add up exactly."""
        return np.asarray(np.round(prices / self.step) * self.step)

    def lines(self, prices: Floats, people: Sequence[int], *, count: int = 2) -> list[Priced]:
        """People's cheapest lines. prices: what one more person on each cover row is worth, from ``rounded``."""
        wanted, cells = frozenset(people), self.rows.cells(prices)
        found: list[Priced] = []
        for group in self.groups:
            places = [place for place, person in enumerate(group.people) if person in wanted]
            if places:
                found += self._of_group(group, places, cells, count)
        return found

    def _of_group(self, group: LineTables, places: list[int], cells: Floats, count: int) -> list[Priced]:
        people = [group.people[place] for place in places]
        known: dict[int, list[Found]] = {person: [] for person in people}
        bounds = dict.fromkeys(people, -np.inf)
        todo, step = places, FIRST_SURCHARGE
        for _round in range(SURCHARGE_ROUNDS):
            for place, lines in zip(todo, self._tables(group, todo, cells, count)):
                person = group.people[place]
                less = sum(self._surcharges[person, shift] * limit for shift, limit in self._limits[person])
                value = lines[0].value - less + self.costs.offset[person] if lines else np.inf
                bounds[person] = max(bounds[person], value)
                known[person] = [*lines, *known[person]]
            todo = [place for place in todo if self._raise(group.people[place], known[group.people[place]], step)]
            step *= SURCHARGE_GROWTH
            if not todo:
                break
        self._lower(known)
        return [Priced(person, bounds[person], self._lawful(person, known[person])) for person in people]

    def _tables(self, group: LineTables, places: list[int], cells: Floats, count: int) -> list[list[Found]]:
        people = [group.people[place] for place in places]
        costs = self.costs.cells[people] - cells + self._surcharges[people][:, None, :]
        return group.best(costs.transpose(1, 2, 0).astype(np.float32), places=places, count=count)

    def _raise(self, person: int, lines: list[Found], step: float) -> bool:
        """Make shifts dearer of which the cheapest line has too many; whether there are any."""
        raised = False
        for shift, limit in self._limits[person] if lines else ():
            excess = int((lines[0].line == shift).sum()) - limit
            if excess > 0:
                self._surcharges[person, shift] += round(step * excess)
                raised = True
        return raised

    def _lower(self, known: dict[int, list[Found]]) -> None:
        for person, lines in known.items():
            for shift, limit in self._limits[person] if lines else ():
                if (lines[0].line == shift).sum() < limit:
                    self._surcharges[person, shift] = floor(self._surcharges[person, shift] * SURCHARGE_DECAY)

    def _lawful(self, person: int, lines: list[Found]) -> tuple[Line, ...]:
        limits = self._limits[person]
        return tuple(one.line for one in lines if all((one.line == shift).sum() <= limit for shift, limit in limits))

    def _exact_step(self) -> float:
        """The finest step in which no line's value goes beyond what the tables hold exactly."""
        cells = np.where(np.isfinite(self.costs.cells), np.abs(self.costs.cells), 0)
        dearest = max(self.rows.under.max(initial=1), self.rows.over.max(initial=1))
        most = float(cells.max(axis=(0, 2)).sum() + dearest * self.problem.days * 4)
        return max(FINEST, 2.0 ** -floor(log2(EXACT / most)))
