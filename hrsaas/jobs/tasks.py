"""What Celery calls. The work is in services; a message may come late, twice or never."""

from __future__ import annotations

from django.utils import timezone

from hrsaas.celery import app
from hrsaas.jobs.services import jobs, publishing


@app.task(name=publishing.RUN_JOB)
def run_job(job_id: int) -> None:
    """Work one job of the message's tenant to its end."""
    jobs.run(job_id)


@app.task(name="hrsaas.jobs.tasks.sweep_jobs")
def sweep_jobs() -> None:
    """Beat calls it every JOB_SWEEP_SECONDS, without a tenant."""
    publishing.sweep(now=timezone.now())
