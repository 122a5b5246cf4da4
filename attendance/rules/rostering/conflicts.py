"""Why nobody can plan a person: the smallest set of the person's rules found that contradict each other.

A deletion filter: each rule in turn is left out; where the rest is still impossible, it was not needed. What remains
is impossible together, and possible without any one of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.linear_models import RosterModel
from attendance.rules.rostering.problems import Person, Problem
from attendance.rules.rostering.solvers import solve

CHECK_SECONDS = 5.0
_OF_DAYS = (Rule.FIXED, Rule.DAYS_OFF)


@dataclass(frozen=True, slots=True)
class Conflicting:
    """One rule of a conflict. days: where it holds; empty for the whole period."""

    rule: Rule
    person: int
    days: tuple[int, ...] = ()


def smallest_conflict(
    problem: Problem, person: int, *, clock: Callable[[], float], seconds: float
) -> tuple[Conflicting, ...]:
    """The rules of this person that cannot hold together; empty where they can. Out of time, more than needed."""
    end = clock() + seconds
    kept = list(_groups(problem.people[person]))
    if _possible(problem, person, kept):
        return ()
    for group in list(kept):
        rest = [one for one in kept if one != group]
        if clock() < end and not _possible(problem, person, rest):
            kept = rest
    return tuple(_merged(person, kept))


def _groups(person: Person) -> Iterator[tuple[Rule, int | None]]:
    """Single days first, so that what remains names as few of them as it can."""
    yield from ((Rule.DAYS_OFF, day) for day in sorted(person.days_off))
    yield from ((Rule.FIXED, day) for day in sorted(person.fixed))
    yield from ((rule, None) for rule in Rule if rule not in _OF_DAYS)


def _possible(problem: Problem, person: int, groups: Sequence[tuple[Rule, int | None]]) -> bool:
    """Whether a line keeps these rules; where the time does not suffice to tell, it counts as possible."""
    someone = problem.people[person]
    alone = replace(
        problem,
        people=(
            replace(
                someone,
                days_off=frozenset(day for rule, day in groups if rule == Rule.DAYS_OFF and day is not None),
                fixed={day: someone.fixed[day] for rule, day in groups if rule == Rule.FIXED and day is not None},
            ),
        ),
        cover=(), requests=(), current=None, history=problem.past[person : person + 1],
    )  # fmt: skip
    left_out = [(rule, 0) for rule in Rule if rule not in _OF_DAYS and (rule, None) not in groups]
    solved = solve(RosterModel(alone, without=left_out, with_costs=False).program, seconds=CHECK_SECONDS)
    return solved.values is not None or not solved.proven


def _merged(person: int, groups: Sequence[tuple[Rule, int | None]]) -> Iterator[Conflicting]:
    for rule in Rule:
        of_rule = [day for one, day in groups if one == rule]
        if of_rule:
            yield Conflicting(rule, person, tuple(day for day in of_rule if day is not None))
