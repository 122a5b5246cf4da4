"""Who sees pay and clear-text numbers of whom."""

from __future__ import annotations

from hrsaas.access.actors import Actor

PAY, SENSITIVE = "people.pay.view", "people.sensitive.view"


def may_see(actor: Actor, permission: str, *, employee_id: int, unit_id: int | None) -> bool:
    """Everybody sees his own; others' with the permission, as far as it reaches. unit_id: where the person works."""
    if employee_id == actor.employee_id:
        return True
    reach = actor.reach(permission)
    return actor.may(permission) and (reach is None or unit_id in reach)
