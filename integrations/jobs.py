"""Applying an import is a job of one step: one transaction, whole or not at all, and it survives its worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hrsaas.jobs.kinds import JobKind, Step, StepContext, StepResult, register
from integrations.services.imports import JOB_KIND, apply_import


def _plan(params: Mapping[str, Any]) -> list[Step]:
    return [Step("apply", params["import_id"])]


def _run(context: StepContext) -> StepResult:
    done = apply_import(import_id=context.step.key, actor=context.actor, now=context.now)
    return StepResult(counts=done.counts)


register(JobKind(JOB_KIND, "应用导入文件", "Apply an imported file", "integrations.import.apply", _plan, _run))
