"""Which rows an actor sees: the whole tenant, the people of some units, or himself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hrsaas.access.actors import Actor
from hrsaas.people.queries.employees import visible_to


def within_reach(rows: QuerySet[Any], actor: Actor, permission: str, person_path: str | None) -> QuerySet[Any]:
    """The rows whose person the actor has the permission for.

    person_path: lookup from the row to its employee, ``"pk"`` if the row is one, None if the rows are about nobody.
    """
    if person_path is None or actor.reach(permission) is None:
        return rows
    return rows.filter(**{f"{person_path}__in": visible_to(actor.within(permission)).values("pk")})
