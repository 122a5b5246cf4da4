"""What a job's kind gets to know, and how a job ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils import timezone

from hrsaas.access.actors import Actor, system_actor
from hrsaas.jobs.kinds import JobContext, tell_stopped
from hrsaas.jobs.models import Job
from hrsaas.jobs.services.leases import checkpoint


def actor_of(job: Job) -> Actor:
    """The system under the name of who started the job, so that maker and checker can still be told apart."""
    return replace(system_actor(job.created_by_label), user_id=job.created_by_user_id)


def facts_of(job: Job) -> dict[str, Any]:
    """The fields of a JobContext."""
    return {
        "job_id": job.id,
        "params": job.params,
        "actor": actor_of(job),
        "now": timezone.now(),
        "counts": job.counts,
        "summary": job.summary,
    }


def context_of(job: Job) -> JobContext:
    return JobContext(**facts_of(job))


def end(job: Job, state: str, **changes: Any) -> bool:
    """The last checkpoint, inside the caller's transaction. False: there is no more to do."""
    if state != Job.State.SUCCEEDED:
        tell_stopped(job.kind, context_of(job), state)
    checkpoint(job, state=state, finished_at=timezone.now(), lease=None, lease_until=None, **changes)
    return False
