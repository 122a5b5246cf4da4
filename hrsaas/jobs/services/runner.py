"""Working a job from where it stands to its end."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, transaction

from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import JobKind, Step, StepContext, StepResult, kind_of
from hrsaas.jobs.models import Job, JobError
from hrsaas.jobs.services.endings import context_of, end, facts_of
from hrsaas.jobs.services.leases import LeaseLost, checkpoint, claim, hold

log = logging.getLogger(__name__)

# Seconds before the first, second and third repetition of a step that failed unexpectedly.
RETRY_DELAYS_SECONDS = (0.2, 1.0, 3.0)

OnProgress = Callable[[Job], None]


def run(job_id: int, *, on_progress: OnProgress | None = None) -> Job:
    """Claim the job and work it to its end; returns at once if it is done or somebody else works on it.

    Call it outside a transaction: each step commits by itself. Raises only when the database is gone; then the
    job keeps its place and the sweeper has it continued. on_progress gets the job after every step.
    """
    lease = claim(job_id)
    if lease is not None:
        try:
            _work(job_id, lease, on_progress)
        except LeaseLost:
            log.warning("job %s was taken over by another worker", job_id)
    job: Job = Job.objects.get(id=job_id)
    return job


def run_to_end(job_id: int, *, on_progress: OnProgress | None = None, poll_seconds: float = 0.5) -> Job:
    """Like ``run``, but if another worker has the job, follow it until it has ended."""
    job = run(job_id, on_progress=on_progress)
    while not job.is_finished:
        time.sleep(poll_seconds)
        job = run(job_id, on_progress=on_progress)
        if on_progress:
            on_progress(job)
    return job


def _work(job_id: int, lease: uuid.UUID, on_progress: OnProgress | None) -> None:
    going_on = True
    while going_on:
        going_on = _advance_or_fail(job_id, lease)
        if on_progress:
            on_progress(Job.objects.get(id=job_id))


def _advance_or_fail(job_id: int, lease: uuid.UUID) -> bool:
    """One transaction of the job's work; whether there is more to do."""
    try:
        with transaction.atomic():
            return _advance(hold(job_id, lease))
    except LeaseLost:
        raise
    except DomainError as refusal:
        return _fail(job_id, lease, {"code": refusal.code, "zh": refusal.zh, "en": refusal.en})
    except Exception as error:  # a kind's bug must end as a failed job that people see, never as a lost one
        return _retry_or_fail(job_id, lease, error)


def _advance(job: Job) -> bool:
    """Plan, or do the next step, or finish."""
    kind = kind_of(job.kind)
    if job.cancel_requested:
        return end(job, Job.State.CANCELLED)
    if job.attempts > len(RETRY_DELAYS_SECONDS):
        return end(job, Job.State.FAILED, error=_unexpected(job, "worker died"))
    if job.steps is None:
        return _plan(job, kind)
    if job.position < len(job.steps):
        return _do_step(job, kind)
    summary = kind.finish(context_of(job)) if kind.finish else {}
    return end(job, Job.State.SUCCEEDED, stage="", summary={**job.summary, **summary})


def _plan(job: Job, kind: JobKind) -> bool:
    steps = [[step.name, step.key] for step in kind.plan(job.params)]
    checkpoint(job, steps=steps, total=len(steps), stage=steps[0][0] if steps else "", attempts=0)
    return True


def _do_step(job: Job, kind: JobKind) -> bool:
    assert job.steps is not None
    step = Step(*job.steps[job.position])
    result = kind.run_step(StepContext(**facts_of(job), step=step, position=job.position, total=len(job.steps)))
    JobError.objects.bulk_create(_error_rows(job, step, result), batch_size=500)
    done = job.position + 1
    checkpoint(
        job,
        position=done,
        stage=job.steps[min(done, len(job.steps) - 1)][0],
        counts=_added(job.counts, result.counts),
        summary={**job.summary, **result.note},
        attempts=0,
    )
    return True


def _error_rows(job: Job, step: Step, result: StepResult) -> list[JobError]:
    return [
        JobError(job=job, step=step.name, item=one.item[:200], code=one.code, zh=one.zh, en=one.en)
        for one in result.errors
    ]


def _added(sums: Mapping[str, int], counts: Mapping[str, int]) -> dict[str, int]:
    return {name: sums.get(name, 0) + counts.get(name, 0) for name in [*sums, *(set(counts) - set(sums))]}


def _fail(job_id: int, lease: uuid.UUID, error: Mapping[str, Any]) -> bool:
    with transaction.atomic():
        return end(hold(job_id, lease), Job.State.FAILED, error=dict(error))


def _retry_or_fail(job_id: int, lease: uuid.UUID, error: Exception) -> bool:
    """Count the failure; wait and try again, or give up with a reference that finds the log line.

    Raises when the database is gone and nothing can be written: then the lease runs out and the sweeper takes over.
    """
    connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        job = hold(job_id, lease)
        if job.attempts >= len(RETRY_DELAYS_SECONDS):
            return end(job, Job.State.FAILED, error=_unexpected(job, error))
        checkpoint(job, attempts=job.attempts + 1)
    log.warning("job %s step %s failed, trying again", job_id, job.position, exc_info=error)
    time.sleep(RETRY_DELAYS_SECONDS[job.attempts])
    return True


def _unexpected(job: Job, error: Exception | str) -> dict[str, Any]:
    reference = uuid.uuid4().hex[:12]
    cause = error if isinstance(error, Exception) else None
    log.error("job %s step %s given up, reference %s", job.id, job.position, reference, exc_info=cause)
    return {
        "code": "jobs.job.unexpected",
        "zh": f"任务意外中断,已完成的步骤已保存。请将编号 {reference} 告知系统管理员。",
        "en": f"The job stopped unexpectedly; the steps done so far are kept. Give your administrator "
        f"the reference {reference}.",
        "reference": reference,
    }
