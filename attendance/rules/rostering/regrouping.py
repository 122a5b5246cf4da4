"""Some people's lines anew, all others as they stand: a part of the problem in which whole lines are the unknowns.

The linear program over a few people's lines is nearly as dear as their best whole answer, so it tells soon where
nothing can be gained, and leaves few lines to choose from where something can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from attendance.rules.rostering.generation import Step, rounds
from attendance.rules.rostering.line_tables import Line
from attendance.rules.rostering.masters import Master
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.problems import Roster

# Lines of each person that a part begins with.
FIRST_LINES = 40
ROUNDS = 30
WHOLE_SECONDS = 2.0
FIRST_SIZE, GROW, SHRINK = 8.0, 1.1, 0.85
TINY = 1e-6


class Regrouping:
    """Parts of one problem, one after another. current: the roster to better. left: seconds that remain. lines: known
    lines of each person, the most promising first; lines that were taken are put before them.
    """

    def __init__(
        self,
        pricing: Pricing,
        lines: dict[int, list[Line]],
        *,
        current: Callable[[], Roster],
        left: Callable[[], float],
        random: np.random.Generator,
    ) -> None:
        self.pricing, self.lines, self.current, self.left, self.random = pricing, lines, current, left, random
        self.size = min(FIRST_SIZE, len(lines))

    def steps(self) -> Iterator[Step]:
        """Each step is a part, without a roster where it brought nothing better."""
        while True:
            roster = self.current()
            people = self.random.choice(len(roster), size=round(self.size), replace=False).tolist()
            yield self._part(roster, people)

    def _part(self, roster: Roster, people: list[int]) -> Step:
        master = Master(self.pricing.costs, self.pricing.rows.beside(roster, people), people)
        master.add((person, roster[person]) for person in people)
        cost = master.solve().cost
        master.add((person, line) for person in people for line in self.lines[person][:FIRST_LINES])
        if not self._hopeful(master, cost):
            self._learn(GROW)
            return Step(people=people)
        seconds = min(WHOLE_SECONDS, max(self.left(), 0.01))
        whole = master.best_whole(seconds, standing=range(len(people)), cost=cost)
        self._learn(GROW if whole.proven else SHRINK)
        if whole.cost > cost - 1 + TINY:
            return Step(people=people)
        found = roster.copy()
        for column in whole.columns:
            found[master.person[column]] = master.lines[column]
            self.lines[master.person[column]].insert(0, master.lines[column])
        return Step(roster=found, people=people)

    def _hopeful(self, master: Master, cost: float) -> bool:
        """Find lines until the program is as cheap as it gets; whether a whole answer could be cheaper."""
        return all(one.bound <= cost - 1 + TINY for one in islice(rounds(self.pricing, master), ROUNDS))

    def _learn(self, factor: float) -> None:
        self.size = min(max(self.size * factor, 2.0), len(self.lines))
