"""The days of a person as leave counts them, and what leave is there already."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from attendance.models import LeaveDay, Shift
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import load_setup
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.leave_counting import PlannedDay

LIVE = (LeaveDay.State.PENDING, LeaveDay.State.APPROVED)


def planned_days(employee_id: int, first: date, end: date) -> list[PlannedDay]:
    """The days of [first, end) on which the person is employed: by the roster, or the calendar where there is none.

    Constant number of statements. Errors as ``load_setup``.
    """
    setup = load_setup()
    kinds = setup.calendar(first, (end - first).days)
    grid = roster_grid(setup, People.only(employee_id), first, end)
    if not len(grid.employee_ids):
        return []
    due = [shift_due(shift) for shift in setup.shifts]
    rostered = bool(grid.rostered[0])
    days = []
    for at in np.nonzero(grid.employed[0])[0].tolist():
        place = int(grid.shift[0, at])
        works = place != NO_SHIFT if rostered else kinds[at] == DayKind.WORKDAY
        statutory = bool(kinds[at] == DayKind.STATUTORY_HOLIDAY)
        spans = due[place] if rostered and place != NO_SHIFT else ()
        days.append(PlannedDay(first + timedelta(days=at), bool(works), statutory, spans))
    return days


def shift_due(shift: Shift) -> tuple[tuple[int, int], ...]:
    """[start, end) minutes of the shift that are due: without its unpaid breaks."""
    rules, spans = shift.build(), []
    at = rules.start_minute
    for pause in sorted(rules.breaks, key=lambda one: one.start_minute):
        if not pause.paid:
            spans.append((at, pause.start_minute))
            at = pause.end_minute
    spans.append((at, rules.end_minute))
    return tuple(span for span in spans if span[0] < span[1])


def taken_dates(employee_id: int, leave_type_id: int, first: date, last: date) -> set[date]:
    """The dates from first to last on which the person has counted leave of this type, pending or approved."""
    days = LeaveDay.objects.filter(employee_id=employee_id, request__leave_type_id=leave_type_id, state__in=LIVE)
    return set(days.filter(date__gte=first, date__lte=last, amount__gt=0).values_list("date", flat=True))


def taken_in_year(employee_id: int, leave_type_id: int, year: int) -> int:
    """The amount of the year's days of this type, pending or approved."""
    days = LeaveDay.objects.filter(employee_id=employee_id, request__leave_type_id=leave_type_id, state__in=LIVE)
    return sum(days.filter(date__year=year).values_list("amount", flat=True))
