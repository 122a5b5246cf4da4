"""Column generation: whole lines of people as the unknowns, only those that could help ever written down.

The program over the lines known gives prices; tables find each person's cheapest line at these prices; lines that help
are added, until none does. The cost then is far closer to the best roster's than that of any program over single days,
and the tables prove it as a bound on the way. From there a dive: one person after another takes the line that the
program takes most of, the others are priced anew.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.dives import dive
from attendance.rules.rostering.line_tables import Line
from attendance.rules.rostering.masters import Master, Taken
from attendance.rules.rostering.pricing import Priced, Pricing
from attendance.rules.rostering.problems import Roster
from attendance.rules.rostering.steps import Step, whole_bound

Floats = npt.NDArray[np.float64]

# Lines added per person and round.
LINES = 2
# How much of the prices comes from the best bound so far, against prices that swing.
SMOOTHING = 0.5
CLOSE = 0.05
ROUNDS = 400
# Rounds end as well where, after so many, the last ones lowered the cost by less than this share.
ENOUGH, LAST, STALLED = 40, 20, 0.001
TINY = 1e-6


def first_roster(pricing: Pricing) -> Iterator[Priced]:
    """Everybody's best line beside those before, one person a step; who has none comes without lines."""
    rows, people = pricing.rows, range(len(pricing.problem.people))
    left = rows.required.copy()
    for person in people:
        prices = pricing.rounded(np.where(left > 0, rows.under, -rows.over))
        (priced,) = pricing.lines(prices, [person])
        if priced.lines:
            left[rows.met_by(priced.lines[0])] -= 1
        yield priced


@dataclass(frozen=True, slots=True)
class Round:
    """Where the program stands after a round. bound: no whole answer costs less."""

    taken: Taken
    bound: float


def rounds(pricing: Pricing, master: Master) -> Iterator[Round]:
    """Price, find lines, add them, solve, until no line helps."""
    taken, bound = master.solve(), -np.inf
    centre, smoothing = taken.prices, 0.0
    for _round in range(ROUNDS):
        prices = pricing.rounded(smoothing * centre + (1 - smoothing) * taken.prices)
        priced = pricing.lines(prices, master.people, count=LINES)
        found = float(prices @ master.rows.required) + sum(one.bound for one in priced) + master.rows.beyond(prices)
        if found > bound:
            bound, centre = found, prices
        new = master.add((one.person, line) for one in priced for line in one.lines)
        if new:
            taken = master.solve()
        yield Round(taken, bound)
        if taken.cost - bound < CLOSE or not (new or smoothing):
            return
        smoothing = SMOOTHING if new else 0.0


class Generation:
    """One problem's lines, from a roster that stands to a bound and a dive. ``steps`` does it piece by piece.

    promising: each person's lines as they were known before the dive, the cheapest at the last prices first. roster:
    what the dive ended with, the one to begin with where it ended with nothing.
    """

    def __init__(self, pricing: Pricing, roster: Roster) -> None:
        self.pricing, self.roster = pricing, roster
        self.people = list(range(len(pricing.problem.people)))
        self.master = Master(pricing.costs, pricing.rows, self.people)
        self.master.add(enumerate(roster))
        self.promising: dict[int, list[Line]] = {}

    def steps(self) -> Iterator[Step]:
        """Each step takes a fraction of a second for the usual sizes."""
        yield from self._rounds()
        if (yield from self._missing()):
            yield from self._rounds()
        self.promising = self.master.promising()
        lines = yield from dive(self.pricing, self.master)
        if lines:
            self.roster = np.array([lines[person] for person in self.people])
            yield Step(roster=self.roster)

    def _rounds(self) -> Iterator[Step]:
        costs: list[float] = []
        for one in rounds(self.pricing, self.master):
            yield Step(bound=whole_bound(one.bound))
            costs.append(one.taken.cost)
            if len(costs) > ENOUGH and costs[-LAST] - costs[-1] < STALLED * costs[-1]:
                return

    def _missing(self) -> Generator[Step, None, bool]:
        """Learn what people missing cost at least, in whole people; whether the program had it cheaper.

        Where the program leaves parts of people missing, nothing else may cost, and lines are sought until so few are
        proven to be too few. That no answer has a part of a person missing is worth more than many rounds.
        """
        rows = self.pricing.rows
        step, missing = rows.weight_step, self.master.solve().missing
        least = step * ceil(missing / step - TINY) if step else 0
        if least - missing < TINY:
            return False
        alone = Pricing(self.pricing.problem.of_cover_alone())
        master = Master(alone.costs, alone.rows, self.people)
        master.add(zip(self.master.person, self.master.lines))
        for one in rounds(alone, master):
            yield Step()
            if one.bound > least - step + TINY:
                rows.missing = least
                self.master.learn_missing()
                return True
            if one.taken.cost <= least - step + TINY:
                break
        return False
