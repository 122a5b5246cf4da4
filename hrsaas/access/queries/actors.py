"""From a request or a user to the actor that services ask for permission."""

from __future__ import annotations

from typing import Any

from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import ApiToken, Operator, OperatorGrant, User
from hrsaas.access.origins import origin_of
from hrsaas.access.queries.units import subtrees
from hrsaas.access.rules.permissions import Role
from hrsaas.access.rules.reaches import NOBODY_ELSE, Reach, limited_to, reaches_of
from hrsaas.access.visitors import VisitingOperator

# What decides about whom an actor sees where nobody asks for a certain permission.
GENERAL = "people.employee.view"


def actor_of(request: Any) -> Actor:
    """The actor of a Django or DRF request; without a signed-in user one who may nothing. Built once per request."""
    http_request = getattr(request, "_request", request)
    user, auth = getattr(request, "user", None), getattr(request, "auth", None)
    kept = getattr(http_request, "_actor", None)
    if kept is None or kept[0] is not user or kept[1] is not auth:
        kept = (user, auth, _actor_for(user, auth, origin_of(http_request)))
        http_request._actor = kept
    return kept[2]


def actor_for_user(user: User, origin: Origin, token: ApiToken | None = None) -> Actor:
    """The user's rights in the active tenant, limited by the token's scopes if he came with one.

    One query for the memberships, one more for managers to expand their units.
    """
    reaches = reaches_of_user(user)
    if token is not None:
        reaches = limited_to(reaches, token.scopes)
    return Actor(
        label=user.email if token is None else f"{user.email} ({token.name})",
        permissions=frozenset(reaches) if user.is_active else frozenset(),
        user_id=user.pk,
        employee_id=user.employee_id,
        unit_ids=reaches.get(GENERAL, NOBODY_ELSE),
        kind="user" if token is None else "token",
        origin=origin,
        reaches=reaches,
    )


def actor_for_operator(operator: Operator, origin: Origin) -> Actor:
    """An operator at the bare domain: may open, suspend and enter tenants, and nothing inside them."""
    permissions = frozenset({"tenancy.settings.view", "tenancy.settings.change"})
    return Actor(label=operator.email, permissions=permissions, kind="operator", origin=origin, operator_id=operator.pk)


def actor_for_grant(grant: OperatorGrant, origin: Origin) -> Actor:
    """An operator inside a tenant, with what the grant allows."""
    return Actor(
        label=grant.operator_email, permissions=frozenset(grant.permissions), kind="operator", origin=origin,
        operator_id=grant.operator_id,
    )  # fmt: skip


def reaches_of_user(user: User) -> dict[str, Reach]:
    """Permission → for whose rows, from all the user's memberships."""
    managed = [unit_id for role, unit_id in user.held if role is Role.MANAGER and unit_id is not None]
    units = subtrees(managed) if managed else NOBODY_ELSE
    return reaches_of((role, units) for role in user.roles)


def _actor_for(user: Any, auth: Any, origin: Origin) -> Actor:
    match user:
        case User():
            return actor_for_user(user, origin, auth if isinstance(auth, ApiToken) else None)
        case VisitingOperator():
            return actor_for_grant(user.grant, origin)
        case Operator():
            return actor_for_operator(user, origin)
    return Actor(label="anonymous", permissions=frozenset(), unit_ids=NOBODY_ELSE, origin=origin)
