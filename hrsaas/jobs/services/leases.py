"""Who may work on a job.

Two guards. The lease (a random token with an end) says whose run it is between transactions; every checkpoint is
written WHERE lease = mine. The advisory lock is held while a step's transaction is open, so a step that takes longer
than the lease is not taken over, yet a dead worker's lock goes with its connection. Both use the database's clock.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Now

from hrsaas.jobs.models import Job


class LeaseLost(Exception):
    """Another run has taken the job over; whatever this one did is rolled back."""


def lease_end() -> Any:
    return Now() + Value(timedelta(seconds=settings.JOB_LEASE_SECONDS))


def claim(job_id: int) -> uuid.UUID | None:
    """Take the job if it is open and nobody works on it: the lease, or None.

    Taking over from a run that died counts as a failed attempt of the step it died in.
    """
    lease = uuid.uuid4()
    open_states = [Job.State.QUEUED, Job.State.RUNNING]
    with transaction.atomic():
        if not _lock(job_id, "pg_try_advisory_xact_lock"):
            return None
        free = Q(lease_until=None) | Q(lease_until__lte=Now())
        taken = Job.objects.filter(free, id=job_id, state__in=open_states).update(
            attempts=Case(When(state=Job.State.RUNNING, then=F("attempts") + 1), default=F("attempts")),
            state=Job.State.RUNNING,
            lease=lease,
            lease_until=lease_end(),
            heartbeat_at=Now(),
            started_at=Coalesce(F("started_at"), Now()),
            publishes=0,
        )
    return lease if taken else None


def hold(job_id: int, lease: uuid.UUID) -> Job:
    """Inside a transaction: lock the job against a takeover until the end of it and read its row.

    Waits for the lock: a run that has just lost its lease may hold it for the moment it needs to notice.
    """
    _lock(job_id, "pg_advisory_xact_lock")
    job: Job | None = Job.objects.filter(id=job_id, lease=lease).first()
    if job is None:
        raise LeaseLost(job_id)
    return job


def checkpoint(job: Job, **changes: Any) -> None:
    """Write the changes and extend the lease; LeaseLost, and with it a rollback, if it is no longer ours."""
    written = Job.objects.filter(id=job.id, lease=job.lease).update(
        **{"lease_until": lease_end(), "heartbeat_at": Now(), **changes}
    )
    if not written:
        raise LeaseLost(job.id)


def _lock(job_id: int, function: str) -> bool:
    """Until the end of the transaction. pg_try_… says at once whether it got the lock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtext('jobs_job'), hashint8(%s))", [job_id])
        return cursor.fetchone()[0] is not False
