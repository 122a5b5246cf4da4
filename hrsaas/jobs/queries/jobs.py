"""Looking at jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from hrsaas.jobs.models import Job, JobError


def listed() -> Any:
    """Jobs for lists, newest first, without their plans, which may be long."""
    return Job.objects.defer("steps").order_by("-created_at", "-id")


def errors_of(job: Job) -> Any:
    """What stopped single items, in the order of the steps."""
    return JobError.objects.filter(job=job).order_by("id")


def open_job(kinds: Iterable[str], *params: Mapping[str, Any]) -> Job | None:
    """The latest unfinished job of these kinds that has one of these among its parameters."""
    states = (Job.State.QUEUED, Job.State.RUNNING)
    about = reduce(or_, (Q(params__contains=dict(one)) for one in params))
    found: Job | None = listed().filter(about, state__in=states, kind__in=list(kinds)).first()
    return found
