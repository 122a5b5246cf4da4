"""Whom goals, readings and scores are about, as far as the actor reaches."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from hrsaas.access.actors import Actor
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.queries.employees import visible_to
from hrsaas.people.queries.units import subtree_ids


def assigned_ids(start: date, end: date, *, unit: OrgUnit | None = None, position: Position | None = None) -> list[int]:
    """Who is assigned on some day of [start, end) to the unit or one below it, to the position, or both."""
    rows = Assignment.objects.filter(Q(end_date=None) | Q(end_date__gt=start), start_date__lt=end)
    if unit is not None:
        rows = rows.filter(unit_id__in=subtree_ids([unit.id]))
    if position is not None:
        rows = rows.filter(position=position)
    return list(rows.order_by().values_list("employee_id", flat=True).distinct())


def reachable_ids(actor: Actor, permission: str, employee_ids: Collection[int]) -> set[int]:
    """Those of the people whom the actor may change. Whose reach has limits does not reach himself: nobody sets his
    own goals or readings.
    """
    wanted = list(employee_ids)
    if actor.reach(permission) is None:
        return set(Employee.objects.filter(id__in=wanted).values_list("id", flat=True))
    people = visible_to(actor.within(permission)).exclude(pk=actor.employee_id or 0)
    return set(people.filter(id__in=wanted).values_list("id", flat=True))
