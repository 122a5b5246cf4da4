"""Who is away when: the team calendar, and how many of a unit are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from attendance.models import LeaveDay, LeaveRequest
from attendance.queries.leave_days import LIVE
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import assignment_on


@dataclass(frozen=True)
class Cover:
    """Of a unit's people on the day, how many are away by leave or travel, asked for or approved."""

    date: date
    people: int
    away: int

    @property
    def present(self) -> int:
        return self.people - self.away


def away_days(people: QuerySet[Employee], first: date, end: date) -> QuerySet[LeaveDay]:
    """Days of leave and travel of these people on [first, end), pending or approved, with person and type."""
    days = LeaveDay.objects.filter(employee__in=people.values("pk"), date__gte=first, date__lt=end, state__in=LIVE)
    found: QuerySet[LeaveDay] = days.select_related("employee", "request__leave_type").order_by("date", "id")
    return found


def calendar_grid(people: Sequence[Employee], first: date, days: int) -> list[tuple[Employee, list[LeaveDay | None]]]:
    """A line per person with the leave of each day, in one statement."""
    ids = [person.pk for person in people]
    found: dict[tuple[int, date], LeaveDay] = {}
    for day in away_days(Employee.objects.filter(pk__in=ids), first, first + timedelta(days=days)):
        found.setdefault((day.employee_id, day.date), day)
    dates = [first + timedelta(days=at) for at in range(days)]
    return [(person, [found.get((person.pk, day)) for day in dates]) for person in people]


def cover_of(unit_id: int, dates: Sequence[date], *, but: int | None = None) -> list[Cover]:
    """The cover of the unit on these days by its people of the first; but: whose leave is not counted."""
    if not dates:
        return []
    members = list(assignment_on(dates[0]).filter(unit_id=unit_id).values_list("employee_id", flat=True))
    others = LeaveDay.objects.filter(employee_id__in=members, date__in=dates, state__in=LIVE).exclude(employee_id=but)
    rows = others.values("date").annotate(people=Count("employee_id", distinct=True)).values_list("date", "people")
    away: defaultdict[date, int] = defaultdict(int, rows)
    return [Cover(day, len(members), away[day]) for day in dates]


def overlapping(employee_id: int, spans: Sequence[tuple[int, int]]) -> list[LeaveRequest]:
    """Requests of the person, pending or approved, that take minutes of these spans."""
    if not spans:
        return []
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    near = LeaveDay.objects.filter(employee_id=employee_id, state__in=LIVE, start_minute__lt=end, end_minute__gt=start)
    hit: dict[int, Any] = {}
    for day in near.select_related("request__leave_type"):
        if any(day.start_minute < until and day.end_minute > since for since, until in spans):
            hit[day.request_id] = day.request
    return list(hit.values())
