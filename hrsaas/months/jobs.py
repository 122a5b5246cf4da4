"""The job kind ``month_close``: the plans of all stages, one after the other, each with its own finish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hrsaas.jobs.kinds import JobContext, JobKind, Step, StepContext, StepResult, register
from hrsaas.months.services import closes
from hrsaas.months.stages import count_titles, stage_of, stages, title_of
from hrsaas.tenancy.models.tenants import Module
from hrsaas.tenancy.queries.tenants import current_tenant


def _plan(params: Mapping[str, Any]) -> list[Step]:
    month, inactive = _month(params), set(Module.values) - set(current_tenant().modules)
    steps: list[Step] = []
    for stage in stages():
        if stage.name in inactive:
            continue
        steps += [Step(stage.name, {"part": key}) for key in stage.plan(month)]
        steps.append(Step(stage.name, {"finish": True}))
    return steps


def _run_step(context: StepContext) -> StepResult:
    stage, month = stage_of(context.step.name), _month(context.params)
    if "finish" in context.step.key:
        summary = stage.finish(month, context.actor, context.now)
        closes.note_stage(month=month, stage=stage.name, summary=summary)
        return StepResult(note={stage.name: summary})
    result = stage.run_step(month, context.step.key["part"], context.actor, context.now)
    counts = {f"{stage.name}.{name}": count for name, count in result.counts.items()}
    return StepResult(counts=counts, errors=result.errors, note=result.note)


def _finish(context: JobContext) -> dict[str, Any]:
    closes.mark_closed(month=_month(context.params), actor=context.actor, now=context.now)
    return {}


def _stopped(context: JobContext, state: str) -> None:
    closes.mark_stopped(month=_month(context.params), job_state=state)


def _month(params: Mapping[str, Any]) -> date:
    return date.fromisoformat(params["month"])


register(
    JobKind(
        code=closes.KIND,
        title_zh="月结",
        title_en="Month close",
        permission="months.close.run",
        plan=_plan,
        run_step=_run_step,
        finish=_finish,
        on_stopped=_stopped,
        step_title=title_of,
        count_titles=count_titles,
    )
)
