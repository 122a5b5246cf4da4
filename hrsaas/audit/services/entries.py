"""Writing the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from hrsaas.access.actors import Actor
from hrsaas.audit.models import Entry


def record(
    *,
    actor: Actor,
    action: str,
    subject: Model | None = None,
    subject_type: str = "",
    subject_id: int | None = None,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write one entry in the caller's transaction; it is chained when that commits.

    action: stable code such as ``people.employee.hire``. subject: the row that changed, or its
    subject_type (``people.employee``) and subject_id. old, new: the fields that changed, JSON-serialisable;
    callers mask sensitive ones, and bulk work passes counts and a digest instead of rows.
    """
    Entry.objects.create(
        at=now,
        actor_kind=actor.kind,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:200],
        action=action,
        subject_type=subject_type if subject is None else subject._meta.label_lower,
        subject_id=subject_id if subject is None else subject.pk,
        old=None if old is None else dict(old),
        new=None if new is None else dict(new),
        via=actor.origin.via,
        ip=actor.origin.ip,
        request_id=actor.origin.request_id[:64],
    )
