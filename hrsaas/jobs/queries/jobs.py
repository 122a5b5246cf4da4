"""Looking at jobs."""

from __future__ import annotations

from typing import Any

from hrsaas.jobs.models import Job, JobError


def listed() -> Any:
    """Jobs for lists, newest first, without their plans, which may be long."""
    return Job.objects.defer("steps").order_by("-created_at", "-id")


def errors_of(job: Job) -> Any:
    """What stopped single items, in the order of the steps."""
    return JobError.objects.filter(job=job).order_by("id")
