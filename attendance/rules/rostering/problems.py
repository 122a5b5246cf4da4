"""What a roster has to keep and what it is measured by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

OFF = -1
WEEK = 7
SATURDAY, SUNDAY = 5, 6

# (people, days): the place of the shift, or OFF.
Roster = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A shift. forbidden_next: places of the shifts that nobody may have on the day after it."""

    code: str
    minutes: int
    forbidden_next: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Contract:
    """What one person may be given over the whole period.

    max_shifts: per shift, None where nothing limits it. max_on, min_on: working days in a row; min_off: free days in a
    row. A row that goes on beyond the ends of what is known is never too short. max_weekends: weekends with work.
    """

    max_shifts: tuple[int | None, ...]
    min_minutes: int
    max_minutes: int
    max_on: int
    min_on: int = 1
    min_off: int = 1
    max_weekends: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to plan. days_off: days without work, whatever happens. fixed: shift (or OFF) by day, not to change.
    unable: (day, shift) for which the person lacks a skill on that day, beside what ``skills`` lacks on every day.
    """

    code: str
    contract: Contract
    days_off: frozenset[int] = frozenset()
    fixed: dict[int, int] = field(default_factory=dict)
    skills: frozenset[str] = frozenset()
    unable: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """wanted: costs its weight where the person does not get this shift on this day; else, where the person does."""

    person: int
    day: int
    shift: int
    weight: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """How many people a shift of a day needs, and what each one too few or too many costs."""

    day: int
    shift: int
    required: int
    under_weight: int
    over_weight: int


def no_history(people: int) -> Roster:
    return np.full((people, 0), OFF, dtype=np.int64)


@dataclass(frozen=True)
class Problem:
    """A roster to make.

    first_weekday: of day 0, Monday = 0. history: what was worked on the days before day 0, the last column the day just
    before; rows in a row, rest and weekends look back into it, hours do not. current with change_weight: each cell
    that comes out differently costs that much.
    """

    days: int
    shifts: tuple[ShiftType, ...]
    people: tuple[Person, ...]
    cover: tuple[Cover, ...]
    requests: tuple[Request, ...] = ()
    first_weekday: int = 0
    history: Roster | None = None
    current: Roster | None = None
    change_weight: int = 0

    @property
    def past(self) -> Roster:
        return no_history(len(self.people)) if self.history is None else self.history

    @property
    def minutes(self) -> npt.NDArray[np.int64]:
        return np.array([shift.minutes for shift in self.shifts], dtype=np.int64)

    def weekends(self) -> list[tuple[int, ...]]:
        """The days of each weekend that touches the period; one that began before it counts what lies in it."""
        return _weekends(self.days, self.first_weekday)

    def may_work(self, person: int, shift: int) -> bool:
        """Whether skills and contract leave this shift to the person at all."""
        someone = self.people[person]
        return self.shifts[shift].skills <= someone.skills and someone.contract.max_shifts[shift] != 0

    def of_cover_alone(self) -> Problem:
        """The problem in which nothing costs but people missing."""
        cover = tuple(replace(need, over_weight=0) for need in self.cover)
        return replace(self, cover=cover, requests=(), current=None, change_weight=0)

    def same_as(self, other: Problem) -> bool:
        """Whether both ask for the same."""
        mine, theirs = ([getattr(one, name) for name in _PLAIN] for one in (self, other))
        return mine == theirs and np.array_equal(self.past, other.past) and _equal(self.current, other.current)

    def empty(self) -> Roster:
        return np.full((len(self.people), self.days), OFF, dtype=np.int64)


_PLAIN = ("days", "shifts", "people", "cover", "requests", "first_weekday", "change_weight")


def _equal(one: Roster | None, other: Roster | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)


def _weekends(days: int, first_weekday: int) -> list[tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for day in range(days):
        week, weekday = divmod(day + first_weekday, WEEK)
        if weekday in (SATURDAY, SUNDAY):
            found.setdefault(week, []).append(day)
    return [tuple(found[week]) for week in sorted(found)]


def codes_to_places(codes: Iterable[str]) -> dict[str, int]:
    """The place of each code; ValueError where one comes twice."""
    listed = list(codes)
    places = {code: place for place, code in enumerate(listed)}
    if len(places) != len(listed):
        raise ValueError("codes must differ")
    return places
