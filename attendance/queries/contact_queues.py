"""Whose queues and demand an actor sees: those of the units for which he has the permission."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from hrsaas.access.actors import Actor

VIEW = "attendance.demand.view"
CHANGE = "attendance.demand.change"
# Lookups from a model's row to the unit that answers; a row of several is about the one that is there.
UNIT_PATHS = {
    "ContactQueue": ("unit",),
    "ContactVolume": ("queue__unit",),
    "PromotionDay": ("queue__unit",),
    "StaffingDemand": ("queue__unit", "unit"),
}


def within_units(rows: QuerySet[Any], actor: Actor, permission: str = VIEW) -> QuerySet[Any]:
    """The rows within the actor's reach. Promotions of all queues are seen by everybody with the permission."""
    reach = actor.reach(permission)
    if reach is None:
        return rows
    model = rows.model.__name__
    seen = Q(queue=None) if model == "PromotionDay" else Q(pk=None)
    for path in UNIT_PATHS[model]:
        seen |= Q(**{f"{path}__in": reach})
    return rows.filter(seen)
