"""Telling the workers about jobs. The row is the truth; a message is only a hint that may get lost or come twice."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from hrsaas.celery import app
from hrsaas.jobs.models import Job
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE

log = logging.getLogger(__name__)

# Named, not imported: tasks call services, never the other way. The app's ready() registers it.
RUN_JOB = "hrsaas.jobs.tasks.run_job"
# How long after its commit a job may stay unpublished before the sweeper takes it for lost.
GRACE = timedelta(seconds=3)
MOST_DOUBLINGS = 6


def publish(tenant_id: int, job_id: int, *, now: datetime) -> bool:
    """Send one message for the job. A broker that is down is not the caller's problem: the sweeper tries again."""
    with tenant_context(tenant_id):
        try:
            app.tasks[RUN_JOB].apply_async(args=[job_id], retry=False)
        except (OperationalError, redis.RedisError, OSError) as error:
            log.warning("job %s could not be published, the sweeper will: %s", job_id, error)
            return False
        Job.objects.filter(id=job_id).update(published_at=now, publishes=F("publishes") + 1)
    return True


def sweep(*, now: datetime) -> int:
    """Publish, for every tenant, the jobs that nobody knows about or whose worker is gone; returns how many."""
    return sum(publish(tenant_id, job_id, now=now) for tenant_id, job_id in _stranded(now))


def _stranded(now: datetime) -> list[tuple[Any, int]]:
    """(tenant id, job id) of open jobs without a living lease whose last message is long ago; as maintenance."""
    active = Tenant.objects.using(MAINTENANCE).filter(status=Tenant.Status.ACTIVE)
    idle = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lte=now)
    jobs = Job.across_tenants.using(MAINTENANCE).filter(idle, tenant__in=active)
    wanted = jobs.only("id", "tenant_id", "created_at", "published_at", "publishes").order_by("created_at", "id")
    return [(job.tenant_id, job.id) for job in wanted if _is_due(job, now)]


def _is_due(job: Job, now: datetime) -> bool:
    """Repetitions come at growing distance, so that a long queue is not flooded with copies."""
    if job.published_at is None:
        return job.created_at + GRACE <= now
    doublings = min(max(job.publishes - 1, 0), MOST_DOUBLINGS)
    return job.published_at + timedelta(seconds=settings.JOB_LEASE_SECONDS * 2**doublings) <= now
