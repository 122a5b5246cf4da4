"""A unit's roster as a problem for the optimiser: people, shifts, rest, what stands and what must stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from attendance.models import RosterDay
from attendance.queries.absences import absence_minutes
from attendance.queries.rosters import People, RosterGrid, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.queries.skills import skill_table
from attendance.rules.calendars import day_number
from attendance.rules.rostering.problems import WEEK, Contract, Cover, Person, Problem, Request, Roster, ShiftType
from attendance.rules.shifts import DAY_MINUTES
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.people.queries.assignments import segments

# How far back rows of working days and rest are looked at.
HISTORY_DAYS = 14
# What one person too few or too many costs, against wishes of 1 to 10.
UNDER_WEIGHT, OVER_WEIGHT = 100, 20


@dataclass(frozen=True, slots=True)
class Need:
    """So many people on a shift (id), on one weekday (Monday = 0), or on every day where None."""

    shift: int
    required: int
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An employee (id) would like a shift (id) on a day, or would rather not."""

    employee: int
    date: str
    shift: int
    weight: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Order:
    """What a roster is asked to be.

    max_on, min_on: working days in a row; min_off: free days in a row. weekly_minutes: at most, over the whole period;
    least_weekly_minutes: at least. rest_minutes: between two shifts. absences: (employee id, ISO day) that are free.
    change_weight: what each day costs that differs from the roster that stands.
    """

    needs: tuple[Need, ...]
    max_on: int = 6
    min_on: int = 1
    min_off: int = 1
    max_weekends: int | None = None
    weekly_minutes: int = 2400
    least_weekly_minutes: int = 0
    rest_minutes: int = 660
    wishes: tuple[Wish, ...] = ()
    absences: tuple[tuple[int, str], ...] = ()
    change_weight: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Order:
        """The order that ``as_json`` gave."""
        given = dict(stored)
        given["needs"] = tuple(Need(**one) for one in given["needs"])
        given["wishes"] = tuple(Wish(**one) for one in given["wishes"])
        given["absences"] = tuple((int(one), str(day)) for one, day in given["absences"])
        return cls(**given)


@dataclass(frozen=True)
class UnitProblem:
    """The problem and whose lines and which shifts it speaks of."""

    problem: Problem
    employee_ids: tuple[int, ...]
    shift_ids: tuple[int, ...]
    first: date
    stored: Roster = field(repr=False)
    in_unit: npt.NDArray[np.bool_] = field(repr=False)

    def ids_of(self, roster: Roster) -> list[list[int | None]]:
        """Shift ids per person and day, None for free."""
        ids = [*self.shift_ids, None]
        return [[ids[place] for place in line] for line in roster.tolist()]

    def roster_of(self, lines: Sequence[Sequence[int | None]]) -> Roster:
        """The places of stored ids; ValueError where a shift is no longer there."""
        place = {None: -1, **{shift_id: place for place, shift_id in enumerate(self.shift_ids)}}
        if any(shift not in place for line in lines for shift in line):
            raise ValueError("a shift is gone")
        return np.array([[place[shift] for shift in line] for line in lines], dtype=np.int64)


def unit_problem(unit: OrgUnit, first: date, end: date, order: Order) -> UnitProblem:
    """The problem of everybody who is in the unit on some day of [first, end); statements do not grow with people."""
    setup, length = load_setup(), (end - first).days
    in_unit = _days_in_unit(unit, first, end)
    ids = sorted(in_unit)
    grid = _grid(setup, ids, first - timedelta(days=HISTORY_DAYS), end)
    fixed, away = _fixed(ids, first, end), _away(setup, ids, first, end, order)
    skills = skill_table(ids, first, end)
    places = {int(shift_id): place for place, shift_id in enumerate(setup.shift_ids)}
    problem = Problem(
        days=length,
        shifts=_shift_types(setup, order.rest_minutes),
        people=tuple(
            replace(
                _person(one, in_unit[one], fixed.get(one, {}), away.get(one, set()), places, order, length),
                unable=frozenset((day, place) for shift, place in places.items()
                                 for day in skills.days_lacking(one, shift, first, end)),
            )
            for one in ids
        ),
        cover=tuple(_cover(order, places, first, end)),
        requests=tuple(_requests(order, ids, places, first, end)),
        first_weekday=first.weekday(),
        history=grid[:, :HISTORY_DAYS],
        current=grid[:, HISTORY_DAYS:],
        change_weight=order.change_weight,
    )  # fmt: skip
    inside = np.array([[day in in_unit[one] for day in range(problem.days)] for one in ids], dtype=np.bool_)
    shift_ids = tuple(int(one) for one in setup.shift_ids)
    return UnitProblem(problem, tuple(ids), shift_ids, first, grid[:, HISTORY_DAYS:], inside)


def _days_in_unit(unit: OrgUnit, first: date, end: date) -> dict[int, set[int]]:
    """Employee id → the days, counted from first, on which the person is in the unit."""
    found: dict[int, set[int]] = {}
    for one in segments(first, end, kind=Employee.Kind.HUMAN):
        if one.unit_id == unit.pk:
            days = range((one.start_date - first).days, (one.end_date - first).days)
            found.setdefault(one.employee_id, set()).update(days)
    return found


def _grid(setup: Setup, ids: Sequence[int], first: date, end: date) -> Roster:
    """What stands, as places of shifts; free where nobody planned or nobody was employed."""
    shape = (len(ids), (end - first).days)
    if not ids:
        return np.full(shape, -1, dtype=np.int64)
    grid: RosterGrid = roster_grid(setup, People(ids[0], ids[-1]), first, end)
    shift = np.where(grid.employed, grid.shift, -1)
    rows = np.searchsorted(grid.employee_ids, ids)
    return shift[rows].astype(np.int64)


def _fixed(ids: Sequence[int], first: date, end: date) -> dict[int, dict[int, int | None]]:
    """Employee id → day → shift id of what was decided by hand."""
    rows = RosterDay.objects.filter(employee_id__in=ids, date__gte=first, date__lt=end, by_hand=True)
    found: dict[int, dict[int, int | None]] = {}
    for employee, day, shift in rows.values_list("employee_id", "date", "shift_id"):
        found.setdefault(employee, {})[(day - first).days] = shift
    return found


def _shift_types(setup: Setup, rest_minutes: int) -> tuple[ShiftType, ...]:
    built = [shift.build() for shift in setup.shifts]
    return tuple(
        ShiftType(
            one.code, one.due_minutes,
            frozenset(place for place, next_ in enumerate(built)
                      if DAY_MINUTES + next_.earliest_minute - one.end_minute < rest_minutes),
        )
        for one in built
    )  # fmt: skip


def _away(setup: Setup, ids: Sequence[int], first: date, end: date, order: Order) -> dict[int, set[int]]:
    """Employee id → days that approved leave or travel touches, or that the order says are free."""
    found: dict[int, set[int]] = {}
    for employee, day in order.absences:
        found.setdefault(employee, set()).add((date.fromisoformat(day) - first).days)
    columns = absence_minutes(ids, first, end, setup.zone)
    spans = (columns[name].tolist() for name in ("employee_id", "start_minute", "end_minute"))
    for employee, start, stop in zip(*spans):
        days = range(start // DAY_MINUTES - day_number(first), -(-stop // DAY_MINUTES) - day_number(first))
        found.setdefault(employee, set()).update(days)
    return found


def _person(
    employee_id: int, days: set[int], fixed: Mapping[int, int | None], absent: set[int], places: Mapping[int, int],
    order: Order, length: int,
) -> Person:  # fmt: skip
    """Only shifts that somebody is needed on are given, and those that were decided by hand; an absence goes before."""
    away = (set(range(length)) - days) | (absent & set(range(length)))
    kept = {day: -1 if shift is None else places[shift] for day, shift in fixed.items() if day not in away}
    wanted = {need.shift for need in order.needs} | set(fixed.values())
    weeks = len(days - absent) / WEEK
    contract = Contract(
        max_shifts=tuple(None if shift in wanted else 0 for shift in places),
        min_minutes=int(order.least_weekly_minutes * weeks), max_minutes=round(order.weekly_minutes * len(days) / WEEK),
        max_on=order.max_on, min_on=order.min_on, min_off=order.min_off, max_weekends=order.max_weekends,
    )  # fmt: skip
    return Person(str(employee_id), contract, frozenset(away), kept)


def _cover(order: Order, places: Mapping[int, int], first: date, end: date) -> list[Cover]:
    """What is asked for one weekday goes before what is asked for every day."""
    required: dict[tuple[int, int], int] = {}
    for need in sorted(order.needs, key=lambda need: need.weekday is not None):
        for day in range((end - first).days):
            if need.weekday in (None, (first.weekday() + day) % WEEK):
                required[day, places[need.shift]] = need.required
    return [Cover(*cell, people, UNDER_WEIGHT, OVER_WEIGHT) for cell, people in sorted(required.items())]


def _requests(
    order: Order, ids: Sequence[int], places: Mapping[int, int], first: date, end: date
) -> list[Request]:  # fmt: skip
    person = {employee_id: place for place, employee_id in enumerate(ids)}
    days = {one.date: (date.fromisoformat(one.date) - first).days for one in order.wishes}
    return [
        Request(person[one.employee], days[one.date], places[one.shift], one.weight, one.wanted)
        for one in order.wishes
        if one.employee in person and 0 <= days[one.date] < (end - first).days
    ]
