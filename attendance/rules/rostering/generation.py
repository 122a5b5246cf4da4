"""Column generation: whole lines of people as the unknowns, only those that could help ever written down.

The program over the lines known gives prices; tables find each person's cheapest line at these prices; lines that help
are added, until none does. The cost then is far closer to the best roster's than that of any program over single days,
and the tables prove it as a bound on the way. From there a dive: one person after another takes the line that the
program takes most of, the others are priced anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.line_tables import Line
from attendance.rules.rostering.masters import Master, Taken
from attendance.rules.rostering.pricing import Priced, Pricing
from attendance.rules.rostering.problems import OFF, Roster

Floats = npt.NDArray[np.float64]

# Lines added per person and round.
LINES = 2
# How much of the prices comes from the best bound so far, against prices that swing.
SMOOTHING = 0.5
CLOSE = 0.05
ROUNDS = 400
# Rounds end as well where, after so many, the last ones lowered the cost by less than this share.
ENOUGH, LAST, STALLED = 40, 20, 0.001
# Lines taken by more than this share may be given several at a time, to at most this share of the people.
SURE, AT_ONCE = 0.7, 0.2
ROUNDS_OF_DIVE = 4
# So many people are left to the whole program at the end of a dive, for so many seconds.
LEFT, WHOLE_SECONDS = 8, 1.5
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Step:
    """What a step brought. bound: no roster costs less. roster: one to look at; not yet counted by the checker.
    people: whose lines were sought, and are meant in the roster; None for everybody's.
    """

    bound: int = 0
    roster: Roster | None = None
    people: list[int] | None = None


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
        found = float(prices @ master.rows.required) + sum(one.bound for one in priced)
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

    promising: each person's lines as they were known before the dive, the cheapest at the last prices first.
    """

    def __init__(self, pricing: Pricing, roster: Roster) -> None:
        self.pricing = pricing
        self.people = list(range(len(pricing.problem.people)))
        self.master = Master(pricing.costs, pricing.rows, self.people)
        self.master.add(enumerate(roster))
        self.promising: dict[int, list[Line]] = {}

    def steps(self) -> Iterator[Step]:
        """Each step takes a fraction of a second for the usual sizes."""
        yield from self._rounds()
        self.promising = self.master.promising()
        yield from self._dive()

    def _rounds(self) -> Iterator[Step]:
        costs: list[float] = []
        for one in rounds(self.pricing, self.master):
            yield Step(bound=self._whole(one.bound))
            costs.append(one.taken.cost)
            if len(costs) > ENOUGH and costs[-LAST] - costs[-1] < STALLED * costs[-1]:
                return

    def _dive(self) -> Iterator[Step]:
        taken = self.master.solve()
        free, roster = set(self.people), np.full((len(self.people), self.pricing.problem.days), OFF, dtype=np.int64)
        while len(free) > LEFT:
            for column in self._surest(taken, free):
                self.master.give(column)
                roster[self.master.person[column]] = self.master.lines[column]
                free.discard(self.master.person[column])
            taken = self.master.solve()
            for _round in range(ROUNDS_OF_DIVE):
                before = taken.cost
                if not self._learn(self.pricing.lines(self.pricing.rounded(taken.prices), sorted(free), count=LINES)):
                    break
                taken = self.master.solve()
                yield Step()
                if before - taken.cost < CLOSE:
                    break
        for column in self.master.best_whole(WHOLE_SECONDS).columns:
            roster[self.master.person[column]] = self.master.lines[column]
            free.discard(self.master.person[column])
        yield Step(roster=None if free else roster)

    def _surest(self, taken: Taken, free: set[int]) -> list[int]:
        """Of the people who are free still, the columns that are taken most; the first alone unless they are sure."""
        best: dict[int, int] = {}
        for column in np.flatnonzero(taken.shares > TINY).tolist():
            person = self.master.person[column]
            if person in free and (person not in best or taken.shares[column] > taken.shares[best[person]]):
                best[person] = column
        order = sorted(best.values(), key=lambda column: -float(taken.shares[column]))
        sure = [column for column in order if taken.shares[column] > SURE]
        return sure[: max(1, int(AT_ONCE * len(self.people)))] or order[:1]

    def _learn(self, priced: list[Priced]) -> int:
        return self.master.add((one.person, line) for one in priced for line in one.lines)

    def _whole(self, bound: float) -> int:
        return max(ceil(bound - TINY), 0) if np.isfinite(bound) else 0
