"""What the close of a month came to, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attendance.queries.months import end_of
from hrsaas.jobs.models import Job, JobError
from hrsaas.months.queries.closes import close_of
from hrsaas.months.stages import stages
from hrsaas.people.queries.employees import active_in


def report_lines(month: date, job: Job) -> Iterator[str]:
    """Headcount, what each stage counted and totalled, and how many people were stopped."""
    yield f"{month:%Y-%m}: {job.get_state_display()}"
    yield f"  headcount: {active_in(month, end_of(month)).count()}"
    close = close_of(month)
    kept = close.summaries if close else {}
    for stage in stages():
        if stage.name in kept:
            yield f"  {stage.name}: {_flat(kept[stage.name])}"
    if job.counts:
        yield f"  this run: {_flat(job.counts)}"
    yield f"  stopped: {JobError.objects.filter(job=job).count()}"


def _flat(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items()) or "nothing"
