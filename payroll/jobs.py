"""Payroll's part of the month close, its own job for calculating a run, and its kind of approval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.approvals import kinds as approvals
from hrsaas.jobs import kinds as jobs
from hrsaas.months import stages
from payroll.queries.pay_runs import approval_facts
from payroll.services import calculations, file_making, pay_files, pay_runs, what_ifs
from payroll.services.pay_runs import locked_run


def _plan(params: Mapping[str, Any]) -> list[jobs.Step]:
    keys = calculations.plan_run(params["run"]) if "run" in params else calculations.plan(_month(params))
    return [jobs.Step("payroll", key) for key in keys]


def _run_step(context: jobs.StepContext) -> jobs.StepResult:
    month = None if "run" in context.params else _month(context.params)
    return calculations.calculate_part(month=month, key=context.step.key, actor=context.actor, now=context.now)


def _finish(context: jobs.JobContext) -> dict[str, Any]:
    by = {"actor": context.actor, "now": context.now}
    if "run" in context.params:
        return calculations.finish_run(run=locked_run(context.params["run"]), **by)
    return calculations.finish_calculation(month=_month(context.params), **by)


def _month(params: Mapping[str, Any]) -> date:
    return date.fromisoformat(params["month"])


def _plan_what_if(params: Mapping[str, Any]) -> list[jobs.Step]:
    return [jobs.Step("payroll", key) for key in what_ifs.plan(params["what_if"])]


def _what_if_step(context: jobs.StepContext) -> jobs.StepResult:
    return what_ifs.calculate_part(what_if_id=context.params["what_if"], key=context.step.key, now=context.now)


def _what_if_done(context: jobs.JobContext) -> dict[str, Any]:
    what_ifs.finish(what_if_id=context.params["what_if"], now=context.now)
    return {}


def _stage_step(month: date, key: Any, actor: Actor, now: datetime) -> jobs.StepResult:
    return calculations.calculate_part(month=month, key=key, actor=actor, now=now)


def _stage_finish(month: date, actor: Actor, now: datetime) -> dict[str, Any]:
    return calculations.finish_calculation(month=month, actor=actor, now=now)


def _plan_file(params: Mapping[str, Any]) -> list[jobs.Step]:
    return [jobs.Step("payroll", key) for key in file_making.plan(params["file"])]


def _make_part(context: jobs.StepContext) -> jobs.StepResult:
    return file_making.make_part(
        file_id=context.params["file"], key=context.step.key, position=context.position, total=context.total
    )


def _finish_file(context: jobs.JobContext) -> dict[str, Any]:
    return file_making.finish(file_id=context.params["file"])


def _stop_file(context: jobs.JobContext, state: str) -> None:
    file_making.stop(file_id=context.params["file"])


def _register(
    code: str, title_zh: str, title_en: str, permission: str, titles: Mapping[str, Any],
    *, part: Any = stages.title_of, **work: Any,
) -> None:  # fmt: skip
    """work: plan, run_step, finish, on_stopped of the JobKind; part: how people read what it is at."""
    kind = jobs.JobKind(
        code=code, title_zh=title_zh, title_en=title_en, permission=permission, count_titles=lambda: titles,
        step_title=part, **work,
    )  # fmt: skip
    jobs.register(kind)


_TITLES = {
    "people": _("people"),
    "changed": _("payslips written"),
    "headcount": _("payslips"),
    "errors": _("people with errors"),
    "warnings": _("people with warnings"),
    "gross_fen": _("gross (yuan)"),
    "tax_fen": _("income tax (yuan)"),
    "net_fen": _("net (yuan)"),
    "cost_fen": _("cost of employment (yuan)"),
}
_WHAT_IF_TITLES = {"people": _("people"), "changed": _("people paid differently"), "errors": _("people with errors")}
_FILE_TITLES = {"people": _("people"), "bytes": _("bytes")}

_register(
    calculations.JOB, "薪资核算", "Payroll calculation", "payroll.run.change", _TITLES,
    plan=_plan, run_step=_run_step, finish=_finish,
)  # fmt: skip
_register(
    what_ifs.JOB, "公式变更试算", "What a change of formulas would cost", "payroll.run.view", _WHAT_IF_TITLES,
    plan=_plan_what_if, run_step=_what_if_step, finish=_what_if_done,
)  # fmt: skip
_register(
    pay_files.JOB, "生成薪资文件", "Payroll file", "payroll.file.change", _FILE_TITLES,
    plan=_plan_file, run_step=_make_part, finish=_finish_file, on_stopped=_stop_file,
    part=lambda _name: str(_("Writing the file")),
)  # fmt: skip
stages.register(
    stages.MonthStage(
        name="payroll",
        order=30,
        title_zh="薪资核算",
        title_en="Payroll",
        plan=calculations.plan,
        run_step=_stage_step,
        finish=_stage_finish,
        titles=_TITLES,
    )
)
approvals.register(
    approvals.ApprovalKind(
        code=pay_runs.KIND,
        title_zh="薪资批次审批",
        title_en="Approval of a pay run",
        on_approved=pay_runs.on_approved,
        on_rejected=pay_runs.on_rejected,
        describe=approval_facts,
    )
)
