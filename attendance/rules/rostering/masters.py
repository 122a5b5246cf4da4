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


@dataclass(frozen=True, slots=True)
class Taken:
    """cost: the least with the lines known. prices: what one more person on each cover row is worth. values: by
    person, what a line has to be below at these prices to make it cheaper. shares: how far each line is taken; a
    person's add up to one. missing: the part of the cost that is for people missing.
    """

    cost: float
    prices: Floats
    values: dict[int, float]
    shares: Floats
    missing: float


@dataclass(frozen=True, slots=True)
class Whole:
    """cost: infinite where nothing was found. columns: the lines taken."""

    cost: float
    columns: list[int]


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
        taken, duals = np.array(solution.col_value), np.array(solution.row_dual)
        return Taken(
            float(self._solver.getInfo().objective_function_value),
            duals[:count],
            dict(zip(self.people, duals[count:].tolist())),
            taken[self._first :],
            float(self.rows.under @ taken[:count]),
        )

    def learn_missing(self) -> None:
        """Take over what the rows have learnt to be missing at least."""
        self._solver.changeRowBounds(len(self.rows.required) + len(self.people), self.rows.missing, INFINITE)

    def promising(self) -> dict[int, list[Line]]:
        """Each person's lines, the cheapest at the prices of the last solution first."""
        found: dict[int, list[Line]] = {person: [] for person in self.people}
        for column in np.argsort(np.array(self._solver.getSolution().col_dual)[self._first :], kind="stable").tolist():
            found[self.person[column]].append(self.lines[column])
        return found

    def saving(self, taken: Taken, lines: Iterable[tuple[int, Line]]) -> float:
        """How much cheaper the program could become at most where these are the people's cheapest lines."""
        found = 0.0
        for person, line in lines:
            value = self.costs.of_line(person, line) - taken.prices[self.rows.met_by(line)].sum()
            found += max(taken.values[person] - value, 0)
        return found

    def settle(self, columns: Sequence[int], most: int) -> Taken:
        """Have the columns' people take these lines and no others, and forget lines that nobody can take any more, and
        of the others all but so many, the cheapest.
        """
        for column in columns:
            theirs = np.flatnonzero(np.array(self.person) == self.person[column])
            self._leave_out(theirs[theirs != column])
        # Lines left out spoil the answer, not the prices; lines added the other way round.
        self._set(simplex_strategy=DUAL_SIMPLEX)
        self._solver.run()
        self._set(simplex_strategy=PRIMAL_SIMPLEX)
        self._forget(most)
        return self.solve()

    def best_whole(self, seconds: float) -> Whole:
        """The best answer found in which everybody takes one line. Nothing else can be asked afterwards."""
        columns = np.arange(self._first, self._first + len(self.lines), dtype=np.int32)
        self._solver.changeColsIntegrality(len(columns), columns, np.ones(len(columns), dtype=np.uint8))
        self._set(presolve="choose", solver="choose", simplex_strategy=DUAL_SIMPLEX, mip_rel_gap=0.0,
                  mip_abs_gap=WHOLE_STEP, time_limit=seconds)  # fmt: skip
        self._solver.run()
        info = self._solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Whole(INFINITE, [])
        taken = np.array(self._solver.getSolution().col_value)[self._first :] > 0.5
        return Whole(float(info.objective_function_value), np.flatnonzero(taken).tolist())

    def _forget(self, most: int) -> None:
        """Lines that the last answer rests on stay."""
        basis, first = self._solver.getBasis().col_status, self._first
        needed = np.array([one == highspy.HighsBasisStatus.kBasic for one in basis])[first:]
        left_out = np.array(self._solver.getLp().col_upper_)[first:] == 0
        order = np.lexsort((np.array(self._solver.getSolution().col_dual)[first:], left_out, ~needed))
        gone = np.sort(order[max(most, int(needed.sum())) :])
        if not len(gone):
            return
        self._solver.deleteCols(len(gone), (gone + first).astype(np.int32))
        for place in gone[::-1].tolist():
            self._known.discard((self.person.pop(place), self.lines.pop(place).tobytes()))

    def _leave_out(self, columns: Ints) -> None:
        places = (columns + self._first).astype(np.int32)
        self._solver.changeColsBounds(len(places), places, np.zeros(len(places)), np.zeros(len(places)))

    def _set(self, **options: bool | float | str) -> None:
        for name, value in options.items():
            self._solver.setOptionValue(name, value)

    def _without_lines(self) -> highspy.HighsLp:
        """The rows, and for each cover row a column of people missing and one of people too many; the last row is for
        what people missing cost at least.
        """
        count, people = len(self.rows.required), len(self.people)
        given = highspy.HighsLp()
        given.num_col_, given.num_row_ = 2 * count, count + people + 1
        given.col_cost_ = np.concatenate([self.rows.under, self.rows.over])
        given.col_lower_, given.col_upper_ = np.zeros(2 * count), np.full(2 * count, INFINITE)
        exact = np.concatenate([self.rows.required, np.ones(people)])
        given.row_lower_, given.row_upper_ = np.append(exact, self.rows.missing), np.append(exact, INFINITE)
        row = np.arange(count, dtype=np.int32)
        given.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        given.a_matrix_.start_ = np.concatenate([2 * row, 2 * count + np.append(row, count)]).astype(np.int32)
        given.a_matrix_.index_ = np.append(np.stack([row, np.full_like(row, count + people)], axis=1).ravel(), row)
        given.a_matrix_.value_ = np.append(np.stack([np.ones(count), self.rows.under], axis=1).ravel(), -np.ones(count))
        return given
