"""The roster of a month as people read and edit it: one line per person, one cell per day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS_ABBR

from attendance.models import LeaveDay, OpenShift, RosterDay, RosterPublication, Shift
from attendance.queries.leave_calendars import away_days
from attendance.queries.months import end_of, is_locked
from attendance.queries.rosters import People, rotation_grid, with_stored
from attendance.queries.setups import Setup, load_setup
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import NO_SHIFT
from hrsaas.people.models import Employee, OrgUnit


def weekday_of(day: date) -> str:
    """As short as a column: 一, Mon."""
    return str(WEEKDAYS_ABBR[day.weekday()]).removeprefix("星期")


@dataclass(frozen=True)
class Day:
    """A column. kind: of the calendar."""

    date: date
    kind: DayKind

    @property
    def weekday(self) -> str:
        return weekday_of(self.date)

    @property
    def is_free(self) -> bool:
        return self.kind != DayKind.WORKDAY

    @property
    def is_holiday(self) -> bool:
        return self.kind in (DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY)


@dataclass(frozen=True)
class Cell:
    """shift: None for a free day, or where nothing is known. planned: stored; else the rotation speaks, where rotates.

    leave: the type's name, asked for or approved.
    """

    day: Day
    shift: Shift | None
    employed: bool
    planned: bool
    rotates: bool = False
    by_hand: bool = False
    published: bool = False
    leave: str = ""

    @property
    def text(self) -> str:
        """The code, – for a free day, nothing where nobody said anything."""
        if self.shift is not None:
            return self.shift.code
        return "–" if self.employed and (self.planned or self.rotates) else ""


@dataclass(frozen=True)
class Line:
    employee: Employee
    cells: list[Cell]

    @property
    def minutes(self) -> int:
        return sum(cell.shift.build().due_minutes for cell in self.cells if cell.shift)

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:g}"


@dataclass(frozen=True)
class MonthGrid:
    """locked: nothing of the month can change any more. shifts: all, also those that a newer version has replaced."""

    month: date
    days: list[Day]
    lines: list[Line]
    shifts: tuple[Shift, ...]
    locked: bool

    @property
    def offered(self) -> list[Shift]:
        """Shifts that may be planned in the month."""
        return [shift for shift in self.shifts if shift.ended_date is None or shift.ended_date > self.month]


def month_grid(people: Sequence[Employee], month: date) -> MonthGrid:
    """The month of these people; the statements do not grow with them. Errors as ``load_setup``."""
    setup, end = load_setup(), end_of(month)
    kinds = setup.calendar(month, (end - month).days)
    days = [Day(month + timedelta(days=at), DayKind(int(kind))) for at, kind in enumerate(kinds)]
    return MonthGrid(month, days, list(_lines(setup, people, days)), setup.shifts, is_locked(month))


def publications_of(unit: OrgUnit | None, month: date) -> list[RosterPublication]:
    """What was published of the month, newest first; of the unit where one is given."""
    rows = RosterPublication.objects.filter(start_date__lt=end_of(month), end_date__gt=month).select_related("unit")
    return list((rows if unit is None else rows.filter(unit=unit))[:5])


def open_shifts_of(units: frozenset[int] | None, month: date) -> dict[date, list[str]]:
    """Codes of the shifts that are open, by day; None for all units."""
    rows = OpenShift.objects.filter(date__gte=month, date__lt=end_of(month), state=OpenShift.State.OPEN)
    found: dict[date, list[str]] = {}
    for day, code in (rows if units is None else rows.filter(unit__in=units)).values_list("date", "shift__code"):
        found.setdefault(day, []).append(code)
    return found


def _lines(setup: Setup, people: Sequence[Employee], days: Sequence[Day]) -> Iterator[Line]:
    first, end = days[0].date, days[-1].date + timedelta(days=1)
    ids = tuple(sorted(one.pk for one in people))
    planned = rotation_grid(setup, People(ids=ids), first, end)
    grid = with_stored(setup, planned)
    marks = _marks(ids, first, end)
    leave = {
        (one.employee_id, one.date): str(one.request.leave_type)
        for one in away_days(Employee.objects.filter(pk__in=ids), first, end) if one.state != LeaveDay.State.VOID
    }  # fmt: skip
    rows = {int(id_): row for row, id_ in enumerate(grid.employee_ids)}
    for person in people:
        cells, row = [], rows.get(person.pk)
        for at, day in enumerate(days):
            employed = row is not None and bool(grid.employed[row, at])
            place = int(grid.shift[row, at]) if row is not None and employed else NO_SHIFT
            by_hand, published = marks.get((person.pk, day.date), (False, False))
            cells.append(Cell(
                day, None if place == NO_SHIFT else setup.shifts[place], employed,
                planned=employed and bool(grid.stored[row, at]),
                rotates=row is not None and bool(planned.rostered[row]), by_hand=by_hand, published=published,
                leave=leave.get((person.pk, day.date), ""),
            ))  # fmt: skip
        yield Line(person, cells)


def _marks(ids: Sequence[int], first: date, end: date) -> dict[tuple[int, date], tuple[bool, bool]]:
    rows = RosterDay.objects.filter(employee_id__in=ids, date__gte=first, date__lt=end)
    rows = rows.exclude(by_hand=False, published=False)
    return {
        (employee, day): (by_hand, published)
        for employee, day, by_hand, published in rows.values_list("employee_id", "date", "by_hand", "published")
    }
