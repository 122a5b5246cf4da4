"""An actor who is confined to some units changes nobody and nothing outside them."""

from __future__ import annotations

from datetime import datetime

from hrsaas.access.actors import Actor
from hrsaas.errors import NotFound
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.people.queries.employees import visible_to


def require_reach(actor: Actor, permission: str, unit: OrgUnit | None) -> None:
    """NotFound unless the actor has the permission for the unit; None is the top of the tree."""
    reach = actor.reach(permission)
    if reach is not None and (unit is None or unit.id not in reach):
        raise NotFound("people.unit", "" if unit is None else unit.code)


def locked_employee(employee: Employee, *, permission: str, actor: Actor, now: datetime) -> Employee:
    """The row as it is now, locked until the transaction ends; NotFound if the permission does not reach it."""
    rows = visible_to(actor.within(permission), on=now.date()).select_for_update(of=("self",))
    found = rows.filter(pk=employee.pk).first()
    if found is None:
        raise NotFound("people.employee", employee.code)
    return found
