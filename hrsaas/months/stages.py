"""What closing a month consists of; the apps register their parts when Django starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hrsaas.access.actors import Actor
from hrsaas.jobs.kinds import StepResult
from hrsaas.languages import in_chinese


@dataclass(frozen=True)
class MonthStage:
    """One app's part of the month close. month is the first of the month.

    name: of the module; a tenant that has not activated it closes its months without the stage.
    plan(month) → JSON keys, one for each transaction of work, listed before the first stage runs.
    run_step(month, key, actor, now) does one of them; doing it again on a closed month must change nothing.
    finish(month, actor, now) → the stage's summary (JSON), after its last step and before the next stage: what was
    closed, not how far its approval has come, since a repeated close is compared by it.
    titles: what people read for the counts of the steps and the figures of the summary; others they do not see.
    """

    name: str
    order: int
    title_zh: str
    title_en: str
    plan: Callable[[date], list[Any]]
    run_step: Callable[[date, Any, Actor, datetime], StepResult]
    finish: Callable[[date, Actor, datetime], dict[str, Any]]
    titles: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.title_zh if in_chinese() else self.title_en


_stages: dict[str, MonthStage] = {}


def register(stage: MonthStage) -> None:
    """Make a stage known; the same name again replaces it."""
    _stages[stage.name] = stage


def stages() -> list[MonthStage]:
    """All stages in the order in which they run."""
    return sorted(_stages.values(), key=lambda stage: (stage.order, stage.name))


def stage_of(name: str) -> MonthStage:
    return _stages[name]


def title_of(name: str) -> str:
    """The stage's name for people."""
    return _stages[name].title if name in _stages else name


def count_titles() -> dict[str, str]:
    """What people read for the counts of a whole close, which carry the stage's name in front."""
    return {
        f"{stage.name}.{name}": f"{stage.title} · {title}" for stage in stages() for name, title in stage.titles.items()
    }
