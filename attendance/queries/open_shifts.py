"""Which open shifts somebody sees."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from attendance.models import OpenShift
from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.queries.units import parents

VIEW = "attendance.roster.view"


def open_shifts_for(rows: QuerySet[OpenShift], actor: Actor, today: date) -> QuerySet[OpenShift]:
    """Those of the units in reach, and of the person's own unit and the units above it."""
    reach = actor.reach(VIEW)
    if reach is None:
        return rows
    return rows.filter(unit__in={*reach, *_own_units(actor.employee_id, today)})


def _own_units(employee_id: int | None, today: date) -> set[int]:
    someone = Employee.objects.filter(id=employee_id).first() if employee_id else None
    held = None if someone is None else as_of(someone, today)
    found: set[int] = set()
    above, unit = parents() if held else {}, held.unit_id if held else None
    while unit is not None:
        found.add(unit)
        unit = above[unit]
    return found
