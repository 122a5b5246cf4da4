"""Closing a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import as_json
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.months.models import MonthClose
from hrsaas.tenancy.queries.tenants import current_tenant

KIND = "month_close"


@transaction.atomic
def start(*, month: date, actor: Actor, now: datetime, publish: bool = True) -> Job:
    """Start closing the month, or give the run that is under way. A closed month may be run again: it stays as it is
    unless a stage was reopened.

    month: its first day, else ``months.close.not_first_day``; ``months.close.future`` before it has begun,
    ``months.close.unfinished`` (409) until its last day is over for the tenant.
    """
    _check(month, now)
    close = _locked(month)
    actor.require("months.close.run")
    job: Job | None = close.job
    if job is not None and not job.is_finished:
        return job
    job = jobs.enqueue(kind=KIND, params={"month": month}, actor=actor, now=now, publish=publish)
    record(actor=actor, action="months.close.start", subject=close, old={"state": close.state}, now=now)
    close.job, close.state = job, MonthClose.State.CLOSING
    close.save(update_fields=["job", "state"])
    return job


def note_stage(*, month: date, stage: str, summary: Mapping[str, Any]) -> None:
    """Keep what a stage has come to; in the transaction of the job's step."""
    close, kept = _locked(month), as_json(summary)
    if close.summaries.get(stage) != kept:
        close.summaries = {**close.summaries, stage: kept}
        close.closed_at = None
        close.save(update_fields=["summaries", "closed_at"])


def mark_closed(*, month: date, actor: Actor, now: datetime) -> None:
    """All stages are through. A repeated run that changed nothing keeps the closing time and is no event of its own."""
    close = _locked(month)
    repeated = close.closed_at is not None
    close.state = MonthClose.State.CLOSED
    close.closed_at = close.closed_at or now
    close.save(update_fields=["state", "closed_at"])
    if repeated:
        return
    record(actor=actor, action="months.close.finish", subject=close, new={"stages": list(close.summaries)}, now=now)


def mark_stopped(*, month: date, job_state: str) -> None:
    """The job failed or was cancelled; what its steps did stays."""
    failed = job_state == Job.State.FAILED
    state = MonthClose.State.FAILED if failed else MonthClose.State.OPEN
    MonthClose.objects.filter(month=month).update(state=state)


def _locked(month: date) -> MonthClose:
    MonthClose.objects.get_or_create(month=month)
    locked = MonthClose.objects.select_for_update(no_key=True, of=("self",)).select_related("job")
    close: MonthClose = locked.get(month=month)
    return close


def _check(month: date, now: datetime) -> None:
    if month.day != 1:
        raise DomainError(
            "months.close.not_first_day",
            field="month",
            zh="请给出月份的第一天。",
            en="Give the first day of the month.",
        )
    today = now.astimezone(current_tenant().zone).date()
    if month > today:
        raise DomainError(
            "months.close.future",
            field="month",
            zh=f"{month:%Y-%m} 尚未开始。",
            en=f"{month:%Y-%m} has not begun yet.",
        )
    closable = (month + timedelta(days=31)).replace(day=1)
    if today < closable:
        raise DomainError(
            "months.close.unfinished",
            field="month",
            zh=f"{month:%Y-%m} 尚未结束，自 {closable} 起可以月结。",
            en=f"{month:%Y-%m} is not over yet; it can be closed from {closable} on.",
            status=409,
            extra={"closable_from": str(closable)},
        )
