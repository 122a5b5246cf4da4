"""What a swap would mean for those concerned: rest between shifts and hours of the weeks, before and after, and what
of the roster's rules it would break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from attendance.queries.roster_checks import Changes, CheckedRoster, Finding, findings_of, roster_of
from attendance.queries.rosters import People, RosterGrid, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.rules.calendars import day_number
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.shifts import DAY_MINUTES
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.columns import Ints

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WeekHours:
    """Planned minutes of the week that begins on this Monday, before and after."""

    monday: date
    before_minutes: int
    after_minutes: int


@dataclass(frozen=True)
class PersonEffect:
    """days: (day, code before, code after), '' for free. rest minutes: the shortest around these days, None where there
    is one shift only. warnings: rules of the roster that are newly broken, or more.
    """

    employee_id: int
    days: Sequence[tuple[date, str, str]]
    weeks: Sequence[WeekHours]
    rest_before_minutes: int | None
    rest_after_minutes: int | None
    warnings: Sequence[Finding]


def planned_shifts(employee_ids: Sequence[int], days: Sequence[date]) -> dict[tuple[int, date], int | None]:
    """The shift of each person on each day, None where free or not employed."""
    setup = load_setup()
    found: dict[tuple[int, date], int | None] = {}
    for employee_id in employee_ids:
        grid = roster_grid(setup, People.only(employee_id), min(days), max(days) + ONE_DAY)
        for day in days:
            place = _shift(grid, day)
            found[employee_id, day] = None if place == NO_SHIFT else int(setup.shift_ids[place])
    return found


def swap_effects(changes: Changes) -> list[PersonEffect]:
    """What these days, changed, would mean for each of the people, by id; held against the rules as any edit is."""
    roster = roster_of(changes)
    findings, after = findings_of(roster, changes, None), roster.changed(changes).shift
    people = sorted({employee_id for employee_id, _day in changes})
    return [_person(roster, employee_id, changes, after, findings) for employee_id in people]


def _person(
    roster: CheckedRoster, employee_id: int, changes: Changes, shifts: Ints, findings: Sequence[Finding]
) -> PersonEffect:
    setup, first, row = roster.setup, roster.grid.first, roster.rows[employee_id]
    before, after = roster.lines.shift[row], shifts[row]
    mine = sorted(day for person, day in changes if person == employee_id)
    days = [(day, _code(setup, before[(day - first).days]), _code(setup, after[(day - first).days])) for day in mine]
    weeks = [_week(setup, before, after, first, monday) for monday in sorted({_monday(day) for day in mine})]
    rests = [_shortest_rest(setup, line, first, mine) for line in (before, after)]
    warnings = [one for one in findings if one.employee_id == employee_id]
    return PersonEffect(employee_id, days, weeks, rests[0], rests[1], warnings)


def _week(setup: Setup, before: Ints, after: Ints, first: date, monday: date) -> WeekHours:
    week = slice((monday - first).days, (monday - first).days + 7)
    return WeekHours(monday, *(int(setup.table.due[line[week]].sum()) for line in (before, after)))


def _shortest_rest(setup: Setup, line: Ints, first: date, days: Sequence[date]) -> int | None:
    """Between shifts on the days and their neighbours."""
    places = np.flatnonzero(line != NO_SHIFT).tolist()
    pairs = [
        (one, two) for one, two in zip(places, places[1:])
        if any(one <= (day - first).days <= two or abs((day - first).days - one) <= 1 for day in days)
    ]  # fmt: skip
    starts, ends = setup.table.start, setup.table.end
    rests = [
        (two - one) * DAY_MINUTES + int(starts[line[two]]) - int(ends[line[one]]) for one, two in pairs
    ]  # fmt: skip
    return min(rests, default=None)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _shift(grid: RosterGrid, day: date) -> int:
    column = day_number(day) - day_number(grid.first)
    if not len(grid.employee_ids) or not grid.employed[0, column]:
        return NO_SHIFT
    return int(grid.shift[0, column])


def _code(setup: Setup, place: int) -> str:
    return "" if place == NO_SHIFT else setup.shift_codes[int(place)]


def names_of(employee_ids: Sequence[int]) -> dict[int, str]:
    """Id → name and number."""
    return {row.pk: str(row) for row in Employee.objects.filter(id__in=employee_ids)}
