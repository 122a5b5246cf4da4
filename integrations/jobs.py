"""Applying an import is a job of one step: one transaction, whole or not at all, and it survives its worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hrsaas.jobs.kinds import JobKind, Step, StepContext, StepResult, register
from integrations.services.imports import JOB_KIND, apply_import

# What a file does or did, as people read it.
COUNTS = {
    "new": _("new"),
    "unchanged": _("unchanged"),
    "new_units": _("new units"),
    "new_positions": _("new positions"),
    "punches": _("punches"),
    "days": _("days new or changed"),
    "people": _("people"),
    "added": _("added"),
    "repeated": _("there already"),
    "late": _("too late for a locked month"),
    "not_punches": _("entries without a punch"),
}


def _plan(params: Mapping[str, Any]) -> list[Step]:
    return [Step("apply", params["import_id"])]


def _run(context: StepContext) -> StepResult:
    done = apply_import(import_id=context.step.key, actor=context.actor, now=context.now)
    return StepResult(counts=done.counts)


def _pages(params: Mapping[str, Any]) -> list[tuple[Any, str]]:
    return [(_("The file"), reverse("admin:integrations_import_change", args=[params["import_id"]]))]


register(
    JobKind(
        JOB_KIND, "应用导入文件", "Apply an imported file", "integrations.import.apply", _plan, _run,
        count_titles=lambda: COUNTS, next_pages=_pages,
    )
)  # fmt: skip
