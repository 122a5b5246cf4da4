"""A roster problem as a mixed integer linear program in numpy arrays, and the parts of it that a search frees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.on_off_networks import Limits, Network
from attendance.rules.rostering.problems import OFF, Contract, Problem, Roster

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

INFINITE = float("inf")
# Longer than any history.
WITHOUT_END = 10_000


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

    Columns: works[person, day, shift]; on[person, day]; under and over per cover row; and per person the arcs of the
    network of rows, from arcs_from[person] on. Every column but ``works`` follows from ``works``.
    """

    def __init__(self, problem: Problem, *, without: Iterable[tuple[Rule, int]] = (), with_costs: bool = True) -> None:
        """without: rules of people that the program leaves out."""
        self.problem = problem
        self.without = frozenset(without)
        people, days, shifts = len(problem.people), problem.days, len(problem.shifts)
        sizes = (people * days * shifts, people * days, len(problem.cover), len(problem.cover))
        borders = np.cumsum([0, *sizes])
        self.works = np.arange(borders[0], borders[1]).reshape(people, days, shifts)
        self.on = np.arange(borders[1], borders[2]).reshape(people, days)
        self.under, self.over = np.arange(borders[2], borders[3]), np.arange(borders[3], borders[4])
        self._cover_days = np.array([need.day for need in problem.cover], dtype=np.int64)
        self._known: dict[tuple[Limits, tuple[bool, ...]], Network] = {}
        self.networks = [self._network(person) for person in range(people)]
        self.arcs_from = borders[4] + np.cumsum([0, *(len(network.arcs) for network in self.networks)])
        self.columns = int(self.arcs_from[-1])
        self._rows: list[tuple[Ints, Floats, float, float]] = []
        self._add_rows()
        self.program = self._program(with_costs)

    def values(self, roster: Roster) -> Floats:
        """The columns of a roster."""
        found = np.zeros(self.columns)
        person, day = np.nonzero(roster != OFF)
        found[self.works[person, day, roster[person, day]]] = 1
        found[self.on] = roster != OFF
        for place, (network, line) in enumerate(zip(self.networks, (roster != OFF).tolist())):
            found[[self.arcs_from[place] + arc for arc in network.path(line)]] = 1
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
        free[self.works[cells]] = free[self.on[cells]] = True
        by_day: Mask = np.asarray(cells.any(axis=0))
        touched = by_day[self._cover_days]
        free[self.under[touched]] = free[self.over[touched]] = True
        sums = np.concatenate([np.zeros((len(cells), 1), dtype=np.int64), cells.cumsum(axis=1)], axis=1)
        for person in np.flatnonzero(cells.any(axis=1)).tolist():
            since, until = self.networks[person].reach
            free[self.arcs_from[person] : self.arcs_from[person + 1]] = sums[person, until + 1] > sums[person, since]
        return free

    def _network(self, person: int) -> Network:
        contract = self.problem.people[person].contract
        limits = Limits(
            max_on=contract.max_on if self._holds(Rule.MAX_ON, person) else self.problem.days + WITHOUT_END,
            min_on=contract.min_on if self._holds(Rule.MIN_ON, person) else 1,
            min_off=contract.min_off if self._holds(Rule.MIN_OFF, person) else 1,
        )
        key = limits, tuple((self.problem.past[person] != OFF).tolist())
        if key not in self._known:
            self._known[key] = Network(self.problem.days, *key)
        return self._known[key]

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
            self._add_paths(person)
            self._add_weekends(person, someone.contract)
        for place, need in enumerate(self.problem.cover):
            columns = [*self.works[:, need.day, need.shift], self.under[place], self.over[place]]
            self._add(columns, [1.0] * len(self.problem.people) + [1, -1], need.required, need.required)

    def _add_days(self, person: int) -> None:
        """on = the sum of the shifts of the day."""
        ones = [1.0] * len(self.problem.shifts) + [-1]
        for day in range(self.problem.days):
            self._add([*self.works[person, day], self.on[person, day]], ones, 0, 0)

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

    def _add_paths(self, person: int) -> None:
        """One path; at every node as much comes as goes; on the days of its blocks the person works."""
        network, base = self.networks[person], int(self.arcs_from[person])
        nodes = network.nodes()
        at: list[list[tuple[int, float]]] = [[] for _ in nodes]
        on: list[list[int]] = [[] for _ in range(self.problem.days)]
        for place, arc in enumerate(network.arcs):
            at[nodes[arc.tail]].append((base + place, 1.0))
            if arc.head in nodes:
                at[nodes[arc.head]].append((base + place, -1.0))
            for day in range(arc.first, arc.end):
                on[day].append(base + place)
        for node, terms in enumerate(at):
            supply = 1.0 if node == nodes[network.source] else 0.0
            self._add([column for column, _sign in terms], [sign for _column, sign in terms], supply, supply)
        for day, columns in enumerate(on):
            self._add([*columns, self.on[person, day]], [1.0] * len(columns) + [-1.0], 0, 0)

    def _add_weekends(self, person: int, contract: Contract) -> None:
        """A block counts each weekend it touches; two blocks never touch the same one."""
        if contract.max_weekends is None or not self._holds(Rule.MAX_WEEKENDS, person):
            return
        weekends, base = self.problem.weekends(), int(self.arcs_from[person])
        touched = [
            (base + place, sum(1 for days in weekends if days[0] < arc.end and arc.first <= days[-1]))
            for place, arc in enumerate(self.networks[person].arcs) if arc.first < arc.end
        ]  # fmt: skip
        terms = [(column, count) for column, count in touched if count]
        self._add([c for c, _ in terms], [float(n) for _, n in terms], -INFINITE, contract.max_weekends)

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
        if self._holds(Rule.DAYS_OFF, person):
            upper[works[sorted(someone.days_off)]] = 0
        if self._holds(Rule.REST, person):
            upper[works[0, sorted(self._forbidden_first(person))]] = 0
        for day, shift in someone.fixed.items() if self._holds(Rule.FIXED, person) else ():
            others = [place for place in range(len(self.problem.shifts)) if place != shift]
            upper[works[day, others]] = 0
            if shift != OFF:
                lower[works[day, shift]] = 1

    def _forbidden_first(self, person: int) -> frozenset[int]:
        """Shifts that the last day before day 0 leaves no rest for."""
        past: list[int] = self.problem.past[person].tolist()
        return self.problem.shifts[past[-1]].forbidden_next if past and past[-1] != OFF else frozenset()

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
        cost[self.on[was_free]] += weight
        return float(weight * len(person))


def _rest_cliques(problem: Problem) -> list[tuple[list[int], list[int]]]:
    """Sets (before, after) of shifts of which a person has at most one on two days in a row, as large as they get."""
    found = []
    for after in {shift.forbidden_next for shift in problem.shifts if shift.forbidden_next}:
        before = [place for place, shift in enumerate(problem.shifts) if after <= shift.forbidden_next]
        found.append((before, sorted(after)))
    return found
