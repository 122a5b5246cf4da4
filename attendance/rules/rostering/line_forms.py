"""What the tables of lines have as states: people whose contracts ask for the same share one form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd

import numpy as np

from attendance.rules.rostering.problems import OFF, WEEK, Problem


@dataclass(frozen=True, slots=True)
class Amount:
    """Something that a line uses up. size: values of the table's axis. start: per person of the group, where the count
    begins, so that the limit is the last value; least: per person, the value to end at or above.
    """

    name: str
    size: int
    start: tuple[int, ...]
    least: tuple[int, ...]
    shift: int = OFF


def limited_shifts(problem: Problem, person: int) -> list[int]:
    """Shifts whose limit a line could break, the lowest limit first."""
    contract = problem.people[person].contract
    limits = []
    for shift, limit in enumerate(contract.max_shifts):
        minutes = problem.shifts[shift].minutes
        most = min(problem.days, contract.max_minutes // minutes) if minutes else problem.days
        if limit and limit < most:
            limits.append((limit, shift))
    return [shift for _limit, shift in sorted(limits)]


class LineForm:
    """What the tables of people whose contracts have the same form have in common.

    counted: the limited shifts that the tables count; limits of others are left to the caller.
    """

    def __init__(self, problem: Problem, people: Sequence[int], counted: Sequence[int]) -> None:
        self.problem, self.people, self.counted = problem, list(people), list(counted)
        self.contracts = [problem.people[person].contract for person in people]
        first = self.contracts[0]
        self.days, self.shifts = problem.days, len(problem.shifts)
        self.past = problem.past[self.people]
        horizon = self.days + int(self.past.shape[1])
        self.min_on: int = min(first.min_on, horizon)
        self.min_off: int = min(first.min_off, horizon)
        self.bounded = first.max_on < horizon
        self.max_on: int = first.max_on if self.bounded else horizon
        self.lengths: int = max(first.max_on, self.min_on) if self.bounded else self.min_on
        self.exempt = self.min_on > 1
        self.amounts = [*self._weekend_amount(), *map(self._shift_amount, self.counted), *self._minute_amount()]
        self.sizes = tuple(amount.size for amount in self.amounts)

    @property
    def states(self) -> int:
        """Cells of one day's table per person."""
        return (self.shifts * (self.lengths + self.exempt) + self.min_off) * int(np.prod(self.sizes, dtype=np.int64))

    @cached_property
    def unit(self) -> int:
        """Minutes are counted in these."""
        return gcd(*(shift.minutes for shift in self.problem.shifts)) or 1

    @cached_property
    def units(self) -> list[int]:
        return [shift.minutes // self.unit for shift in self.problem.shifts]

    def most_on(self, days: int) -> int:
        """How many of so many days in a row can be worked at most."""
        if not self.bounded:
            return days
        whole, rest = divmod(days, self.max_on + self.min_off)
        return whole * self.max_on + min(rest, self.max_on)

    @cached_property
    def before(self) -> list[list[int]]:
        """Per shift those that may be on the day before it."""
        return [
            [one for one in range(self.shifts) if shift not in self.problem.shifts[one].forbidden_next]
            for shift in range(self.shifts)
        ]

    def weekday(self, day: int) -> int:
        return (day + self.problem.first_weekday) % WEEK

    def _weekend_amount(self) -> Iterator[Amount]:
        limits = [one.max_weekends for one in self.contracts]
        total = len(self.problem.weekends())
        if any(limit is not None and limit < total for limit in limits):
            known = [total if limit is None else min(limit, total) for limit in limits]
            yield _amount("weekends", known, [0] * len(known))

    def _shift_amount(self, shift: int) -> Amount:
        given = [one.max_shifts[shift] for one in self.contracts]
        limits = [self.days if limit is None else min(limit, self.days) for limit in given]
        return _amount("shift", limits, [0] * len(limits), shift)

    def _minute_amount(self) -> Iterator[Amount]:
        most_units = self.most_on(self.days) * max(self.units, default=0)
        most = [min(one.max_minutes // self.unit, most_units) for one in self.contracts]
        least = [max(-(-one.min_minutes // self.unit), 0) for one in self.contracts]
        if any(least) or min(most) < most_units:
            yield _amount("minutes", most, least)


def _amount(name: str, limits: Sequence[int], least: Sequence[int], shift: int = OFF) -> Amount:
    top = max(max(limits), 0)
    start = tuple(top - limit for limit in limits)
    return Amount(name, top + 1, start, tuple(begin + low for begin, low in zip(start, least)), shift)
