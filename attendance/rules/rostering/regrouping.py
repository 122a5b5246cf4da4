"""Some people's lines anew, all others as they stand: a part of the problem in which whole lines are the unknowns.

The linear program over some people's lines is nearly as dear as their best whole answer, so it tells soon where nothing
can be gained, and a dive from it finds where something can.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import islice

import numpy as np

from attendance.rules.rostering.dives import dive
from attendance.rules.rostering.generation import rounds
from attendance.rules.rostering.line_tables import Line
from attendance.rules.rostering.masters import Master
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.problems import Roster
from attendance.rules.rostering.steps import Step

# Lines of each person that a part begins with.
FIRST_LINES = 40
ROUNDS = 30
# Parts in a row that brought nothing until another roster is taken up.
PATIENCE = 6
# People of a part.
FIRST_SIZE, LEAST_SIZE, GROW, SHRINK = 12.0, 7.0, 1.1, 0.85
TINY = 1e-6


class Regrouping:
    """Parts of one problem, one after another. roster: to begin with, and made better part by part, also where others
    are ahead: it comes from the program, and not far from it are better ones. After a while without success it is given
    up for ``current``. lines: known lines of each person, the most promising first; lines taken are put before them.
    """

    def __init__(
        self,
        pricing: Pricing,
        lines: dict[int, list[Line]],
        roster: Roster,
        *,
        current: Callable[[], Roster],
        random: np.random.Generator,
    ) -> None:
        self.pricing, self.lines, self.current, self.random = pricing, lines, current, random
        self.roster, self.size, self.missed = roster, min(FIRST_SIZE, len(lines)), 0

    def steps(self) -> Iterator[Step]:
        """The last step of each part names its people, and has no roster where the part brought nothing better."""
        while True:
            people = self.random.choice(len(self.roster), size=round(self.size), replace=False).tolist()
            found = yield from self._part(people)
            self.missed += 1
            if found is not None:
                self.roster, self.missed = found, 0
            elif self.missed >= PATIENCE:
                self.roster, self.missed = self.current(), 0
            yield Step(roster=found, people=people)

    def _part(self, people: list[int]) -> Generator[Step, None, Roster | None]:
        master = Master(self.pricing.costs, self.pricing.rows.beside(self.roster, people), people)
        master.add((person, self.roster[person]) for person in people)
        below = master.solve().cost - 1 + TINY
        master.add((person, line) for person in people for line in self.lines[person][:FIRST_LINES])
        if not self._hopeful(master, below):
            self._learn(GROW)
            return None
        lines = yield from dive(self.pricing, master, below=below)
        if not lines:
            self._learn(SHRINK)
            return None
        found = self.roster.copy()
        for person, line in lines.items():
            found[person] = line
            self.lines[person].insert(0, line)
        return found

    def _hopeful(self, master: Master, below: float) -> bool:
        """Find lines until the program is as cheap as it gets; whether a whole answer could be cheaper."""
        return all(one.bound <= below for one in islice(rounds(self.pricing, master), ROUNDS))

    def _learn(self, factor: float) -> None:
        self.size = min(max(self.size * factor, LEAST_SIZE), len(self.lines))
