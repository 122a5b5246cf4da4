"""The search: a lawful roster first, person by person; then whole lines are generated, for a bound and a far better
roster, while parts of what stands are freed and solved again, until time is up.

Every roster that is taken was counted by the checker. Two things are done at a time; the answer of a part is laid over
whatever the best roster has become meanwhile, and taken where that is lawful and no worse; or it is taken by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from attendance.rules.rostering.checker import Evaluation, evaluate
from attendance.rules.rostering.generation import Generation, first_roster
from attendance.rules.rostering.linear_models import Floats, Mask, Program, RosterModel
from attendance.rules.rostering.neighbourhoods import Kind, Neighbourhoods
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.problems import Problem, Roster
from attendance.rules.rostering.regrouping import Regrouping
from attendance.rules.rostering.solvers import Solved, solve
from attendance.rules.rostering.steps import Step, whole_bound

THREADS = 2
# A part's time at least and at most; it grows with each part that brings nothing and falls with each that does.
PART_SECONDS, MOST_PART_SECONDS = 0.7, 8.0
LONGER, SHORTER = 1.1, 0.8
# Costs of every other part are blurred by up to this share, so that answers move about where many cost the same.
NOISE = 0.08
# How much worse than the best a roster may be that the search goes on from; falls to nothing towards the end.
TOLERANCE = 0.02
# Problems of at most so many (person, day, shift) are also given to the solver as a whole, for so long; it may prove
# the best.
SMALL, WHOLE_SECONDS = 1_000, 4.0
POLL_SECONDS = 0.1
PERSON_SECONDS = 1.0
PERSON_GAP = 0.1
INFINITE_GAP = 1e9

Clock = Callable[[], float]


class Infeasible(Exception):
    """One person's own rules contradict each other; ``conflicts.smallest_conflict`` tells which."""

    def __init__(self, person: int) -> None:
        super().__init__(person)
        self.person = person


class OutOfTime(Exception):
    """No lawful roster was found in the time given."""


@dataclass(frozen=True)
class State:
    """Where a search stands, and from where another may go on. bound: no roster costs less. seconds: spent so far;
    first_seconds: until the first lawful roster. sizes: of the parts, as learnt.
    """

    roster: Roster
    evaluation: Evaluation
    bound: int = 0
    seconds: float = 0.0
    first_seconds: float = 0.0
    sizes: dict[str, float] = field(default_factory=dict)

    @property
    def cost(self) -> int:
        return self.evaluation.cost

    @property
    def proven(self) -> bool:
        """Nothing better exists."""
        return self.cost <= self.bound

    @property
    def gap(self) -> float:
        """At most this share of the cost could still be saved."""
        return 0.0 if self.proven else (self.cost - self.bound) / self.cost


@dataclass(frozen=True, slots=True)
class _Task:
    """roster: that the cells are part of."""

    kind: Kind
    roster: Roster
    cells: Mask
    begun: float
    limit: float


class Search:
    """A search for the best roster of one problem. ``run`` may be called again and goes on where it ended.

    clock: seconds, only differences count. on_progress hears of each better roster or bound. stop is asked about ten
    times a second.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        clock: Clock,
        seed: int = 0,
        on_progress: Callable[[State], None] = lambda state: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.problem, self.clock, self.stop, self.on_progress = problem, clock, stop, on_progress
        self.model = RosterModel(problem)
        self.pricing = Pricing(problem)
        self.random = np.random.default_rng(seed)
        self.neighbourhoods = Neighbourhoods(problem, self.random)
        self._steps = self._generate()
        self._step: Future[Step | None] | None = None
        self._part_seconds = PART_SECONDS

    def run(self, seconds: float, *, begin: State | None = None) -> State:
        """The best roster in so many seconds, or a better one than the one to begin with.

        Errors: Infeasible, OutOfTime.
        """
        self._started, self._seconds = self.clock(), seconds
        self._spent = begin.seconds if begin else 0.0
        pool = ThreadPoolExecutor(THREADS)
        try:
            self.best = begin or self._first()
            self.current = self.best.roster
            self.neighbourhoods.resume(self.best.sizes)
            self._tell()
            self._improve(pool)
        finally:
            pool.shutdown(wait=False)
        return self._now()

    def _left(self) -> float:
        return self._seconds - (self.clock() - self._started)

    def _now(self) -> State:
        seconds = self._spent + self.clock() - self._started
        return replace(self.best, seconds=seconds, sizes=self.neighbourhoods.sizes)

    def _tell(self) -> None:
        self.on_progress(self._now())

    def _first(self) -> State:
        """Everybody's line after everybody else's: all hard rules are about one person, so it is lawful."""
        roster = self.problem.empty()
        if self.pricing.fits:
            for priced in first_roster(self.pricing):
                roster[priced.person] = priced.lines[0] if priced.lines else self._line(roster, priced.person)
        else:
            for person in range(len(self.problem.people)):
                roster[person] = self._line(roster, person)
        found = evaluate(self.problem, roster)
        assert not found.violations, found.violations
        return State(roster, found, first_seconds=self.clock() - self._started)

    def _generate(self) -> Iterator[Step]:
        """Lines for everybody, then for some people at a time until time is up; small problems as a whole between."""
        generation = Generation(self.pricing, self.current) if self.pricing.fits else None
        if generation:
            yield from generation.steps()
        if self.model.works.size <= SMALL:
            yield self._whole()
        if generation:
            (random,) = self.random.spawn(1)
            lines, roster = generation.promising, generation.roster
            yield from Regrouping(self.pricing, lines, roster, current=lambda: self.current, random=random).steps()

    def _whole(self) -> Step:
        """The whole problem, solved without lines."""
        roster = self.current
        cells = np.ones(roster.shape, dtype=np.bool_)
        part, start = self._part(roster, cells)
        solved = solve(part, seconds=self._at_most(WHOLE_SECONDS), start=start)
        return Step(
            bound=whole_bound(solved.bound),
            roster=None if solved.values is None else self._laid_over(roster, cells, solved),
        )

    def _line(self, roster: Roster, person: int) -> Roster:
        """One person's best line beside those that stand; any lawful one where that takes long."""
        cells = np.zeros(roster.shape, dtype=np.bool_)
        cells[person] = True
        for seconds, gap in ((PERSON_SECONDS, PERSON_GAP), (self._left(), INFINITE_GAP)):
            part, _start = self._part(roster, cells)
            solved = solve(part, seconds=self._at_most(seconds), relative_gap=gap)
            if solved.values is not None:
                line: Roster = self._laid_over(roster, cells, solved)[person]
                return line
            if solved.proven:
                raise Infeasible(person)
        raise OutOfTime

    def _improve(self, pool: ThreadPoolExecutor) -> None:
        """One thread generates lines as long as that goes on; what is left of both solves parts.

        A step that has not ended in time is left to the next run.
        """
        parts: dict[Future[Solved], _Task] = {}
        step: Future[Step | None] | None = self._step or self._next_step(pool)
        while self._left() > 0 and not self.stop() and not self.best.proven:
            while len(parts) + (step is not None) < THREADS:
                self._start(pool, parts, *self.neighbourhoods.next(self.current))
            running: set[Future[Any]] = {*parts, *([step] if step else [])}
            done, _waiting = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            if step is not None and step in done:
                step = self._next_step(pool) if self._take_step(step) else None
            for future in [one for one in parts if one in done]:
                self._take(parts.pop(future), future.result())
        if step and step.done():
            self._take_step(step)
            step = None
        self._step = step

    def _next_step(self, pool: ThreadPoolExecutor) -> Future[Step | None]:
        return pool.submit(next, self._steps, None)

    def _take_step(self, future: Future[Step | None]) -> bool:
        """Whether more steps may follow."""
        step = future.result()
        if step is None:
            return False
        bound = max(self.best.bound, step.bound)
        improved = bound > self.best.bound
        self.best = replace(self.best, bound=bound)
        if step.roster is not None:
            cells = np.zeros(step.roster.shape, dtype=np.bool_)
            cells[slice(None) if step.people is None else step.people] = True
            improved = self._offer_part(step.roster, cells) or improved
        if improved:
            self._tell()
        return True

    def _at_most(self, seconds: float) -> float:
        """As far as time is left."""
        return min(seconds, max(self._left(), 0.01))

    def _start(self, pool: ThreadPoolExecutor, running: dict[Future[Solved], _Task], kind: Kind, cells: Mask) -> None:
        limit = self._at_most(self._part_seconds)
        noise = NOISE if self.random.random() < 0.5 else 0.0
        part, start = self._part(self.current, cells, noise)
        future = pool.submit(solve, part, seconds=limit, start=start)
        running[future] = _Task(kind, self.current, cells, self.clock(), limit)

    def _part(self, roster: Roster, cells: Mask, noise: float = 0.0) -> tuple[Program, Floats]:
        """The program of the cells, all others as they are, and its columns as they are."""
        free, values = self.model.free_columns(cells), self.model.values(roster)
        part = self.model.program.with_fixed(free, values)
        if noise:
            blur = self.random.uniform(1 - noise, 1 + noise, len(part.cost))
            part = replace(part, cost=part.cost * blur)
        return part, values[free]

    def _take(self, task: _Task, solved: Solved) -> None:
        improved = False
        if solved.values is not None:
            improved = self._offer_part(self._laid_over(task.roster, task.cells, solved), task.cells)
        if solved.proven or task.limit >= PART_SECONDS:
            share = (self.clock() - task.begun) / task.limit
            longer = self._part_seconds * (SHORTER if improved else LONGER)
            self._part_seconds = min(max(longer, PART_SECONDS), MOST_PART_SECONDS)
            self.neighbourhoods.learn(task.kind, improved=improved, proven=solved.proven, share=share)
        if improved:
            self._tell()

    def _laid_over(self, roster: Roster, cells: Mask, solved: Solved) -> Roster:
        """The roster with the solved cells in it."""
        assert solved.values is not None
        values = self.model.values(roster)
        values[self.model.free_columns(cells)] = solved.values
        return np.where(cells, self.model.roster(values), roster)

    def _offer_part(self, roster: Roster, cells: Mask) -> bool:
        """The cells of the roster, laid over what the best has become meanwhile; the roster as it is, where only that
        is better; whether one is.
        """
        if self._offer(np.where(cells, roster, self.current)):
            return True
        return evaluate(self.problem, roster).cost < self.best.cost and self._offer(roster)

    def _offer(self, roster: Roster) -> bool:
        """Go on from the roster where it is lawful and hardly worse than the best; whether it is better."""
        found = evaluate(self.problem, roster)
        spare = self.best.cost * TOLERANCE * max(self._left(), 0) / self._seconds
        if found.violations or found.cost > self.best.cost + spare:
            return False
        self.current = roster
        better = found.cost < self.best.cost
        if better:
            self.best = replace(self.best, roster=roster, evaluation=found)
        return better
