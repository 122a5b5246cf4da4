"""Small problems for tests, made by hand or by hypothesis."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from attendance.rules.rostering.problems import OFF, Contract, Cover, Person, Problem, Request, Roster, ShiftType

EARLY, LATE = 0, 1
SHIFTS = (ShiftType("E", 480), ShiftType("L", 540, frozenset({EARLY}), frozenset({"keys"})))
# The first and the third are alike but for skills.
THREE_SHIFTS = (
    ShiftType("E", 480),
    ShiftType("L", 540, frozenset({0, 2}), frozenset({"keys"})),
    ShiftType("D", 480, skills=frozenset({"keys"})),
)


def contract(**given: Any) -> Contract:
    """A contract that forbids nothing but what is given."""
    loose = {"max_shifts": (None, None), "min_minutes": 0, "max_minutes": 100_000, "max_on": 99}
    return Contract(**{**loose, **given})


def person(code: str = "A", *, days_off: Any = (), fixed: Any = None, skills: Any = ("keys",), **given: Any) -> Person:
    return Person(code, contract(**given), frozenset(days_off), fixed or {}, frozenset(skills))


def problem(*people: Person, days: int = 7, **given: Any) -> Problem:
    return Problem(**{"days": days, "shifts": SHIFTS, "people": people, "cover": (), **given})


def crowd() -> Problem:
    """Large enough to be searched for a while."""
    someone = {"min_minutes": 4000, "max_minutes": 9000, "max_on": 5, "min_on": 2, "min_off": 2, "max_weekends": 2}
    people = [person(str(number), **someone) for number in range(12)]
    needs = [Cover(day, shift, 3 + day % 3, 100, 7) for day in range(28) for shift in (EARLY, LATE)]
    return problem(*people, days=28, cover=tuple(needs))


def roster(*lines: str) -> Roster:
    """One text per person: E, L, and - for a free day."""
    return np.array([[{"E": EARLY, "L": LATE, "-": OFF}[cell] for cell in line] for line in lines], dtype=np.int64)


@st.composite
def rosters(draw: st.DrawFn, people: int, days: int, shifts: int = 2) -> Roster:
    cells = draw(st.lists(st.integers(OFF, shifts - 1), min_size=people * days, max_size=people * days))
    return np.array(cells, dtype=np.int64).reshape(people, days)


@st.composite
def problems(draw: st.DrawFn, shifts: tuple[ShiftType, ...] = SHIFTS) -> Problem:
    """Two people, up to nine days and every kind of rule, tight enough that rosters break and keep each of them."""
    days, past = draw(st.integers(3, 9)), draw(st.integers(0, 4))
    count = len(shifts)
    cells = st.tuples(st.integers(0, 1), st.integers(0, days - 1), st.integers(0, count - 1))
    needs = draw(st.lists(st.tuples(st.integers(0, days - 1), st.integers(0, count - 1)), unique=True, max_size=6))
    return Problem(
        days=days,
        shifts=shifts,
        people=(draw(_people(days, "A", count)), draw(_people(days, "B", count))),
        cover=tuple(Cover(*need, draw(st.integers(0, 3)), draw(st.integers(0, 9)), draw(st.integers(0, 4)))
                    for need in needs),
        requests=tuple(Request(*cell, draw(st.integers(1, 5)), draw(st.booleans()))
                       for cell in draw(st.lists(cells, max_size=5))),
        first_weekday=draw(st.integers(0, 6)),
        history=draw(rosters(2, past, count)),
        current=draw(st.none() | rosters(2, days, count)),
        change_weight=draw(st.integers(0, 3)),
    )  # fmt: skip


@st.composite
def _people(draw: st.DrawFn, days: int, code: str, shifts: int) -> Person:
    limit = st.none() | st.integers(0, days)
    return person(
        code,
        days_off=draw(st.sets(st.integers(0, days - 1), max_size=1)),
        fixed=draw(st.dictionaries(st.integers(0, days - 1), st.integers(OFF, shifts - 1), max_size=1)),
        skills=draw(st.sampled_from([(), ("keys",)])),
        max_shifts=draw(st.tuples(*[limit] * shifts)),
        min_minutes=draw(st.sampled_from([0, 480, 960])),
        max_minutes=draw(st.sampled_from([1500, 3000, 100_000])),
        max_on=draw(st.integers(1, 5)),
        min_on=draw(st.integers(1, 3)),
        min_off=draw(st.integers(1, 3)),
        max_weekends=draw(st.none() | st.integers(0, 1)),
    )
