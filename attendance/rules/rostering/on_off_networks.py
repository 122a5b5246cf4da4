"""One person's rows of working and free days as paths through a network.

A path runs from day 0 to the last: blocks of working days, each followed by the shortest free row, then any number of
further free days. Paths are exactly the lawful rows, which bounds far better than a condition per day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows of working days are min_on to max_on long, of free days at least min_off; all at least 1."""

    max_on: int
    min_on: int
    min_off: int


@dataclass(frozen=True, slots=True)
class Arc:
    """A step of a path from node to node. [first, end): the days worked on it; [since, until]: the days that decide
    whether a roster uses it.
    """

    tail: str
    head: str
    first: int
    end: int
    since: int
    until: int


class Network:
    """The paths over so many days, after what was worked before: past, True for worked, the last just before day 0."""

    source = "source"
    # Where paths end: after a working day, after a free one.
    sinks = ("worked", "rested")

    def __init__(self, days: int, limits: Limits, past: Sequence[bool]) -> None:
        self.days, self.limits = days, limits
        self.past_on, self.past_length, self.past_whole = _last_row(past)
        self.arcs = [*self._begin(), *self._blocks(), *self._free_days()]
        reach = np.array([(arc.since, arc.until) for arc in self.arcs], dtype=np.int64)
        self.reach = reach[:, 0], reach[:, 1]
        self._places = {(arc.tail, arc.head): place for place, arc in enumerate(self.arcs)}

    def nodes(self) -> dict[str, int]:
        """The nodes between source and sink, numbered, and the source as the last."""
        names = {name for arc in self.arcs for name in (arc.tail, arc.head)} - {self.source, *self.sinks}
        return {name: number for number, name in enumerate([*sorted(names), self.source])}

    def path(self, on: Sequence[bool]) -> Iterator[int]:
        """The places of the arcs that these days use, as far as the network has them."""
        node, day = self.source, 0
        for working, group in groupby(on):
            end = day + sum(1 for _ in group)
            for head in self._heads(node, working, day, end):
                place = self._places.get((node, head))
                if place is not None:
                    yield place
                node = head
            day = end

    def _heads(self, node: str, working: bool, day: int, end: int) -> Iterator[str]:
        """The nodes that a row of days [day, end) leads through."""
        if working:
            if node == self.source and not self.past_on and self._ready == 0 and self.past_length:
                yield self._free(0)
            yield self._ended(end)
            return
        if node == self.source and self.past_on:
            yield self._ended(0)
        ready = self._ready if node == self.source and not self.past_on else day + self.limits.min_off
        for one in range(ready, max(end, ready) + 1):
            yield self._free(one)

    def _begin(self) -> Iterator[Arc]:
        """From what was before: going on working, or free already."""
        longest = self.limits.max_on - self.past_length if self.past_on else self.limits.max_on
        shortest = 0 if self.past_whole else max(self.limits.min_on - self.past_length, 0)
        if self.past_on:
            for end in range(self.days + 1):
                long_enough = shortest <= end or end == self.days
                if long_enough and end <= max(longest, 0):
                    yield Arc(self.source, self._ended(end), 0, end, 0, min(end, self.days - 1))
            return
        yield Arc(self.source, self._free(self._ready), 0, 0, 0, min(self._ready, self.days - 1))
        if not self.past_length:
            for end in range(1, min(longest, self.days) + 1):
                yield Arc(self.source, self._ended(end), 0, end, 0, min(end, self.days - 1))

    @property
    def _ready(self) -> int:
        """The first day on which somebody who was free before may work."""
        return 0 if self.past_whole else max(self.limits.min_off - self.past_length, 0)

    def _blocks(self) -> Iterator[Arc]:
        for first in range(self.days):
            for end in range(first + 1, min(first + self.limits.max_on, self.days) + 1):
                if end == self.days or end - first >= self.limits.min_on:
                    yield Arc(
                        self._free(first), self._ended(end), first, end, max(first - 1, 0), min(end, self.days - 1)
                    )

    def _free_days(self) -> Iterator[Arc]:
        for day in range(self.days):
            rest = day + self.limits.min_off
            yield Arc(self._ended(day), self._free(rest), 0, 0, max(day - 1, 0), day)
            yield Arc(self._free(day), self._free(day + 1), 0, 0, max(day - self.limits.min_off, 0), day)

    def _ended(self, day: int) -> str:
        """Worked until the day before, free on this one."""
        return f"ended {day}" if day < self.days else self.sinks[0]

    def _free(self, day: int) -> str:
        """Free long enough to work again from this day on."""
        return f"free {day}" if day < self.days else self.sinks[1]


def _last_row(past: Sequence[bool]) -> tuple[bool, int, bool]:
    """Whether it was worked, how long it is, and whether it goes back to the beginning of what is known."""
    if not past:
        return False, 0, True
    length = next((back for back, on in enumerate(reversed(past)) if on != past[-1]), len(past))
    return past[-1], length, length == len(past)
