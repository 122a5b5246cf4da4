"""Who could take a shift that somebody cannot: everybody else in order, each with the reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from attendance.rules.rostering.checker import Violation, cover_cost, request_cost, violations_of
from attendance.rules.rostering.problems import OFF, Problem, Roster


@dataclass(frozen=True, slots=True)
class StandIn:
    """One person for the shift. broken: rules that would newly be broken, none where it is lawful.

    instead_of: the shift of that day that would be given up, OFF for a free day. minutes: of the whole period with the
    shift; spare_minutes: how many more the contract leaves then. wish: the weight of a request for (positive) or
    against the shift. cost: what the roster's cost would change by, against the shift left empty.
    """

    person: int
    broken: tuple[Violation, ...]
    instead_of: int
    minutes: int
    spare_minutes: int
    wish: int
    cost: int

    @property
    def lawful(self) -> bool:
        return not self.broken


def rank_stand_ins(problem: Problem, roster: Roster, *, absent: int, day: int, shift: int) -> list[StandIn]:
    """The lawful first, then those who are free that day, then by cost, then who works least.

    roster: as it stands; the absent person's day is taken as free.
    """
    empty = roster.copy()
    empty[absent, day] = OFF
    before = request_cost(problem, empty) + cover_cost(problem, empty)
    found = [
        _stand_in(problem, empty, person, day, shift, before)
        for person in range(len(problem.people))
        if person != absent and empty[person, day] != shift
    ]
    return sorted(found, key=lambda one: (len(one.broken), one.instead_of != OFF, one.cost, one.minutes, one.person))


def _stand_in(problem: Problem, empty: Roster, person: int, day: int, shift: int, before: int) -> StandIn:
    tried = empty.copy()
    tried[person, day] = shift
    minutes = sum(problem.shifts[one].minutes for one in tried[person].tolist() if one != OFF)
    return StandIn(
        person=person,
        broken=_newly_broken(problem, empty, tried, person),
        instead_of=int(empty[person, day]),
        minutes=minutes,
        spare_minutes=problem.people[person].contract.max_minutes - minutes,
        wish=sum(
            one.weight if one.wanted else -one.weight
            for one in problem.requests if (one.person, one.day, one.shift) == (person, day, shift)
        ),
        cost=request_cost(problem, tried) + cover_cost(problem, tried) - before,
    )  # fmt: skip


def _newly_broken(problem: Problem, old: Roster, new: Roster, person: int) -> tuple[Violation, ...]:
    """What is broken now and was not: more than before of a rule, or worse."""
    known = Counter((one.rule, one.value) for one in violations_of(problem, old, person))
    return tuple(one for one in violations_of(problem, new, person) if (one.rule, one.value) not in known)
