"""Starting and stopping long work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import as_json, kind_of, tell_stopped
from hrsaas.jobs.models import Job
from hrsaas.jobs.services.endings import context_of
from hrsaas.jobs.services.publishing import publish as publish_job
from hrsaas.jobs.services.runner import run, run_to_end
from hrsaas.tenancy.context import require_tenant_id

__all__ = ["cancel", "enqueue", "run", "run_to_end"]


@transaction.atomic
def enqueue(
    *,
    kind: str,
    params: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    idempotency_key: str = "",
    publish: bool = True,
) -> Job:
    """Write the job; workers hear of it when the caller's transaction commits.

    The same idempotency_key again gives the job that is already there, or ``jobs.job.key_reused`` (409) when it was
    used for something else. publish=False is for callers that ``run`` the job themselves.
    """
    actor.require(kind_of(kind).permission)
    job, created = _get_or_create(kind, as_json(params), idempotency_key, actor, now)
    if created:
        record(actor=actor, action="jobs.job.enqueue", subject=job, new={"kind": kind, "params": job.params}, now=now)
        if publish:
            transaction.on_commit(partial(publish_job, require_tenant_id(), job.id, now=now))
    return job


@transaction.atomic
def cancel(*, job: Job, actor: Actor, now: datetime) -> Job:
    """Stop a queued job now, a running one before its next step; what it has done stays.

    ``jobs.job.finished`` (409) if it has ended already; asking twice is not an error.
    """
    job = Job.objects.select_for_update(no_key=True).get(id=job.id)
    actor.require("jobs.job.change")
    if job.is_finished:
        raise DomainError(
            "jobs.job.finished", zh="任务已经结束，无法取消。", en="The job has already ended.", status=409
        )
    old = {"state": job.state, "cancel_requested": job.cancel_requested}
    job.cancel_requested = True
    if job.state == Job.State.QUEUED:
        job.state, job.finished_at = Job.State.CANCELLED, now
        tell_stopped(job.kind, context_of(job), job.state)
    job.save(update_fields=["state", "cancel_requested", "finished_at"])
    record(
        actor=actor, action="jobs.job.cancel", subject=job, old=old,
        new={"state": job.state, "cancel_requested": True}, now=now,
    )  # fmt: skip
    return job


def _get_or_create(kind: str, params: dict[str, Any], key: str, actor: Actor, now: datetime) -> tuple[Job, bool]:
    values = {
        "kind": kind,
        "params": params,
        "created_by_user_id": actor.user_id,
        "created_by_label": actor.label[:200],
        "created_at": now,
    }
    if not key:
        return Job.objects.create(**values), True
    job, created = Job.objects.get_or_create(idempotency_key=key, defaults=values)
    if (job.kind, job.params) != (kind, params):
        raise DomainError(
            "jobs.job.key_reused",
            zh="此幂等键已用于另一个任务，请换一个。",
            en="This idempotency key was used for another job. Choose another one.",
            field="idempotency_key",
            status=409,
        )
    return job, created
