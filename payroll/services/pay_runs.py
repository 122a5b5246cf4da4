"""The life of a pay run: prepared, calculated (``services.calculations``), submitted, approved, locked."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services import requests
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotAllowed, NotFound
from payroll.models import PayGroup, PayRun
from payroll.queries import histories
from payroll.queries.digests import chain_of
from payroll.queries.formula_sets import default_group
from payroll.services.formula_sets import version_for

KIND = "payroll_run"
State = PayRun.State


@transaction.atomic
def prepare_run(*, month: date, actor: Actor, now: datetime, group: PayGroup | None = None) -> PayRun:
    """The month's run with today's formulas, ready to be calculated; a run that is not open comes back as it is.

    Errors: payroll.run.no_items before a pack was installed, payroll.run.earlier_unfinished, payroll.formula.*.
    """
    actor.require("payroll.run.change")
    group = group or default_group()
    if group is None:
        raise _no_items()
    run, _created = PayRun.objects.get_or_create(
        group=group, month=month, kind=PayRun.Kind.REGULAR, defaults={"created_at": now}
    )
    run = locked_run(run.id)
    if not run.is_open:
        return run
    earlier = histories.earlier_runs(group, month)
    last_day = date.fromordinal(run.end_date.toordinal() - 1)
    run.formula_set = version_for(group=group, on_date=last_day, actor=actor, now=now)
    run.history_digest = histories.history_digest(this_year(earlier, month))
    run.state = State.CALCULATING
    run.save(update_fields=["formula_set", "history_digest", "state"])
    return run


@transaction.atomic
def submit_run(*, run: PayRun, actor: Actor, now: datetime) -> PayRun:
    """Ask a payroll officer other than the actor to approve a calculated run.

    Errors (409): payroll.run.{not_calculated,already_submitted,has_errors,empty,outdated}.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    _check_submittable(run)
    run.submitted_at, run.maker_id, run.maker_label = now, actor.user_id, actor.label[:200]
    run.version += 1
    run.save(update_fields=["submitted_at", "maker", "maker_label", "version"])
    payload = {
        "month": f"{run.month:%Y-%m}", "headcount": run.headcount, "gross_fen": run.gross_fen, "net_fen": run.net_fen,
        "result_digest": run.result_digest,
    }  # fmt: skip
    steps = [requests.by_role(Role.PAYROLL_OFFICER)]
    requests.submit(kind=KIND, subject=run, steps=steps, payload=payload, actor=actor, now=now)
    record(actor=actor, action="payroll.run.submit", subject=run, new={"result_digest": run.result_digest}, now=now)
    return run


@transaction.atomic
def approve_run(*, run: PayRun, approve: bool, comment: str, actor: Actor, now: datetime) -> PayRun:
    """Decide the submitted run; whoever submitted it cannot. A refusal opens the run again.

    Errors: payroll.run.not_submitted (409), approvals.request.{own,not_yours} (403).
    """
    run = locked_run(run.id)
    actor.require("payroll.run.approve")
    request = ApprovalRequest.objects.filter(kind=KIND, subject_id=run.id, state=ApprovalRequest.State.PENDING).first()
    if request is None:
        raise _conflict("not_submitted", "该批次尚未提交审批。", "This run has not been submitted for approval.")
    requests.decide(request=request, approve=approve, comment=comment, actor=actor, now=now)
    run.refresh_from_db()
    return run


@transaction.atomic
def lock_run(*, run: PayRun, actor: Actor, now: datetime) -> PayRun:
    """Close an approved run for good: payslips are checked against what was approved, and their digests chained.

    Errors (409): payroll.run.{not_approved,has_errors,earlier_open,changed}.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.lock")
    _check_lockable(run)
    run.chain = chain_of(run)
    if (run.chain or [""])[-1] != run.result_digest:
        raise _conflict("changed", "工资单与审批时不一致。", "The payslips are not those that were approved.")
    run.state, run.locked_at, run.locked_by = State.LOCKED, now, actor.label[:200]
    run.version += 1
    run.save(update_fields=["state", "locked_at", "locked_by", "chain", "version"])
    facts = {"headcount": run.headcount, "net_fen": run.net_fen, "result_digest": run.result_digest}
    record(actor=actor, action="payroll.run.lock", subject=run, new=facts, now=now)
    return run


def on_approved(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """The last decision was yes; also reached from the approvals pages, so everything is checked here."""
    run = locked_run(request.subject_id)
    actor.require("payroll.run.approve")
    if actor.user_id is None:
        raise NotAllowed("payroll.run.approve")
    if run.state != State.CALCULATED or request.payload["result_digest"] != run.result_digest:
        raise _conflict("changed", "提交后数据已变化,请重新提交。", "The run changed after it was submitted.")
    run.state, run.approved_at = State.APPROVED, now
    run.checker_id, run.checker_label = actor.user_id, actor.label[:200]
    run.version += 1
    run.save(update_fields=["state", "approved_at", "checker", "checker_label", "version"])
    record(actor=actor, action="payroll.run.approve", subject=run, new={"result_digest": run.result_digest}, now=now)


def on_rejected(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """Rejected or withdrawn: the run may be calculated and submitted again."""
    run = locked_run(request.subject_id)
    run.submitted_at, run.maker_id, run.maker_label = None, None, ""
    run.version += 1
    run.save(update_fields=["submitted_at", "maker", "maker_label", "version"])
    record(actor=actor, action="payroll.run.reopen", subject=run, now=now)


def locked_run(run_id: int) -> PayRun:
    """The row, locked until the transaction ends."""
    rows = PayRun.objects.select_for_update(no_key=True, of=("self",)).select_related("group", "formula_set")
    run: PayRun | None = rows.filter(id=run_id).first()
    if run is None:
        raise NotFound("payroll.run", run_id)
    return run


def this_year(runs: list[PayRun], month: date) -> list[PayRun]:
    return [run for run in runs if run.month.year == month.year]


def _check_submittable(run: PayRun) -> None:
    if run.state != State.CALCULATED:
        raise _conflict("not_calculated", "请先完成核算。", "Calculate the run first.")
    if run.submitted_at is not None:
        raise _conflict("already_submitted", "该批次已提交审批。", "The run has already been submitted.")
    _check_whole(run)
    if run.headcount == 0:
        raise _conflict("empty", "该批次没有工资单。", "The run has no payslips.")
    earlier = this_year(histories.earlier_runs(run.group, run.month), run.month)
    if histories.history_digest(earlier) != run.history_digest:
        raise _conflict(
            "outdated", "本年更早月份的薪资已变化,请重新核算。", "An earlier month has changed. Calculate again."
        )


def _check_lockable(run: PayRun) -> None:
    if run.state != State.APPROVED:
        raise _conflict("not_approved", "只能锁定已审批的批次。", "Only an approved run can be locked.")
    _check_whole(run)
    for one in this_year(histories.earlier_runs(run.group, run.month), run.month):
        if one.state != State.LOCKED:
            raise _conflict(
                "earlier_open", f"请先锁定 {one.month:%Y-%m} 的薪资。", f"Lock the run of {one.month:%Y-%m} first."
            )


def _check_whole(run: PayRun) -> None:
    if run.error_count:
        raise _conflict(
            "has_errors", f"有 {run.error_count} 人的工资单存在错误,请处理后重新核算。",
            f"{run.error_count} payslips have errors. Put them right and calculate again.",
        )  # fmt: skip


def _no_items() -> DomainError:
    return _conflict("no_items", "尚未安装薪资项目包。", "No pay item pack has been installed yet.")


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.run.{word}", zh=zh, en=en, status=409)
