"""Why something cannot be planned: the smallest set found of rules, of people and of shifts to fill, that contradict
each other.

A deletion filter: each condition in turn is left out; where the rest is still impossible, it was not needed. What
remains is impossible together, and possible without any one of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.linear_models import RosterModel
from attendance.rules.rostering.problems import Cover, Person, Problem
from attendance.rules.rostering.solvers import solve

CHECK_SECONDS = 5.0
_OF_DAYS = (Rule.FIXED, Rule.DAYS_OFF)


@dataclass(frozen=True, slots=True)
class Conflicting:
    """One rule of a conflict. days: where it holds; empty for the whole period."""

    rule: Rule
    person: int
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverConflict:
    """needs: that cannot all be met while the rules hold."""

    needs: tuple[Cover, ...]
    rules: tuple[Conflicting, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition: one rule of one person, on one day where it has days; or a need."""

    person: int = -1
    rule: Rule | None = None
    day: int | None = None
    need: Cover | None = None


Clock = Callable[[], float]


def smallest_conflict(
    problem: Problem, people: Iterable[int], *, clock: Clock, seconds: float
) -> tuple[Conflicting, ...]:
    """The rules of one of these people that cannot hold together, of the person with whom they are fewest.

    Empty where everybody's can. Out of time, more than needed.
    """
    end, found = clock() + seconds, []
    for person in people:
        alone = _only(problem, [person])
        parts = list(_parts(alone.people[0], 0))
        if not _possible(alone, parts):
            kept = _needed(alone, parts, clock, end)
            found.append(tuple(replace(one, person=person) for one in _merged(kept)))
    return min(found, key=lambda one: sum(max(len(rule.days), 1) for rule in one), default=())


def cover_conflict(problem: Problem, needs: Sequence[Cover], *, clock: Clock, seconds: float) -> CoverConflict | None:
    """Why these needs cannot all be met: needs and rules of people that cannot hold together; None where they can.

    Whole people are left out first: of those who remain, every one could have helped but for a rule that is named.
    Out of time, more than needed.
    """
    end = clock() + seconds
    parts = [_Part(need=need) for need in needs]
    people = [part for place, one in enumerate(problem.people) for part in _parts(one, place)]
    if _possible(problem, [*people, *parts]):
        return None
    kept = _needed(problem, [*people, *parts], clock, end)
    needed = tuple(part.need for part in kept if part.need is not None)
    return CoverConflict(needed, tuple(_merged(kept)))


def shortage_conflict(problem: Problem, short: Cover, *, clock: Clock, seconds: float) -> CoverConflict | None:
    """Why a need is not met: with the fewest days of other needs about it with which it cannot be. None where the time
    does not suffice, and where it can be met and something else was dearer.
    """
    end = clock() + seconds
    for days in (None, 0, 1, 3, problem.days):
        near = [need for need in problem.cover if days is not None and abs(need.day - short.day) <= days]
        found = cover_conflict(problem, near or [short], clock=clock, seconds=end - clock())
        if found or clock() > end:
            return found
    return None


def _parts(person: Person, place: int) -> Iterator[_Part]:
    """Single days first, so that what remains names as few of them as it can."""
    yield from (_Part(place, Rule.DAYS_OFF, day) for day in sorted(person.days_off))
    yield from (_Part(place, Rule.FIXED, day) for day in sorted(person.fixed))
    yield from (_Part(place, rule) for rule in Rule if rule not in _OF_DAYS)


def _needed(problem: Problem, parts: list[_Part], clock: Clock, end: float) -> list[_Part]:
    """Halves first, then quarters, down to single conditions: most are needed by nobody."""
    kept, size = list(parts), max(len(parts) // 2, 1)
    while True:
        for some in [frozenset(kept[first : first + size]) for first in range(0, len(kept), size)]:
            rest = [one for one in kept if one not in some]
            if clock() < end and not _possible(problem, rest):
                kept = rest
        if size == 1:
            return kept
        size = max(size // 2, 1)


def _possible(problem: Problem, parts: Sequence[_Part]) -> bool:
    """Whether a roster keeps these conditions; where the time does not suffice to tell, it counts as possible."""
    held = {(part.person, part.rule) for part in parts}
    people = tuple(_with(one, place, parts) for place, one in enumerate(problem.people))
    needs = tuple(part.need for part in parts if part.need is not None)
    asked = replace(problem, people=people, cover=needs, requests=(), current=None)
    left_out = [
        (rule, place) for place in range(len(people)) for rule in Rule
        if rule not in _OF_DAYS and (place, rule) not in held
    ]  # fmt: skip
    model = RosterModel(asked, without=left_out, with_costs=False)
    model.program.upper[model.under] = 0
    solved = solve(model.program, seconds=CHECK_SECONDS)
    return solved.values is not None or not solved.proven


def _with(someone: Person, place: int, parts: Sequence[_Part]) -> Person:
    """The person with the days of these conditions only."""
    days = {rule: {part.day for part in parts if (part.person, part.rule) == (place, rule)} for rule in _OF_DAYS}
    return replace(
        someone,
        days_off=frozenset(day for day in someone.days_off if day in days[Rule.DAYS_OFF]),
        fixed={day: shift for day, shift in someone.fixed.items() if day in days[Rule.FIXED]},
    )


def _only(problem: Problem, people: Sequence[int]) -> Problem:
    return replace(
        problem, people=tuple(problem.people[person] for person in people), cover=(), requests=(), current=None,
        history=problem.past[list(people)],
    )  # fmt: skip


def _merged(parts: Sequence[_Part]) -> Iterator[Conflicting]:
    people = sorted({part.person for part in parts if part.rule})
    for person in people:
        for rule in Rule:
            of_rule = [part.day for part in parts if (part.person, part.rule) == (person, rule)]
            if of_rule:
                yield Conflicting(rule, person, tuple(day for day in of_rule if day is not None))
