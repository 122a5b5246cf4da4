"""A kind of job for tests. Every step leaves an audit entry, so that lost and repeated work can be counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connections

from hrsaas.audit.models import Entry
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import ItemError, JobContext, JobKind, Step, StepContext, StepResult, register

KIND = "test.steps"
PERMISSION = "jobs.job.change"
asleep = threading.Event()
_broken_once: set[tuple[int, int]] = set()


def effects(job_id: int) -> list[int]:
    """The positions whose step took effect, in order, with repetitions."""
    entries = Entry.objects.filter(action="test.job.step", new__job=job_id).order_by("id")
    return list(entries.values_list("subject_id", flat=True))


def _plan(params):
    return [Step(f"part {number}", what) for number, what in enumerate(params["do"])]


def _run_step(context: StepContext) -> StepResult:
    record(
        actor=context.actor, action="test.job.step", subject_type="test.step", subject_id=context.position,
        new={"job": context.job_id}, now=context.now,
    )  # fmt: skip
    return DEEDS[context.step.key](context)


def _count(context: StepContext) -> StepResult:
    return StepResult(counts={"done": 1, "weight": context.position}, note={f"note {context.position}": "kept"})


def _sleep(context: StepContext) -> StepResult:
    asleep.set()
    time.sleep(context.params["seconds"])
    return _count(context)


def _item_error(context: StepContext) -> StepResult:
    return StepResult(counts={"done": 1}, errors=[ItemError("E007", "test.bad_item", "坏了", "broken")])


def _refuse(context: StepContext) -> StepResult:
    raise DomainError("test.refused", zh="不行", en="No")


def _break(context: StepContext) -> StepResult:
    raise KeyError("a bug")


def _first_time(context: StepContext) -> bool:
    place = (context.job_id, context.position)
    seen = place in _broken_once
    _broken_once.add(place)
    return not seen


def _break_once(context: StepContext) -> StepResult:
    if _first_time(context):
        raise KeyError("a bug that goes away")
    return _count(context)


def _cut_once(context: StepContext) -> StepResult:
    """The server ends our connection in the middle of the step."""
    if _first_time(context):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return _count(context)


def _robbed(context: StepContext) -> StepResult:
    """Another worker takes the job over while this step works."""
    with connections["maintenance"].cursor() as cursor:
        cursor.execute("UPDATE jobs_job SET lease = gen_random_uuid() WHERE id = %s", [context.job_id])
    return _count(context)


DEEDS: dict[str, Callable[[StepContext], StepResult]] = {
    "count": _count,
    "sleep": _sleep,
    "item_error": _item_error,
    "refuse": _refuse,
    "break": _break,
    "break_once": _break_once,
    "cut_once": _cut_once,
    "robbed": _robbed,
}


def _finish(context: JobContext) -> dict[str, object]:
    if context.params.get("finish") == "refuse":
        raise DomainError("test.finish_refused", zh="不行", en="No")
    return {"result": context.counts.get("done", 0)}


def _stopped(context: JobContext, state: str) -> None:
    record(
        actor=context.actor, action="test.job.stopped", subject_type="test.job", subject_id=context.job_id,
        new={"state": state}, now=context.now,
    )  # fmt: skip


register(JobKind(KIND, "测试", "Test", PERMISSION, _plan, _run_step, _finish, _stopped))
