"""The life of a pay run: made, calculated (``services.calculations``), reviewed, submitted, approved, locked, paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services import requests
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import PayGroup, PayRun, PayRunPerson, PayScheme, Payslip
from payroll.queries import histories
from payroll.queries.digests import chain_of
from payroll.queries.pay_groups import groups
from payroll.services.formula_sets import version_for
from payroll.services.open_findings import require_no_open_stops

KIND = "payroll_run"
State = PayRun.State


@transaction.atomic
def prepare_month(*, month: date, actor: Actor, now: datetime) -> list[PayRun]:
    """The month's regular runs, one per pay group, ready to be calculated. Errors: as prepare_run;
    payroll.run.no_items before a pack was installed.
    """
    found = groups()
    if not found:
        raise _conflict("no_items", "尚未安装薪资项目包。", "No pay item pack has been installed yet.")
    return [prepare_run(run=regular_run_of(group, month, now), actor=actor, now=now) for group in found]


def regular_run_of(group: PayGroup, month: date, now: datetime) -> PayRun:
    """The group's regular run of the month, made if there is none."""
    made = {"created_at": now, "scheme": group.scheme, "entity": group.entity}
    run: PayRun
    run, _created = PayRun.objects.get_or_create(group=group, month=month, kind=PayRun.Kind.REGULAR, defaults=made)
    return run


@transaction.atomic
def create_run(
    *, group: PayGroup, month: date, kind: str, title: str, actor: Actor, now: datetime,
    scheme: PayScheme | None = None, employees: Sequence[Employee] = (),
) -> PayRun:  # fmt: skip
    """A draft of an off-cycle or bonus run beside the regular one. employees: whom it pays, none for the whole group.
    scheme: the group's if not given.

    Errors: payroll.run.{regular_by_month,not_first_day,no_title}.
    """
    actor.require("payroll.run.change")
    _check_new(month, kind, title)
    run: PayRun = PayRun.objects.create(
        group=group, month=month, kind=kind, title=title.strip(), scheme=scheme or group.scheme, entity=group.entity,
        created_at=now,
    )  # fmt: skip
    PayRunPerson.objects.bulk_create([PayRunPerson(run=run, employee=one) for one in employees])
    facts = {"month": f"{month:%Y-%m}", "kind": kind, "title": run.title, "people": len(employees)}
    record(actor=actor, action="payroll.run.create", subject=run, new=facts, now=now)
    return run


@transaction.atomic
def remove_run(*, run: PayRun, actor: Actor, now: datetime) -> None:
    """Take back an off-cycle or bonus run that was not approved, with its payslips and the values entered for it.

    Errors (409): payroll.run.{regular_stays,not_open}.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    if run.is_regular:
        raise _conflict("regular_stays", "月度批次不能删除。", "The regular run of a month stays.")
    require_open(run)
    record(actor=actor, action="payroll.run.remove", subject=run, old={"title": run.title}, now=now)
    for rows in (run.manual_amounts, run.retro_differences, run.item_totals, run.payslips, run.values, run.people):
        rows.all().delete()
    run.delete()


@transaction.atomic
def prepare_run(*, run: PayRun, actor: Actor, now: datetime) -> PayRun:
    """The run with today's formulas, ready to be calculated; one that is not open comes back as it is. Nobody counts
    as calculated any more, but for the people of an unfinished calculation by the same formulas.

    Errors: payroll.run.earlier_unfinished, payroll.formula.*.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    if not run.is_open:
        return run
    version = version_for(scheme=run.scheme, on_date=last_day_of(run), actor=actor, now=now)
    digest = histories.history_digest(histories.earlier_runs(run))
    if run.state != State.CALCULATING or (run.formula_set_id, run.history_digest) != (version.id, digest):
        run.parts = []
    run.formula_set, run.history_digest, run.state = version, digest, State.CALCULATING
    run.save(update_fields=["formula_set", "history_digest", "state", "parts"])
    return run


@transaction.atomic
def review_run(*, run: PayRun, note: str, actor: Actor, now: datetime) -> PayRun:
    """Somebody has looked through what was calculated and puts a name to it; only then can it be submitted.

    Errors (409): payroll.run.{not_calculated,has_errors,empty,outdated,open_findings}.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    if run.state != State.CALCULATED:
        raise _conflict("not_calculated", "请先完成核算。", "Calculate the run first.")
    _check_sound(run)
    require_no_open_stops(run)
    run.state, run.reviewed_at, run.reviewed_by, run.review_note = State.REVIEWED, now, actor.label[:200], note
    run.version += 1
    run.save(update_fields=["state", "reviewed_at", "reviewed_by", "review_note", "version"])
    facts = {"note": note, "result_digest": run.result_digest}
    record(actor=actor, action="payroll.run.review", subject=run, new=facts, now=now)
    return run


@transaction.atomic
def submit_run(*, run: PayRun, actor: Actor, now: datetime) -> PayRun:
    """Ask a payroll officer other than the actor to approve a reviewed run.

    Errors (409): payroll.run.{not_reviewed,already_submitted,has_errors,empty,outdated,open_findings}.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    _check_submittable(run)
    require_no_open_stops(run)  # what it was calculated from may have changed since the review
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
    actor.require("payroll.run.approve")
    # The request before the run, as the approvals pages do: the other way round, two of them would wait in a circle.
    pending = ApprovalRequest.objects.filter(kind=KIND, subject_id=run.id, state=ApprovalRequest.State.PENDING)
    request = pending.select_for_update(no_key=True).first()
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


@transaction.atomic
def mark_paid(*, run: PayRun, paid_on: date, actor: Actor, now: datetime) -> PayRun:
    """The bank has paid a locked run. Errors (409): payroll.run.{not_locked}; payroll.run.paid_in_future."""
    run = locked_run(run.id)
    actor.require("payroll.run.lock")
    if run.state != State.LOCKED:
        raise _conflict("not_locked", "只能将已锁定的批次标记为已发放。", "Only a locked run can be marked as paid.")
    if paid_on > now.astimezone(current_tenant().zone).date():
        raise DomainError(
            "payroll.run.paid_in_future", field="paid_on",
            zh="发放日期不能晚于今天。", en="The day of payment cannot be in the future.",
        )  # fmt: skip
    run.state, run.paid_on, run.paid_by = State.PAID, paid_on, actor.label[:200]
    run.version += 1
    run.save(update_fields=["state", "paid_on", "paid_by", "version"])
    record(actor=actor, action="payroll.run.pay", subject=run, new={"paid_on": paid_on.isoformat()}, now=now)
    return run


def on_approved(request: ApprovalRequest, actor: Actor, now: datetime) -> None:
    """The last decision was yes; also reached from the approvals pages, so everything is checked here."""
    run = locked_run(request.subject_id)
    actor.require("payroll.run.approve")
    if actor.user_id is None:
        raise NotAllowed("payroll.run.approve")
    if run.state != State.REVIEWED or request.payload["result_digest"] != run.result_digest:
        raise _conflict("changed", "提交后数据已变化，请重新提交。", "The run changed after it was submitted.")
    _check_history(run)
    _check_paid_once(run)
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
    """The row, locked until the transaction ends. DomainError payroll.run.gone (404) if it was taken back."""
    rows = PayRun.objects.select_for_update(no_key=True, of=("self",)).select_related("group", "scheme", "formula_set")
    run: PayRun | None = rows.filter(id=run_id).first()
    if run is None:
        raise DomainError(
            "payroll.run.gone", status=404, zh="该批次已被撤销。", en="The run has been taken back meanwhile."
        )
    return run


def last_day_of(run: PayRun) -> date:
    """The day whose law and parameters the run is calculated by."""
    return date.fromordinal(run.end_date.toordinal() - 1)


def require_open(run: PayRun) -> None:
    """DomainError payroll.run.not_open (409)."""
    if not run.is_open:
        raise _conflict(
            "not_open", "该批次已提交、审批或锁定，不能更改。",
            "The run is submitted, approved or locked; it cannot be changed.",
        )  # fmt: skip


def _check_submittable(run: PayRun) -> None:
    if run.submitted_at is not None:
        raise _conflict("already_submitted", "该批次已提交审批。", "The run has already been submitted.")
    if run.state != State.REVIEWED:
        raise _conflict("not_reviewed", "请先核算并复核。", "Calculate and review the run first.")
    _check_sound(run)


def _check_sound(run: PayRun) -> None:
    """Without errors, with people, and on top of earlier runs as they still are."""
    _check_whole(run)
    if run.headcount == 0:
        raise _conflict("empty", "该批次没有工资单。", "The run has no payslips.")
    _check_history(run)


def _check_history(run: PayRun) -> None:
    """What it carries on from must still be so: year to date, and differences that others pay."""
    if histories.history_digest(histories.earlier_runs(run)) != run.history_digest:
        raise _conflict(
            "outdated", "本年更早的薪资批次已变化，请重新核算。", "An earlier run has changed. Calculate again."
        )


def _check_lockable(run: PayRun) -> None:
    if run.state != State.APPROVED:
        raise _conflict("not_approved", "只能锁定已审批的批次。", "Only an approved run can be locked.")
    _check_whole(run)
    for one in histories.earlier_runs(run):
        counts = one.month.year == run.month.year or one.retro_differences.exists()
        if counts and one.state not in PayRun.CLOSED:
            raise _conflict("earlier_open", f"请先锁定“{one}”。", f"Lock '{one}' first.")


def _check_paid_once(run: PayRun) -> None:
    """Nobody gets the regular pay of a month twice; the database refuses it too (payroll_paid_once)."""
    if not run.is_regular:
        return
    others = Payslip.objects.filter(
        run__month=run.month, run__kind=PayRun.Kind.REGULAR, run__state__in=[State.APPROVED, *PayRun.CLOSED]
    ).exclude(run=run)  # fmt: skip
    twice = others.filter(Exists(Payslip.objects.filter(run=run, employee=OuterRef("employee")))).first()
    if twice is not None:
        raise _conflict(
            "paid_twice", f"{twice} 当月已在另一薪资组发放，请核对薪资组后重新核算。",
            f"{twice} is paid for the month in another pay group. Check the groups and calculate again.",
        )  # fmt: skip


def _check_whole(run: PayRun) -> None:
    if run.error_count:
        raise _conflict(
            "has_errors", f"有 {run.error_count} 人的工资单存在错误，请处理后重新核算。",
            f"{run.error_count} payslips have errors. Put them right and calculate again.",
        )  # fmt: skip


def _check_new(month: date, kind: str, title: str) -> None:
    if kind == PayRun.Kind.REGULAR:
        raise DomainError(
            "payroll.run.regular_by_month", field="kind",
            zh="月度批次由“核算”生成。", en="The regular run is made by calculating the month.",
        )  # fmt: skip
    if month.day != 1:
        raise DomainError(
            "payroll.run.not_first_day", field="month", zh="请给出月份的第一天。", en="Give the first day of the month."
        )
    if not title.strip():
        raise DomainError("payroll.run.no_title", field="title", zh="请填写批次名称。", en="Give the run a title.")


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.run.{word}", zh=zh, en=en, status=409)
