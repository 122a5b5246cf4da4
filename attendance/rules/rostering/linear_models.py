"""A roster problem as a mixed integer linear program in numpy arrays, and the parts of it that a search frees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.problems import OFF, Contract, Problem, Roster

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

INFINITE = float("inf")


@dataclass(frozen=True)
class Program:
    """Minimise cost·v + offset with row_lower ≤ A·v ≤ row_upper and lower ≤ v ≤ upper, v whole where integer.

    A is given by its entries (row, column, value), sorted by row.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: Mask
    row: Ints
    column: Ints
    value: Floats
    row_lower: Floats
    row_upper: Floats
    offset: float

    def with_fixed(self, free: Mask, values: Floats) -> Program:
        """The program of the free columns, the others at their values; rows without a free column are left out."""
        keep = free[self.column]
        taken = np.bincount(
            self.row[~keep], weights=self.value[~keep] * values[self.column[~keep]], minlength=len(self.row_lower)
        )
        rows = np.unique(self.row[keep])
        places = np.cumsum(free) - 1
        return Program(
            cost=self.cost[free], lower=self.lower[free], upper=self.upper[free], integer=self.integer[free],
            row=np.searchsorted(rows, self.row[keep]), column=places[self.column[keep]], value=self.value[keep],
            row_lower=self.row_lower[rows] - taken[rows], row_upper=self.row_upper[rows] - taken[rows],
            offset=self.offset + float(self.cost[~free] @ values[~free]),
        )  # fmt: skip


class RosterModel:
    """The whole problem as a program.

    Columns: works[person, day, shift]; on[person, day] with the history before day 0; weekend[person, weekend];
    under and over per cover row. Every column but ``works`` follows from ``works``.
    """

    def __init__(self, problem: Problem, *, without: Iterable[tuple[Rule, int]] = (), with_costs: bool = True) -> None:
        """without: rules of people that the program leaves out."""
        self.problem = problem
        self.without = frozenset(without)
        people, days, shifts = len(problem.people), problem.days, len(problem.shifts)
        self.past = int(problem.past.shape[1])
        sizes = (people * days * shifts, people * (self.past + days), people * len(problem.weekends()))
        borders = np.cumsum([0, *sizes, len(problem.cover), len(problem.cover)])
        self.works = np.arange(borders[0], borders[1]).reshape(people, days, shifts)
        self.on = np.arange(borders[1], borders[2]).reshape(people, self.past + days)
        self.weekend = np.arange(borders[2], borders[3]).reshape(people, len(problem.weekends()))
        self.under, self.over = np.arange(borders[3], borders[4]), np.arange(borders[4], borders[5])
        self._rows: list[tuple[Ints, Floats, float, float]] = []
        self.columns = int(borders[5])
        self._add_rows()
        self.program = self._program(with_costs)

    def values(self, roster: Roster) -> Floats:
        """The columns of a roster."""
        found = np.zeros(self.columns)
        person, day = np.nonzero(roster != OFF)
        found[self.works[person, day, roster[person, day]]] = 1
        on = np.concatenate([self.problem.past, roster], axis=1) != OFF
        found[self.on] = on
        for place, days in enumerate(self.problem.weekends()):
            found[self.weekend[:, place]] = on[:, [self.past + day for day in days]].any(axis=1)
        for place, need in enumerate(self.problem.cover):
            spare = int((roster[:, need.day] == need.shift).sum()) - need.required
            found[self.under[place]], found[self.over[place]] = max(-spare, 0), max(spare, 0)
        return found

    def roster(self, values: Floats) -> Roster:
        """The roster of a solution."""
        chosen = values[self.works] > 0.5
        return np.where(chosen.any(axis=2), chosen.argmax(axis=2), OFF).astype(np.int64)

    def free_columns(self, cells: Mask) -> Mask:
        """The columns that may change where the cells (person, day) may."""
        free = np.zeros(self.columns, dtype=np.bool_)
        free[self.works[cells]] = True
        free[self.on[:, self.past :][cells]] = True
        for place, days in enumerate(self.problem.weekends()):
            free[self.weekend[cells[:, list(days)].any(axis=1), place]] = True
        touched: Mask = np.asarray(cells.any(axis=0))
        chosen = np.array([touched[need.day] for need in self.problem.cover], dtype=np.bool_)
        free[self.under[chosen]] = free[self.over[chosen]] = True
        return free

    def _holds(self, rule: Rule, person: int) -> bool:
        return (rule, person) not in self.without

    def _add(self, columns: npt.ArrayLike, values: npt.ArrayLike, lower: float, upper: float) -> None:
        self._rows.append((np.asarray(columns, np.int64).ravel(), np.asarray(values, float).ravel(), lower, upper))

    def _add_rows(self) -> None:
        cliques = _rest_cliques(self.problem)
        for person, someone in enumerate(self.problem.people):
            self._add_days(person)
            self._add_rest(person, cliques)
            self._add_amounts(person, someone.contract)
            self._add_series(person, someone.contract)
            self._add_weekends(person, someone.contract)
        for place, need in enumerate(self.problem.cover):
            columns = [*self.works[:, need.day, need.shift], self.under[place], self.over[place]]
            self._add(columns, [1.0] * len(self.problem.people) + [1, -1], need.required, need.required)

    def _add_days(self, person: int) -> None:
        """on = the sum of the shifts of the day."""
        ones = [1.0] * len(self.problem.shifts) + [-1]
        for day in range(self.problem.days):
            self._add([*self.works[person, day], self.on[person, self.past + day]], ones, 0, 0)

    def _add_rest(self, person: int, cliques: list[tuple[list[int], list[int]]]) -> None:
        if not self._holds(Rule.REST, person):
            return
        for before, after in cliques:
            for day in range(self.problem.days - 1):
                columns = [*self.works[person, day, before], *self.works[person, day + 1, after]]
                self._add(columns, np.ones(len(columns)), -INFINITE, 1)

    def _add_amounts(self, person: int, contract: Contract) -> None:
        works = self.works[person]
        for shift, limit in enumerate(contract.max_shifts):
            if limit is not None and 0 < limit < self.problem.days and self._holds(Rule.MAX_SHIFTS, person):
                self._add(works[:, shift], np.ones(self.problem.days), -INFINITE, limit)
        least = contract.min_minutes if self._holds(Rule.MIN_MINUTES, person) else -INFINITE
        most = contract.max_minutes if self._holds(Rule.MAX_MINUTES, person) else INFINITE
        self._add(works, np.tile(self.problem.minutes, self.problem.days), least, most)

    def _add_series(self, person: int, contract: Contract) -> None:
        """Rows of days that lie wholly in the history are facts: only what reaches into the period is asked."""
        on, past = self.on[person], self.past
        if self._holds(Rule.MAX_ON, person):
            for end in range(max(past, contract.max_on) + 1, len(on) + 1):
                columns = on[end - contract.max_on - 1 : end]
                self._add(columns, np.ones(len(columns)), -INFINITE, contract.max_on)
        if self._holds(Rule.MIN_ON, person):
            self._add_shortest(on, contract.min_on, 1.0)
        if self._holds(Rule.MIN_OFF, person):
            self._add_shortest(on, contract.min_off, -1.0)

    def _add_shortest(self, on: Ints, shortest: int, sign: float) -> None:
        """Who starts a row on a day is in it for so many days: s·on[d+j] ≥ s·(on[d] − on[d−1]), s = −1 for free days.

        For free days, 1 − on stands for on: 1 − on[d+j] ≥ on[d−1] − on[d].
        """
        lower = 0.0 if sign > 0 else -1.0
        for day in range(1, len(on)):
            for later in range(day + 1, min(day + shortest, len(on))):
                if later >= self.past:
                    columns, values = [on[later], on[day], on[day - 1]], [sign, -sign, sign]
                    self._add(columns, values, lower, INFINITE)

    def _add_weekends(self, person: int, contract: Contract) -> None:
        limit = contract.max_weekends
        if limit is None or not self._holds(Rule.MAX_WEEKENDS, person):
            return
        for place, days in enumerate(self.problem.weekends()):
            for day in days:
                columns = [self.weekend[person, place], self.on[person, self.past + day]]
                self._add(columns, [1.0, -1.0], 0, INFINITE)
        self._add(self.weekend[person], np.ones(self.weekend.shape[1]), -INFINITE, limit)

    def _program(self, with_costs: bool) -> Program:
        lower, upper = self._bounds()
        cost, offset = self._costs() if with_costs else (np.zeros(self.columns), 0.0)
        integer = np.ones(self.columns, dtype=np.bool_)
        integer[self.under] = integer[self.over] = False
        lengths = [len(columns) for columns, _values, _lower, _upper in self._rows]
        return Program(
            cost=cost, lower=lower, upper=upper, integer=integer,
            row=np.repeat(np.arange(len(lengths)), lengths),
            column=np.concatenate([row[0] for row in self._rows]), value=np.concatenate([row[1] for row in self._rows]),
            row_lower=np.array([row[2] for row in self._rows]), row_upper=np.array([row[3] for row in self._rows]),
            offset=offset,
        )  # fmt: skip

    def _bounds(self) -> tuple[Floats, Floats]:
        """Free days, skills, fixed days, the history and the rest after it are bounds of single columns."""
        lower, upper = np.zeros(self.columns), np.ones(self.columns)
        upper[self.under] = upper[self.over] = len(self.problem.people) + max(
            (need.required for need in self.problem.cover), default=0
        )
        lower[self.on[:, : self.past]] = upper[self.on[:, : self.past]] = self.problem.past != OFF
        for person in range(len(self.problem.people)):
            self._bound_person(person, lower, upper)
        return lower, upper

    def _bound_person(self, person: int, lower: Floats, upper: Floats) -> None:
        someone, works = self.problem.people[person], self.works[person]
        for shift, kind in enumerate(self.problem.shifts):
            unable = self._holds(Rule.SKILLS, person) and not kind.skills <= someone.skills
            never = someone.contract.max_shifts[shift] == 0 and self._holds(Rule.MAX_SHIFTS, person)
            if unable or never:
                upper[works[:, shift]] = 0
        for day, shift in someone.unable if self._holds(Rule.SKILLS, person) else ():
            upper[works[day, shift]] = 0
        if self._holds(Rule.DAYS_OFF, person):
            upper[works[sorted(someone.days_off)]] = 0
        if self.past and self._holds(Rule.REST, person) and self.problem.past[person, -1] != OFF:
            upper[works[0, sorted(self.problem.shifts[self.problem.past[person, -1]].forbidden_next)]] = 0
        for day, shift in someone.fixed.items() if self._holds(Rule.FIXED, person) else ():
            others = [place for place in range(len(self.problem.shifts)) if place != shift]
            upper[works[day, others]] = 0
            if shift != OFF:
                lower[works[day, shift]] = 1

    def _costs(self) -> tuple[Floats, float]:
        cost, offset = np.zeros(self.columns), 0.0
        for one in self.problem.requests:
            cost[self.works[one.person, one.day, one.shift]] += -one.weight if one.wanted else one.weight
            offset += one.weight if one.wanted else 0
        cost[self.under] = [need.under_weight for need in self.problem.cover]
        cost[self.over] = [need.over_weight for need in self.problem.cover]
        if self.problem.current is not None and self.problem.change_weight:
            offset += self._add_change_costs(self.problem.current, self.problem.change_weight, cost)
        return cost, offset

    def _add_change_costs(self, current: Roster, weight: int, cost: Floats) -> float:
        """A cell that was free costs where it is worked; one that was worked, unless it keeps its shift."""
        person, day = np.nonzero(current != OFF)
        cost[self.works[person, day, current[person, day]]] -= weight
        was_free = np.nonzero(current == OFF)
        cost[self.on[was_free[0], self.past + was_free[1]]] += weight
        return float(weight * len(person))


def _rest_cliques(problem: Problem) -> list[tuple[list[int], list[int]]]:
    """Sets (before, after) of shifts of which a person has at most one on two days in a row, as large as they get."""
    found = []
    for after in {shift.forbidden_next for shift in problem.shifts if shift.forbidden_next}:
        before = [place for place, shift in enumerate(problem.shifts) if after <= shift.forbidden_next]
        found.append((before, sorted(after)))
    return found
