"""Which cells of a roster to free next, and how many: sizes and choices follow what worked so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from attendance.rules.rostering.problems import Problem, Roster

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

FIRST_SIZE = 500.0
SMALLEST_SIZE = 60.0
# Parts that took less than a share of their time grow by a factor; those that were not solved in it shrink.
GROWTH = ((0.1, 1.5), (0.4, 1.15))
SHRINK = 0.8
# Less time than this share counts as this share where kinds are compared.
LEAST_SHARE = 0.1
MEMORY = 0.85
LEAST_WEIGHT = 0.1


Choose = Callable[[Problem, Roster, float, np.random.Generator], Mask]


@dataclass
class Kind:
    """One way to choose cells. size: how many (cell, shift) pairs to free; weight: how often it helped lately, for
    the time it took.
    """

    name: str
    choose: Choose
    size: float = FIRST_SIZE
    weight: float = 1.0


@dataclass
class Neighbourhoods:
    """Chooses parts of a problem and learns from what became of them."""

    problem: Problem
    random: np.random.Generator
    kinds: list[Kind] = field(default_factory=lambda: [Kind(name, choose) for name, choose in _WAYS])

    def next(self, roster: Roster) -> tuple[Kind, Mask]:
        """A kind and the mask (people, days) of the cells to free."""
        weights = np.array([max(kind.weight, LEAST_WEIGHT) for kind in self.kinds])
        kind = self.kinds[int(self.random.choice(len(self.kinds), p=weights / weights.sum()))]
        return kind, kind.choose(self.problem, roster, kind.size, self.random)

    def learn(self, kind: Kind, *, improved: bool, proven: bool, share: float) -> None:
        """share: the part of its time limit that was used."""
        kind.weight = MEMORY * kind.weight + (1 - MEMORY) * improved / max(share, LEAST_SHARE)
        factor = next((factor for most, factor in GROWTH if share < most), 1.0) if proven else SHRINK
        kind.size = min(max(kind.size * factor, SMALLEST_SIZE), self._largest)

    @property
    def sizes(self) -> dict[str, float]:
        """What a later search goes on with."""
        return {kind.name: kind.size for kind in self.kinds}

    def resume(self, sizes: dict[str, float]) -> None:
        for kind in self.kinds:
            kind.size = sizes.get(kind.name, kind.size)

    @property
    def _largest(self) -> float:
        return float(len(self.problem.people) * self.problem.days * len(self.problem.shifts))


def _days(problem: Problem, roster: Roster, size: float, random: np.random.Generator) -> Mask:
    """Everybody, in a window of days about a day that costs."""
    width = _within(size / (len(problem.people) * len(problem.shifts)), 3, problem.days)
    return _mask(problem, np.arange(len(problem.people)), _window(problem, roster, width, random))


def _people(problem: Problem, roster: Roster, size: float, random: np.random.Generator) -> Mask:
    """The whole period of some people."""
    count = _within(size / (problem.days * len(problem.shifts)), 2, len(problem.people))
    return _mask(problem, _group(problem, roster, count, random), np.arange(problem.days))


def _block(problem: Problem, roster: Roster, size: float, random: np.random.Generator) -> Mask:
    """Some people, in a window of days."""
    cells = size / len(problem.shifts)
    width = int(random.integers(min(7, problem.days), max(min(7, problem.days), problem.days * 2 // 3) + 1))
    count = _within(cells / width, 2, len(problem.people))
    width = _within(cells / count, width, problem.days)
    return _mask(problem, _group(problem, roster, count, random), _window(problem, roster, width, random))


def _cross(problem: Problem, roster: Roster, size: float, random: np.random.Generator) -> Mask:
    """Everybody in a window of days, and the whole period of some people, who can make up for what it changes."""
    return _days(problem, roster, size / 2, random) | _people(problem, roster, size / 2, random)


_WAYS: tuple[tuple[str, Choose], ...] = (("days", _days), ("people", _people), ("block", _block), ("cross", _cross))


def _within(value: float, least: int, most: int) -> int:
    return min(max(round(value), least), most)


def _mask(problem: Problem, people: npt.NDArray[np.int64], days: npt.NDArray[np.int64]) -> Mask:
    mask = np.zeros((len(problem.people), problem.days), dtype=np.bool_)
    mask[np.ix_(people, days)] = True
    return mask


def _window(problem: Problem, roster: Roster, width: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    weights = day_costs(problem, roster) + 1
    weights += weights.mean()
    middle = int(random.choice(problem.days, p=weights / weights.sum()))
    first = min(max(middle - int(random.integers(width)), 0), problem.days - width)
    return np.arange(first, first + width)


def _group(problem: Problem, roster: Roster, count: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """People, those who cost more more often."""
    weights = person_costs(problem, roster) + 1
    weights += weights.mean()
    chosen: npt.NDArray[np.int64] = random.choice(len(weights), size=count, replace=False, p=weights / weights.sum())
    return chosen


def day_costs(problem: Problem, roster: Roster) -> Floats:
    """What each day costs: requests and cover."""
    costs = np.zeros(problem.days)
    for need in problem.cover:
        spare = int((roster[:, need.day] == need.shift).sum()) - need.required
        costs[need.day] += need.over_weight * spare if spare > 0 else -need.under_weight * spare
    for one in problem.requests:
        costs[one.day] += one.weight * ((roster[one.person, one.day] == one.shift) != one.wanted)
    return costs


def person_costs(problem: Problem, roster: Roster) -> Floats:
    """What each person costs: requests, and cells that were changed."""
    costs = np.zeros(len(problem.people))
    for one in problem.requests:
        costs[one.person] += one.weight * ((roster[one.person, one.day] == one.shift) != one.wanted)
    if problem.current is not None:
        costs += problem.change_weight * (roster != problem.current).sum(axis=1)
    return costs
