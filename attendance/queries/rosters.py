"""Rosters as grids of (person, day): what is stored, and where nothing is, what the rotations say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from attendance.models import CrewMembership, Rotation
from attendance.queries.setups import Setup
from attendance.rules.calendars import day_number
from attendance.rules.day_columns import NO_SHIFT, RosterColumns
from attendance.rules.rotations import expand_rotation, fixed_shifts, rotation_kinds
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import Segment, segments, segments_of
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_literal, read_columns

LAST_ID = 2**63 - 1
Grid = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """The people with ids from first_id to last_id, both included; None leaves a side open. ids: these only."""

    first_id: int | None = None
    last_id: int | None = None
    ids: tuple[int, ...] | None = None

    @classmethod
    def only(cls, employee_id: int) -> People:
        return cls(employee_id, employee_id)

    def bounds(self) -> dict[str, Any]:
        """Parameters for SQL: first_id and last_id, both given; ids as an array, or None."""
        last = LAST_ID if self.last_id is None else self.last_id
        return {"first_id": self.first_id or 0, "last_id": last, "ids": None if self.ids is None else list(self.ids)}


@dataclass(frozen=True)
class RosterGrid:
    """Rows are people by ascending id, columns the days from ``first`` on.

    shift: places in the setup's shift table or NO_SHIFT. employed, own_week, stored: per cell; ``stored`` cells are in
    the database. rostered: per person, whether anybody said how they work.
    """

    employee_ids: Ints
    first: date
    shift: Grid
    own_week: Mask
    employed: Mask
    stored: Mask
    rostered: Mask

    @property
    def days(self) -> int:
        return int(self.shift.shape[1])

    def day_numbers(self) -> Ints:
        return np.arange(self.days, dtype=np.int64) + day_number(self.first)

    def between(self, first: date, end: date) -> Mask:
        """Mask of the columns of [first, end)."""
        days = self.day_numbers()
        return (days >= day_number(first)) & (days < day_number(end))

    def columns(self, calendar: npt.NDArray[np.int8]) -> RosterColumns:
        """The days of employment as rows for the day engine; employees count from 0."""
        kinds = np.where(self.own_week, rotation_kinds(self.shift, calendar), calendar).astype(np.int8)
        person, day = np.nonzero(self.employed)
        return RosterColumns(
            employee=person.astype(np.int64),
            day=day + day_number(self.first),
            shift=self.shift[person, day],
            kind=kinds[person, day],
        )


def roster_grid(setup: Setup, people: People, first: date, end: date) -> RosterGrid:
    """The roster of everybody employed on some day of [first, end), in three statements."""
    return with_stored(setup, rotation_grid(setup, people, first, end))


def rotation_grid(setup: Setup, people: People, first: date, end: date) -> RosterGrid:
    """What the rotations alone say, in two statements."""
    found = _segments(people, first, end)
    ids = np.unique(np.array([segment.employee_id for segment in found], dtype=np.int64))
    planned = _planned(setup, ids, first, (end - first).days)
    return replace(planned, employed=_employed(found, planned))


def _segments(people: People, first: date, end: date) -> list[Segment]:
    if people.ids is not None:
        return segments_of(people.ids, first, end, kind=Employee.Kind.HUMAN)
    return segments(first, end, first_id=people.first_id, last_id=people.last_id, kind=Employee.Kind.HUMAN)


def _employed(found: Sequence[Segment], grid: RosterGrid) -> Mask:
    employed = np.zeros(grid.shift.shape, dtype=np.bool_)
    rows = np.searchsorted(grid.employee_ids, [segment.employee_id for segment in found])
    for row, segment in zip(rows, found):
        employed[row, (segment.start_date - grid.first).days : (segment.end_date - grid.first).days] = True
    return employed


def _planned(setup: Setup, ids: Ints, first: date, days: int) -> RosterGrid:
    """What the rotations say, for everybody."""
    shape = (len(ids), days)
    shift, own_week = np.full(shape, NO_SHIFT, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    rostered, calendar = np.zeros(len(ids), dtype=np.bool_), setup.calendar(first, days)
    members = CrewMembership.objects.filter(employee_id__in=ids.tolist())
    table = np.array(list(members.values_list("employee_id", "rotation_id", "crew")), dtype=np.int64).reshape(-1, 3)
    for rotation_id in np.unique(table[:, 1]):
        rotation, chosen = setup.rotations[int(rotation_id)], table[table[:, 1] == rotation_id]
        rows = np.searchsorted(ids, chosen[:, 0])
        shift[rows] = _expanded(setup, rotation, chosen[:, 2], calendar, first)
        own_week[rows] = not rotation.follows_calendar
        rostered[rows] = True
    nothing = np.zeros(shape, dtype=np.bool_)
    return RosterGrid(ids, first, shift, own_week, employed=nothing, stored=nothing, rostered=rostered)


def rotation_codes(
    setup: Setup, rotation: Rotation, crews: Sequence[int], first: date, days: int
) -> list[list[str]]:  # fmt: skip
    """What a rotation says from first on: codes of shifts ('' for free), a line per crew asked for.

    DomainError ``attendance.rotation.crew`` for a crew that it does not have.
    """
    require_crews(rotation, crews)
    places = np.array(crews, dtype=np.int64)
    grid = _expanded(setup, rotation, places, setup.calendar(first, days), first)
    codes = [*setup.shift_codes, ""]
    lines = np.broadcast_to(grid, (len(crews), days)).tolist()
    return [[codes[place] for place in line] for line in lines]


def require_crews(rotation: Rotation, crews: Sequence[int]) -> None:
    """DomainError ``attendance.rotation.crew``."""
    if any(not 0 <= crew < rotation.crews for crew in crews):
        raise DomainError(
            "attendance.rotation.crew",
            field="crew",
            zh=f"{rotation.name} 只有 {rotation.crews} 个班组。",
            en=f"{rotation.code} has {rotation.crews} crews only, counted from 0.",
        )


def _expanded(setup: Setup, rotation: Rotation, crews: Ints, calendar: npt.NDArray[np.int8], first: date) -> Grid:
    if rotation.follows_calendar:
        return fixed_shifts(calendar, setup.shift_codes.index(rotation.cycle[0]))[None, :]
    return expand_rotation(
        rotation.build(), setup.shift_codes,
        crews=crews.tolist(), anchor=rotation.anchor_date, first=first, days=len(calendar),
    )  # fmt: skip


def with_stored(setup: Setup, grid: RosterGrid) -> RosterGrid:
    """What is stored counts; the rotations speak for the other days only."""
    rows = stored_days(grid.employee_ids, grid.first, grid.first + timedelta(days=grid.days))
    person = np.searchsorted(grid.employee_ids, rows["employee"])
    day = rows["day"] - day_number(grid.first)
    shift, own_week, stored = grid.shift.copy(), grid.own_week.copy(), grid.stored.copy()
    shift[person, day] = setup.places_of(rows["shift"])
    own_week[person, day] = rows["own_week"] == 1
    stored[person, day] = True
    rostered = grid.rostered | stored.any(axis=1)
    return replace(grid, shift=shift, own_week=own_week, stored=stored, rostered=rostered)


def stored_days(employee_ids: Ints, first: date, end: date) -> dict[str, Ints]:
    """Stored roster days: employee, day (since 1970), shift (id or -1), own_week (0 or 1)."""
    params = {"tenant": require_tenant_id(), "ids": ids_literal(employee_ids), "first": first, "end": end}
    return read_columns(_STORED, params, ("employee", "day", "shift", "own_week"))


# OFFSET 0: a person's days by the index that finds them, whatever the planner believes.
_STORED = """
SELECT found.* FROM unnest(%(ids)s::bigint[]) AS asked (id), LATERAL (
    SELECT employee_id, (date - '1970-01-01'::date)::bigint, COALESCE(shift_id, -1), own_week::int::bigint
    FROM attendance_rosterday
    WHERE tenant_id = %(tenant)s AND employee_id = asked.id AND date >= %(first)s AND date < %(end)s
    OFFSET 0
) AS found
"""
