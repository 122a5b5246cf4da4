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
    begins, so that the limit is the last value; least: per person, no line that ends below it is lawful. kind: of
    shifts, that is counted. minutes: what one more adds to the minutes of the line.
    """

    name: str
    size: int
    start: tuple[int, ...]
    least: tuple[int, ...]
    kind: int = OFF
    minutes: int = 0


def limited_shifts(problem: Problem, person: int) -> list[int]:
    """Shifts whose limit a line could break, the lowest limit first."""
    contract = problem.people[person].contract
    limits = []
    for shift, limit in enumerate(contract.max_shifts):
        minutes = problem.shifts[shift].minutes
        most = min(problem.days, contract.max_minutes // minutes) if minutes else problem.days
        if limit and limit < most and problem.may_work(person, shift):
            limits.append((limit, shift))
    return [shift for _limit, shift in sorted(limits)]


def workable(problem: Problem, person: int) -> list[int]:
    """The shifts that the person's tables know: those of the line, and the one just before day 0."""
    last, shifts = problem.past[person, -1:].tolist(), range(len(problem.shifts))
    return [shift for shift in shifts if shift in last or problem.may_work(person, shift)] or list(shifts)


def kinds_of(problem: Problem, shifts: Sequence[int], counted: Sequence[int]) -> list[list[int]]:
    """Shifts of the same minutes that the same may come before and after are one kind; counted ones are alone."""
    kinds: dict[object, list[int]] = {}
    for shift in shifts:
        asked = problem.shifts[shift]
        not_after = tuple(shift in before.forbidden_next for before in problem.shifts)
        alone = shift if shift in counted else OFF
        kinds.setdefault((alone, asked.minutes, asked.forbidden_next, not_after), []).append(shift)
    return list(kinds.values())


class LineForm:
    """What the tables of people whose contracts have the same form have in common.

    counted: the limited shifts that the tables count; limits of others are left to the caller. kinds: the shifts of
    each kind; the tables tell kinds apart, not shifts.
    """

    def __init__(self, problem: Problem, people: Sequence[int], counted: Sequence[int]) -> None:
        self.problem, self.people, self.counted = problem, list(people), list(counted)
        self.contracts = [problem.people[person].contract for person in people]
        first = self.contracts[0]
        shifts = sorted({shift for person in people for shift in workable(problem, person)})
        self.days, self.kinds = problem.days, kinds_of(problem, shifts, counted)
        self.kind_of = np.zeros(len(problem.shifts) + 1, dtype=np.int64)
        self.kind_of[OFF] = OFF
        for place, kind in enumerate(self.kinds):
            self.kind_of[kind] = place
        self.past = self.kind_of[problem.past[self.people]]
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
        return (len(self.kinds) * (self.lengths + self.exempt) + self.min_off) * int(
            np.prod(self.sizes, dtype=np.int64)
        )

    @cached_property
    def unit(self) -> int:
        """Minutes are counted in these; where all shifts but the counted have the same minutes, days are."""
        return self._common or gcd(*self._minutes) or 1

    @cached_property
    def units(self) -> list[int]:
        return [1 if self._common else minutes // self.unit for minutes in self._minutes]

    @cached_property
    def _minutes(self) -> list[int]:
        """Of each kind."""
        return [self.problem.shifts[kind[0]].minutes for kind in self.kinds]

    @cached_property
    def _common(self) -> int:
        """The minutes of all kinds but the counted, 0 where they differ."""
        found = {self.problem.shifts[kind[0]].minutes for kind in self.kinds if kind[0] not in self.counted}
        return found.pop() if len(found) == 1 else 0

    def _beyond(self, shift: int) -> int:
        """The minutes of a counted shift that its units do not tell."""
        return self.problem.shifts[shift].minutes - self._common if self._common else 0

    def most_on(self, days: int) -> int:
        """How many of so many days in a row can be worked at most."""
        if not self.bounded:
            return days
        whole, rest = divmod(days, self.max_on + self.min_off)
        return whole * self.max_on + min(rest, self.max_on)

    @cached_property
    def before(self) -> list[list[int]]:
        """Per kind those that may be on the day before it."""
        first = [kind[0] for kind in self.kinds]
        return [
            [place for place, one in enumerate(first) if shift not in self.problem.shifts[one].forbidden_next]
            for shift in first
        ]

    def weekday(self, day: int) -> int:
        return (day + self.problem.first_weekday) % WEEK

    def _weekend_amount(self) -> Iterator[Amount]:
        limits = [one.max_weekends for one in self.contracts]
        total = len(self.problem.weekends())
        if any(limit is not None and limit < total for limit in limits):
            known = [total if limit is None else min(limit, total) for limit in limits]
            yield _amount("weekends", known, [0] * len(known))

    def _limits(self, shift: int) -> list[int]:
        """How often each person may have the shift."""
        given = [one.max_shifts[shift] for one in self.contracts]
        return [self.days if limit is None else min(limit, self.days) for limit in given]

    def _shift_amount(self, shift: int) -> Amount:
        limits = self._limits(shift)
        return _amount("shift", limits, [0] * len(limits), kind=int(self.kind_of[shift]), minutes=self._beyond(shift))

    def _minute_amount(self) -> Iterator[Amount]:
        """The counted shifts' minutes beyond the units may save or cost units, so the limits leave room for them."""
        beyond = np.zeros((2, len(self.people)), dtype=np.int64)
        for shift in self.counted:
            beyond[int(self._beyond(shift) > 0)] += self._beyond(shift) * np.array(self._limits(shift), dtype=np.int64)
        most_units = self.most_on(self.days) * max(self.units, default=0)
        most = [
            min((one.max_minutes - int(less)) // self.unit, most_units) for one, less in zip(self.contracts, beyond[0])
        ]
        least = [max(-((int(more) - one.min_minutes) // self.unit), 0) for one, more in zip(self.contracts, beyond[1])]
        if any(least) or min(most) < most_units or beyond.any():
            yield _amount("minutes", most, least, minutes=self.unit)


def _amount(name: str, limits: Sequence[int], least: Sequence[int], *, kind: int = OFF, minutes: int = 0) -> Amount:
    top = max(max(limits), 0)
    start = tuple(top - limit for limit in limits)
    return Amount(name, top + 1, start, tuple(begin + low for begin, low in zip(start, least)), kind, minutes)
