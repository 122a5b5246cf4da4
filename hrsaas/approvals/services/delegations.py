"""Letting somebody else decide for a while."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.access.models import User
from hrsaas.approvals.models import Delegation
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.tenancy.queries.tenants import current_tenant


@transaction.atomic
def delegate(*, to_user: User, start_date: date, end_date: date, actor: Actor, now: datetime) -> Delegation:
    """The actor lets to_user decide for him on the days [start_date, end_date)."""
    actor.require("approvals.request.decide")
    if actor.user_id is None:
        raise NotAllowed("approvals.request.decide")
    _check(to_user, start_date, end_date, actor)
    delegation: Delegation = Delegation.objects.create(
        from_user_id=actor.user_id, to_user=to_user, start_date=start_date, end_date=end_date, created_at=now
    )
    record(actor=actor, action="approvals.delegation.create", subject=delegation, new=_facts(delegation), now=now)
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, actor: Actor, now: datetime) -> Delegation:
    """From today on it no longer holds. Only who gave it can end it."""
    delegation = Delegation.objects.select_for_update(no_key=True).get(id=delegation.pk)
    if actor.user_id is None or actor.user_id != delegation.from_user_id:
        raise NotAllowed("approvals.request.decide")
    today = now.astimezone(current_tenant().zone).date()
    old = _facts(delegation)
    delegation.end_date = max(delegation.start_date, min(delegation.end_date, today))
    delegation.save(update_fields=["end_date"])
    record(actor=actor, action="approvals.delegation.end", subject=delegation, old=old, new=_facts(delegation), now=now)
    return delegation


def _check(to_user: User, start_date: date, end_date: date, actor: Actor) -> None:
    if to_user.pk == actor.user_id:
        raise DomainError(
            "approvals.delegation.self", field="to_user",
            zh="不能委托给自己。", en="You cannot delegate to yourself.",
        )  # fmt: skip
    if end_date <= start_date:
        raise DomainError(
            "approvals.delegation.dates", field="end_date",
            zh="结束日期必须晚于开始日期。", en="The end date must be after the start date.",
        )  # fmt: skip


def _facts(delegation: Delegation) -> dict[str, object]:
    return {
        "to_user_id": delegation.to_user_id,
        "start_date": delegation.start_date,
        "end_date": delegation.end_date,
    }
