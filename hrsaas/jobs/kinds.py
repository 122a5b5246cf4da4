"""What kinds of long work there are; apps register theirs when Django starts (``<app>/jobs.py``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.languages import in_chinese


@dataclass(frozen=True)
class Step:
    """One transaction's worth of work. name: what people read as the stage; key: JSON that says which part."""

    name: str
    key: Any = None


@dataclass(frozen=True)
class ItemError:
    """One item that a step could not do; the job goes on."""

    item: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class StepResult:
    """counts are added up over the steps; note is merged into the job's summary, key by key."""

    counts: Mapping[str, int] = field(default_factory=dict)
    errors: Sequence[ItemError] = ()
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JobContext:
    """What the kind's functions may know. actor: the system, under the name of who started the job."""

    job_id: int
    params: Mapping[str, Any]
    actor: Actor
    now: datetime
    counts: Mapping[str, int]
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class StepContext(JobContext):
    """position: 0-based among total steps."""

    step: Step
    position: int
    total: int


@dataclass(frozen=True)
class JobKind:
    """A kind of long work.

    plan(params) lists the steps, in order; called once, in a transaction of its own.
    run_step(context) does one step in the transaction that also moves the job on: it is done exactly once, and
    repeated from its beginning after a crash. DomainError fails the job with that text.
    finish(context) runs after the last step, in one transaction, and returns what to add to the summary.
    on_stopped(context, state) runs in the transaction that ends the job as failed or cancelled; it must not refuse.
    step_title(name) is how people read a step's name in the active language; without it they read the name.
    count_titles() is what people read for the counts, in the order to show; others they do not see. Without it all.
    next_pages(params): (title, address) of what one goes to from the job's page.
    permission: what the actor of ``enqueue`` needs.
    """

    code: str
    title_zh: str
    title_en: str
    permission: str
    plan: Callable[[Mapping[str, Any]], list[Step]]
    run_step: Callable[[StepContext], StepResult]
    finish: Callable[[JobContext], dict[str, Any]] | None = None
    on_stopped: Callable[[JobContext, str], None] | None = None
    step_title: Callable[[str], str] | None = None
    count_titles: Callable[[], Mapping[str, Any]] | None = None
    next_pages: Callable[[Mapping[str, Any]], Sequence[tuple[Any, str]]] | None = None

    @property
    def title(self) -> str:
        return self.title_zh if in_chinese() else self.title_en


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind known. Registering the same code again replaces it, so that modules may be imported twice."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> JobKind:
    """The kind, or DomainError ``jobs.kind.unknown``."""
    if code not in _kinds:
        raise DomainError(
            "jobs.kind.unknown", zh=f"没有名为 {code} 的任务类型。", en=f"There is no kind of job called {code}."
        )
    return _kinds[code]


def known_codes() -> frozenset[str]:
    """The codes of all kinds that are registered."""
    return frozenset(_kinds)


def tell_stopped(code: str, context: JobContext, state: str) -> None:
    """Let the kind put its own rows right when a job failed or was cancelled."""
    kind = _kinds.get(code)
    if kind and kind.on_stopped:
        kind.on_stopped(context, state)


def title_of(code: str) -> str:
    """The kind's name for people; the code itself for kinds that no longer exist."""
    return _kinds[code].title if code in _kinds else code


def step_title_of(code: str, name: str) -> str:
    """A step's name for people."""
    kind = _kinds.get(code)
    return kind.step_title(name) if kind and kind.step_title and name else name


def count_titles_of(code: str, counts: Mapping[str, int]) -> Mapping[str, Any]:
    """What people read for these counts, in the order to show."""
    kind = _kinds.get(code)
    return kind.count_titles() if kind and kind.count_titles else {name: name for name in counts}


def next_pages_of(code: str, params: Mapping[str, Any]) -> Sequence[tuple[Any, str]]:
    """Where people go on from the job's page."""
    kind = _kinds.get(code)
    return kind.next_pages(params) if kind and kind.next_pages else ()


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they will be read back from the database: dates and decimals become text."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return plain
