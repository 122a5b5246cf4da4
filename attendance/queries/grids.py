"""The roster of a month as people read it: one line per person, one cell per day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.models import RosterDay
from attendance.queries.months import end_of
from hrsaas.people.models import Employee


@dataclass(frozen=True)
class Cell:
    """shift_code: '' for a free day, None where nothing is planned."""

    day: date
    shift_code: str | None
    by_hand: bool = False

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() >= 5


@dataclass(frozen=True)
class Line:
    employee: Employee
    cells: list[Cell]


@dataclass(frozen=True)
class MonthGrid:
    days: list[date]
    lines: list[Line]


def month_grid(people: Sequence[Employee], month: date) -> MonthGrid:
    """The planned days of these people, in one statement."""
    days = [month + timedelta(days=offset) for offset in range((end_of(month) - month).days)]
    rows = RosterDay.objects.filter(employee__in=people, date__gte=month, date__lt=end_of(month))
    cells = {
        (employee_id, day): Cell(day, code or "", by_hand)
        for employee_id, day, code, by_hand in rows.values_list("employee_id", "date", "shift__code", "by_hand")
    }
    return MonthGrid(
        days, [Line(person, [cells.get((person.id, day), Cell(day, None)) for day in days]) for person in people]
    )
