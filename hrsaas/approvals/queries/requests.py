"""Finding requests and who may decide them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from hrsaas.access.actors import Actor
from hrsaas.access.models import Membership
from hrsaas.approvals.models import ApprovalRequest, ApprovalStep, Delegation
from hrsaas.tenancy.queries.tenants import current_tenant


def decidable_steps(actor: Actor, *, now: datetime) -> Any:
    """The steps that wait for the actor's decision: his own and those of people who delegated to him today.

    Never those of his own requests. Empty for actors who are no user of the tenant.
    """
    if actor.user_id is None:
        return ApprovalStep.objects.none()
    not_own = Q(requester=None) | ~Q(requester_id=actor.user_id)
    return (
        current_steps()
        .filter(_asked(actor.user_id, now), not_own)
        .select_related("request")
        .order_by("request__created_at", "id")
    )


def current_steps() -> Any:
    """The one step of each pending request that is to be decided now."""
    return ApprovalStep.objects.filter(
        state=ApprovalStep.State.WAITING,
        request__state=ApprovalRequest.State.PENDING,
        order=F("request__current_order"),
    )


def delegators_of(user_id: int, *, now: datetime) -> list[int]:
    """The users for whom this one may decide on the tenant's day of ``now``; delegations do not pass on."""
    today = now.astimezone(current_tenant().zone).date()
    held = Delegation.objects.filter(to_user_id=user_id, start_date__lte=today, end_date__gt=today)
    return list(held.values_list("from_user_id", flat=True))


def inbox(actor: Actor, *, now: datetime) -> Any:
    """Requests that wait for the actor's decision, oldest first."""
    mine = decidable_steps(actor, now=now).filter(request=OuterRef("pk")).order_by()
    return ApprovalRequest.objects.filter(Exists(mine)).order_by("created_at", "id")


def visible_to(actor: Actor, *, now: datetime) -> Any:
    """All requests for who may read the audit trail; for everybody else what he asked, was asked or decided."""
    everything = ApprovalRequest.objects.order_by("-created_at", "-id")
    if actor.may("audit.entry.view"):
        return everything
    if actor.user_id is None:
        return everything.none()
    concerned = _asked(actor.user_id, now) | Q(decided_by_id=actor.user_id)
    steps = ApprovalStep.objects.filter(concerned, request=OuterRef("pk")).order_by()
    return everything.filter(Q(requester_id=actor.user_id) | Exists(steps))


def _asked(user_id: int, now: datetime) -> Q:
    """Steps that ask the user, a role of his, or somebody who delegated to him."""
    users = [user_id, *delegators_of(user_id, now=now)]
    roles = Membership.objects.filter(user_id__in=users, user__is_active=True).values("role")
    return Q(user_id__in=users) | Q(kind=ApprovalStep.Kind.ROLE, role__in=roles)
