"""From the roles that somebody holds to what he may do, and for whose rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, TENANT_WIDE, Role

# Units whose people a permission covers: None for the whole tenant, empty for oneself only.
Reach = frozenset[int] | None
NOBODY_ELSE: frozenset[int] = frozenset()


def reach_of_role(role: Role, units: frozenset[int]) -> Reach:
    """A manager reaches the given units, an employee himself, the other roles the whole tenant."""
    if role in TENANT_WIDE:
        return None
    return units if role is Role.MANAGER else NOBODY_ELSE


def reaches_of(held: Iterable[tuple[Role, frozenset[int]]]) -> dict[str, Reach]:
    """Permission → reach for somebody who holds these roles, each with its expanded units.

    A permission that comes from two roles reaches as far as both together.
    """
    reaches: dict[str, Reach] = {}
    for role, units in held:
        reach = reach_of_role(role, units)
        for permission in ROLE_PERMISSIONS[role]:
            reaches[permission] = _wider(reaches.get(permission, NOBODY_ELSE), reach)
    return reaches


def limited_to(reaches: Mapping[str, Reach], scopes: Iterable[str]) -> dict[str, Reach]:
    """What is left for a token with these scopes."""
    wanted = frozenset(scopes)
    return {permission: reach for permission, reach in reaches.items() if permission in wanted}


def _wider(one: Reach, other: Reach) -> Reach:
    return None if one is None or other is None else one | other
