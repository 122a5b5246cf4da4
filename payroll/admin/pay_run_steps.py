"""How far a pay run is, what comes next, and why somebody may not do it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hrsaas.access.actors import Actor
from hrsaas.jobs.admin.jobs import progress_context
from hrsaas.jobs.queries.jobs import open_job
from hrsaas.months.services.closes import KIND as MONTH_CLOSE
from payroll.models import PayRun
from payroll.queries.pay_runs import may_be_approved_by
from payroll.queries.version_diffs import earlier_version
from payroll.rules.findings import Kind
from payroll.services.calculations import JOB

State = PayRun.State


@dataclass(frozen=True)
class Step:
    """One step of a run's life. state: done, current (being done) or todo."""

    title: Any
    state: str
    who: str = ""
    at: datetime | date | None = None


@dataclass(frozen=True)
class NextStep:
    """The action (its name in PayRunAdmin) that moves the run on; why: a sentence that says what stops the actor.
    where: (title, address) of what to do about it.
    """

    action: str
    title: Any
    permission: str
    why: str = ""
    where: tuple[Any, str] | None = None


def steps_of(run: PayRun) -> list[Step]:
    rows: list[tuple[Any, str, datetime | date | None]] = [
        (_("Made"), "", run.created_at),
        (_("Calculated"), "", run.calculated_at),
        (_("Reviewed"), run.reviewed_by, run.reviewed_at),
        (_("Submitted"), run.maker_label, run.submitted_at),
        (_("Approved"), run.checker_label, run.approved_at),
        (_("Locked"), run.locked_by, run.locked_at),
        (_("Paid"), run.paid_by, run.paid_on),
    ]
    done = _done(run)
    return [
        Step(title, "done", who, at) if place < done else Step(title, "current" if place == done else "todo")
        for place, (title, who, at) in enumerate(rows)
    ]


def _done(run: PayRun) -> int:
    if run.state == State.REVIEWED and run.submitted_at is not None:
        return 4
    order = {State.CALCULATED: 2, State.REVIEWED: 3, State.APPROVED: 5, State.LOCKED: 6, State.PAID: 7}
    return order.get(State(run.state), 1)


def next_step(run: PayRun, actor: Actor, open_findings: int) -> NextStep | None:
    """None where nothing is left to do. open_findings: those that keep the run from being reviewed."""
    step = _planned(run, open_findings)
    if step is None or step.why:
        return step
    why = _stopped(run, step, actor)
    return replace(step, why=why)


def _planned(run: PayRun, open_findings: int) -> NextStep | None:
    change, approve, lock = (f"payroll.run.{verb}" for verb in ("change", "approve", "lock"))
    if run.state in (State.DRAFT, State.CALCULATING):
        return NextStep("again", _("Calculate"), change)
    if run.state == State.CALCULATED:
        return NextStep("review", _("Confirm the review"), change, *_before_review(run, open_findings))
    if run.state == State.REVIEWED and run.submitted_at is None:
        return NextStep("submit", _("Submit for approval"), change, *_before_review(run, open_findings))
    if run.state == State.REVIEWED:
        return NextStep("approve", _("Approve or send back"), approve)
    if run.state == State.APPROVED:
        return NextStep("lock", _("Lock"), lock)
    return NextStep("pay", _("Mark as paid"), lock) if run.state == State.LOCKED else None


def _before_review(run: PayRun, open_findings: int) -> tuple[str, tuple[Any, str] | None]:
    """What stops it, and where to do something about it."""
    if run.headcount == 0:
        return str(_("The run has no payslips.")), None
    if run.error_count:
        return ngettext(
            "%(count)s payslip has errors. Put them right and calculate the person again.",
            "%(count)s payslips have errors. Put them right and calculate these people again.", run.error_count,
        ) % {"count": run.error_count}, (_("Show them"), f"{_findings(run)}?kind={Kind.ERROR}")  # fmt: skip
    if open_findings:
        return first_to_do(open_findings), (_("Show them"), f"{_findings(run)}?open=1")
    return "", None


def _findings(run: PayRun) -> str:
    return reverse("admin:payroll_payrun_findings", args=[run.pk])


def first_to_do(open_findings: int) -> str:
    return ngettext(
        "%(count)s finding must be put right or acknowledged first.",
        "%(count)s findings must be put right or acknowledged first.", open_findings,
    ) % {"count": open_findings}  # fmt: skip


def _stopped(run: PayRun, step: NextStep, actor: Actor) -> str:
    if step.action == "approve" and run.maker_id is not None and run.maker_id == actor.user_id:
        return str(_("You submitted this run, so somebody else has to approve it."))
    if not actor.may(step.permission):
        return str(_("This is for payroll officers."))
    if step.action == "approve" and not may_be_approved_by(run, actor):
        return str(_("You submitted this run, so somebody else has to approve it."))
    return ""


def steps_context(run: PayRun, actor: Actor, open_findings: int) -> dict[str, Any]:
    """For payroll/pay_run_steps.html and payroll/pay_run_progress.html."""
    step = next_step(run, actor, open_findings)
    return {
        "steps": steps_of(run),
        "next_step": step,
        "next_url": reverse(f"admin:payroll_payrun_{step.action}", args=[run.pk]) if step else "",
        "changes": _changes(run) if actor.may("payroll.item.view") else [],
        **_progress(run, actor),
    }


def _progress(run: PayRun, actor: Actor) -> dict[str, Any]:
    """The job that calculates the run at the moment, if any."""
    if run.state not in (State.DRAFT, State.CALCULATING) or not actor.may("jobs.job.view"):
        return {}
    job = open_job([JOB, MONTH_CLOSE], {"run": run.pk}, {"month": run.month.isoformat()})
    return {} if job is None else progress_context(job)


def _changes(run: PayRun) -> list[tuple[str, str]]:
    """(text, address) of what changed in the formulas: since the group's last run, and since this one."""
    if run.formula_set_id is None:
        return []
    page = reverse("admin:payroll_formulasetversion_diff", args=[run.formula_set_id])
    links = [(str(_("Formulas of this run and today’s")), page)]
    earlier = earlier_version(run)
    if earlier is not None:
        text = _("What changed in the formulas since %(month)s") % {"month": f"{earlier[0].month:%Y-%m}"}
        links.insert(0, (text, f"{page}?with={earlier[1]}"))
    return links
