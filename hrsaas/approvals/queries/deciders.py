"""Who can decide steps: the other direction of ``queries.requests.decidable_steps``, for many steps at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from hrsaas.access.models import Membership
from hrsaas.access.queries.logins import users_on
from hrsaas.access.rules.permissions import ADMIN_SITE, ROLE_PERMISSIONS
from hrsaas.approvals.models import ApprovalStep, Delegation
from hrsaas.tenancy.queries.tenants import current_tenant

DECIDE = "approvals.request.decide"


@dataclass(frozen=True)
class Decider:
    """A user to write to. in_admin: whether the admin site is open to him."""

    user_id: int
    email: str
    language: str
    in_admin: bool


def deciders_of(steps: Sequence[ApprovalStep], *, now: datetime) -> dict[int, list[Decider]]:
    """Step id → the users who can sign in and decide it on the tenant's day of ``now``, by e-mail: who was asked (by
    name: whatever his roles), the holders of the role, and their deputies; never the requester. Three statements
    however many steps there are.
    """
    holders = _holders({step.role for step in steps if step.role})
    asked = {step.pk: holders[step.role] if step.role else {step.user_id} for step in steps}
    deputies = _deputies(set().union(*asked.values()), now)
    able = {step.pk: _with_deputies(asked[step.pk], deputies) - {step.requester_id} for step in steps}
    named = {step.user_id for step in steps if step.kind == ApprovalStep.Kind.PERSON}
    people = _people_who_may(set().union(*able.values()), named, now)
    return {id_: [person for person in people if person.user_id in ids] for id_, ids in able.items()}


def _holders(roles: set[str]) -> defaultdict[str, set[int | None]]:
    found: defaultdict[str, set[int | None]] = defaultdict(set)
    rows = Membership.objects.filter(role__in=roles, user__is_active=True)
    for role, user_id in rows.order_by().values_list("role", "user_id"):
        found[role].add(user_id)
    return found


def _deputies(user_ids: Iterable[int | None], now: datetime) -> dict[int, set[int]]:
    """User → who decides for him today; delegations do not pass on."""
    today = now.astimezone(current_tenant().zone).date()
    found: defaultdict[int, set[int]] = defaultdict(set)
    given = Delegation.objects.filter(from_user_id__in=user_ids, start_date__lte=today, end_date__gt=today)
    for from_user, to_user in given.values_list("from_user_id", "to_user_id"):
        found[from_user].add(to_user)
    return found


def _with_deputies(asked: set[int | None], deputies: dict[int, set[int]]) -> set[int | None]:
    return asked.union(*(deputies.get(id_, set()) for id_ in asked if id_ is not None))


def _people_who_may(user_ids: set[int | None], named: set[int | None], now: datetime) -> list[Decider]:
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if DECIDE in permissions]
    held = Membership.objects.filter(user=OuterRef("pk"))
    able = users_on(now).filter(is_active=True, has_left=False)
    users = able.filter(Q(Exists(held.filter(role__in=roles))) | Q(id__in=named), id__in=user_ids)
    in_admin = Exists(held.filter(role__in=ADMIN_SITE))
    return [Decider(*row) for row in users.order_by("email").values_list("id", "email", "language", in_admin)]
