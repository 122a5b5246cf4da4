"""From shares of lines to whole ones: who is surest takes a line, the others are priced anew, until all have one."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from attendance.rules.rostering.line_tables import Line
from attendance.rules.rostering.masters import Master, Taken
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.steps import Step

# Lines taken by more than this share may be given several at a time, to at most this share of the people.
SURE, AT_ONCE = 0.7, 0.2
# Lines added per person and round, rounds between two people, and lines per person that are kept.
LINES, ROUNDS, KEPT = 4, 30, 50
# Rounds end where the program is as cheap as before, or could not become cheaper, by as much.
CLOSE = 0.3
# So many people are left to the whole program at the end, for so many seconds.
LEFT, WHOLE_SECONDS = 3, 1.5
TINY = 1e-6


def dive(pricing: Pricing, master: Master, *, below: float = np.inf) -> Generator[Step, None, dict[int, Line]]:
    """Everybody's line; nothing where the program does not stay below a cost. The master cannot be used afterwards.

    Each step takes a fraction of a second for the usual sizes.
    """
    taken, free = master.solve(), set(master.people)
    least = taken.cost
    while len(free) > LEFT:
        columns = _surest(master, taken, free)
        free -= {master.person[column] for column in columns}
        taken = master.settle(columns, KEPT * len(free))
        yield Step()
        for _round in range(ROUNDS):
            if taken.cost < least + CLOSE or not _better(pricing, master, taken, free):
                break
            taken = master.solve()
            yield Step()
        if taken.cost >= below:
            return {}
    whole = master.best_whole(WHOLE_SECONDS)
    if whole.cost >= below:
        return {}
    return {master.person[column]: master.lines[column] for column in whole.columns}


def _better(pricing: Pricing, master: Master, taken: Taken, people: set[int]) -> bool:
    """Add these people's cheapest lines; whether the program could become cheaper by them."""
    priced = pricing.lines(pricing.rounded(taken.prices), sorted(people), count=LINES)
    saving = master.saving(taken, [(one.person, one.lines[0]) for one in priced if one.lines])
    return master.add((one.person, line) for one in priced for line in one.lines) > 0 and saving >= CLOSE


def _surest(master: Master, taken: Taken, free: set[int]) -> list[int]:
    """Of the people who are free still, the columns that are taken most; the first alone unless they are sure."""
    best: dict[int, int] = {}
    for column in np.flatnonzero(taken.shares > TINY).tolist():
        person = master.person[column]
        if person in free and (person not in best or taken.shares[column] > taken.shares[best[person]]):
            best[person] = column
    order = sorted(best.values(), key=lambda column: -float(taken.shares[column]))
    sure = [column for column in order if taken.shares[column] > SURE]
    return sure[: max(1, min(int(AT_ONCE * len(master.people)), len(free) - LEFT))] or order[:1]
