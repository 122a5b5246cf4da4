"""Which known line each person takes: the linear program over lines, its prices, and its best whole answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.line_costs import CoverRows, LineCosts
from attendance.rules.rostering.line_tables import Line

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

INFINITE = float("inf")
PRIMAL_SIMPLEX, DUAL_SIMPLEX = 4, 1
# Costs are whole numbers: a bound that is above best - 1 proves best.
WHOLE_STEP = 0.999
SLACK = 1e-4


@dataclass(frozen=True, slots=True)
class Taken:
    """cost: the least with the lines known. prices: what one more person on each cover row is worth. shares: how far
    each line is taken; a person's add up to one.
    """

    cost: float
    prices: Floats
    shares: Floats


@dataclass(frozen=True, slots=True)
class Whole:
    """cost: infinite where nothing was found. columns: the lines taken. proven: no known lines cost less."""

    cost: float
    columns: list[int]
    proven: bool


class Master:
    """Minimise the lines' costs and what cover is missed by, everybody taking lines that add up to one."""

    def __init__(self, costs: LineCosts, rows: CoverRows, people: Sequence[int]) -> None:
        self.costs, self.rows, self.people = costs, rows, list(people)
        self.person: list[int] = []
        self.lines: list[Line] = []
        self._place = {person: place for place, person in enumerate(people)}
        self._known: set[tuple[int, bytes]] = set()
        self._first = 2 * len(rows.required)
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the library leaves it unannotated
        self._set(output_flag=False, threads=1, presolve="off", solver="simplex", simplex_strategy=PRIMAL_SIMPLEX)
        self._solver.passModel(self._without_lines())

    def add(self, lines: Iterable[tuple[int, Line]]) -> int:
        """Make lines of people known; how many were not yet."""
        entries: list[Ints] = []
        costs: list[float] = []
        for person, line in lines:
            key = person, line.tobytes()
            if key not in self._known:
                self._known.add(key)
                self.person.append(person)
                self.lines.append(line)
                costs.append(self.costs.of_line(person, line))
                entries.append(np.append(self.rows.met_by(line), len(self.rows.required) + self._place[person]))
        if entries:
            starts = np.cumsum([0, *map(len, entries)])
            self._solver.addCols(
                len(costs), np.array(costs), np.zeros(len(costs)), np.full(len(costs), INFINITE), int(starts[-1]),
                starts[:-1].astype(np.int32), np.concatenate(entries).astype(np.int32), np.ones(int(starts[-1])),
            )  # fmt: skip
        return len(entries)

    def solve(self) -> Taken:
        self._solver.run()
        solution, count = self._solver.getSolution(), len(self.rows.required)
        shares = np.array(solution.col_value)[self._first :]
        return Taken(
            float(self._solver.getInfo().objective_function_value), np.array(solution.row_dual)[:count], shares
        )

    def promising(self) -> dict[int, list[Line]]:
        """Each person's lines, the cheapest at the prices of the last solution first."""
        found: dict[int, list[Line]] = {person: [] for person in self.people}
        for column in np.argsort(np.array(self._solver.getSolution().col_dual)[self._first :], kind="stable").tolist():
            found[self.person[column]].append(self.lines[column])
        return found

    def give(self, column: int) -> None:
        """Have the column's person take that line and no other."""
        theirs = np.flatnonzero(np.array(self.person) == self.person[column])
        self._leave_out(theirs[theirs != column])

    def best_whole(self, seconds: float, *, standing: Sequence[int] = (), cost: float = INFINITE) -> Whole:
        """The best answer found in which everybody takes one line. standing: columns of an answer to begin with, and
        its cost, where the program has been solved: lines that are too dear for a better one are left out. Nothing else
        can be asked afterwards.
        """
        if standing:
            self._leave_out(self._dearer(cost))
            values = self._values(standing)
            self._solver.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)
        columns = np.arange(self._first, self._first + len(self.lines), dtype=np.int32)
        self._solver.changeColsIntegrality(len(columns), columns, np.ones(len(columns), dtype=np.uint8))
        self._set(presolve="choose", solver="choose", simplex_strategy=DUAL_SIMPLEX, mip_rel_gap=0.0,
                  mip_abs_gap=WHOLE_STEP, time_limit=seconds)  # fmt: skip
        self._solver.run()
        info = self._solver.getInfo()
        proven = self._solver.getModelStatus() != highspy.HighsModelStatus.kTimeLimit
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Whole(INFINITE, [], proven)
        taken = np.array(self._solver.getSolution().col_value)[self._first :] > 0.5
        return Whole(float(info.objective_function_value), np.flatnonzero(taken).tolist(), proven)

    def _dearer(self, cost: float) -> Ints:
        """Lines that are in no answer that costs as much at most."""
        info, solution = self._solver.getInfo(), self._solver.getSolution()
        spare = cost - float(info.objective_function_value)
        return np.flatnonzero(np.array(solution.col_dual)[self._first :] > spare + SLACK)

    def _values(self, columns: Sequence[int]) -> Floats:
        """All columns of the answer that takes these lines."""
        met = sum((self.lines[one][self.rows.day] == self.rows.shift for one in columns), np.zeros(len(self.rows.day)))
        taken = np.zeros(len(self.lines))
        taken[list(columns)] = 1
        spare = met - self.rows.required
        return np.concatenate([np.maximum(-spare, 0), np.maximum(spare, 0), taken])

    def _leave_out(self, columns: Ints) -> None:
        places = (columns + self._first).astype(np.int32)
        self._solver.changeColsBounds(len(places), places, np.zeros(len(places)), np.zeros(len(places)))

    def _set(self, **options: bool | float | str) -> None:
        for name, value in options.items():
            self._solver.setOptionValue(name, value)

    def _without_lines(self) -> highspy.HighsLp:
        """The rows, and for each cover row a column of people missing and one of people too many."""
        count, people = len(self.rows.required), len(self.people)
        given = highspy.HighsLp()
        given.num_col_, given.num_row_ = 2 * count, count + people
        given.col_cost_ = np.concatenate([self.rows.under, self.rows.over])
        given.col_lower_, given.col_upper_ = np.zeros(2 * count), np.full(2 * count, INFINITE)
        given.row_lower_ = given.row_upper_ = np.concatenate([self.rows.required, np.ones(people)])
        given.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        given.a_matrix_.start_ = np.arange(2 * count + 1, dtype=np.int32)
        given.a_matrix_.index_ = np.tile(np.arange(count, dtype=np.int32), 2)
        given.a_matrix_.value_ = np.repeat([1.0, -1.0], count)
        return given
