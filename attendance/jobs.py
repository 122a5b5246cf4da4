"""The attendance stage of the month close (roster, day results and timesheets in chunks of people, then the lock) and
the search for a roster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attendance.queries.months import end_of, is_locked, no_timesheet, without_timesheet
from attendance.queries.request_facts import leave_facts
from attendance.queries.rosters import People
from attendance.queries.timesheets import month_summary
from attendance.queries.titles import TITLES
from attendance.services import leave_requests, roster_proposals
from attendance.services.day_results import compute_month
from attendance.services.leave_grants import JOB as LEAVE_JOB
from attendance.services.leave_grants import bring_up_to_date
from attendance.services.months import lock_month, prepare_month
from attendance.services.timesheet_answers import JOB, open_for_answers
from hrsaas.access.actors import Actor
from hrsaas.approvals import kinds as approvals
from hrsaas.jobs import kinds as jobs
from hrsaas.jobs.kinds import ItemError, StepResult
from hrsaas.months import stages
from hrsaas.months.stages import MonthStage, register
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import employee_id_ranges
from hrsaas.tenancy.services.statistics import refresh_statistics_on_commit

CHUNK = 2_000
PREPARE = "prepare"
LOCKED = "locked"


def plan(month: date) -> list[Any]:
    """For a locked month only a look at whom it lacks; else the preparation and ranges of ids that leave no gap, so
    that somebody who is hired meanwhile falls into one of them.
    """
    if is_locked(month):
        return [LOCKED]
    chunks = employee_id_ranges(month, end_of(month), size=CHUNK, kind=Employee.Kind.HUMAN)
    borders = [None, *(first for first, _last in chunks[1:]), None]
    return [PREPARE, *([first, border and border - 1] for first, border in zip(borders, borders[1:]))]


def run_step(month: date, key: Any, actor: Actor, now: datetime) -> StepResult:
    """Do one part; nothing where somebody has locked the month meanwhile."""
    if key == LOCKED:
        return StepResult(errors=_locked_out(month))
    if is_locked(month):
        return StepResult()
    if key == PREPARE:
        refresh_statistics_on_commit()
        return StepResult(counts={"results_removed": prepare_month(month=month, actor=actor, now=now)})
    done = compute_month(month=month, people=People(*key), actor=actor, now=now)
    counts = {
        "people": done.people, "days": done.days, "days_written": done.days_written,
        "timesheets_written": done.timesheets_written, "roster_days_planned": done.roster_days_planned,
    }  # fmt: skip
    return StepResult(counts=counts, errors=done.errors)


def finish(month: date, actor: Actor, now: datetime) -> dict[str, Any]:
    """Lock the month, if anybody worked in it, and say what it came to."""
    summary = month_summary(month)
    if summary["headcount"]:
        lock_month(month=month, actor=actor, now=now)
    return summary


def _locked_out(month: date) -> list[ItemError]:
    """People whom a locked month lacks: closing it again cannot help them, unlocking it first can."""
    if not is_locked(month):
        return []
    rows = without_timesheet(month).order_by("code").values_list("code", "name")
    refusals = ((code, no_timesheet(month, code=code, name=name)) for code, name in rows)
    return [ItemError(code, refusal.code, refusal.zh, refusal.en) for code, refusal in refusals]


def _plan_job(params: Mapping[str, Any]) -> list[jobs.Step]:
    return [jobs.Step("attendance", key) for key in plan(_month(params))]


def _run_job_step(context: jobs.StepContext) -> StepResult:
    return run_step(_month(context.params), context.step.key, context.actor, context.now)


def _finish_job(context: jobs.JobContext) -> dict[str, Any]:
    """Open the computed month for answers, unless somebody has locked it meanwhile."""
    month = _month(context.params)
    if not is_locked(month):
        open_for_answers(month=month, actor=context.actor, now=context.now)
    return month_summary(month)


def _month(params: Mapping[str, Any]) -> date:
    return date.fromisoformat(params["month"])


_COUNTS = {
    "people": _("people"),
    "days": _("days judged"),
    "days_written": _("day results written"),
    "results_removed": _("day results removed"),
    "timesheets_written": _("timesheets written"),
    "roster_days_planned": _("roster days planned"),
    "headcount": _("timesheets"),
    "late_punches": _("punches after the lock"),
}

register(
    MonthStage(
        name="attendance", order=10, title_zh="考勤", title_en="Attendance", plan=plan, run_step=run_step,
        finish=finish, titles={**_COUNTS, **TITLES},
    )
)  # fmt: skip


def _month_pages(params: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """The lists of the month that was computed."""
    month = date.fromisoformat(params["month"])
    days = reverse("admin:attendance_dayresult_changelist")
    return [
        (_("Day results"), f"{days}?date__year={month.year}&date__month={month.month}"),
        (_("Timesheets"), reverse("admin:attendance_timesheet_changelist")),
        (_("Attendance months"), reverse("admin:attendance_attendancemonth_changelist")),
    ]


jobs.register(
    jobs.JobKind(
        code=JOB, title_zh="计算考勤并请员工确认", title_en="Timesheets for confirmation",
        permission="attendance.timesheet.change", plan=_plan_job, run_step=_run_job_step, finish=_finish_job,
        step_title=stages.title_of, count_titles=lambda: {**_COUNTS, **TITLES}, next_pages=_month_pages,
    )
)  # fmt: skip


def _plan_search(params: Mapping[str, Any]) -> list[jobs.Step]:
    return [jobs.Step("search", seconds) for seconds in roster_proposals.plan(params["proposal"])]


def _search(context: jobs.StepContext) -> StepResult:
    return roster_proposals.search_on(proposal_id=context.params["proposal"], seconds=context.step.key)


def _finish_search(context: jobs.JobContext) -> dict[str, Any]:
    return roster_proposals.finish(proposal_id=context.params["proposal"])


def _stop_search(context: jobs.JobContext, state: str) -> None:
    """Cancelled: the best so far is there to decide on."""
    roster_proposals.finish(proposal_id=context.params["proposal"])


_SEARCH_COUNTS = {"cost": _("cost"), "bound": _("lower bound"), "gap_percent": _("gap (%)")}

jobs.register(
    jobs.JobKind(
        code=roster_proposals.JOB, title_zh="生成排班方案", title_en="Roster proposal",
        permission="attendance.roster.change", plan=_plan_search, run_step=_search, finish=_finish_search,
        on_stopped=_stop_search, step_title=lambda name: str(_("Searching for a better roster")),
        count_titles=lambda: _SEARCH_COUNTS,
    )
)  # fmt: skip


def _plan_leave(params: Mapping[str, Any]) -> list[jobs.Step]:
    """Chunks of everybody employed in the year, without gaps."""
    day = date.fromisoformat(params["on"])
    ranges = employee_id_ranges(date(day.year, 1, 1), date(day.year + 1, 1, 1), size=CHUNK, kind=Employee.Kind.HUMAN)
    borders = [None, *(first for first, _last in ranges[1:]), None]
    return [jobs.Step("leave", [first, last and last - 1]) for first, last in zip(borders, borders[1:])]


def _post_leave(context: jobs.StepContext) -> jobs.StepResult:
    day = date.fromisoformat(context.params["on"])
    by = {"actor": context.actor, "now": context.now}
    return jobs.StepResult(counts=asdict(bring_up_to_date(on=day, people=People(*context.step.key), **by)))


jobs.register(
    jobs.JobKind(
        code=LEAVE_JOB, title_zh="假期额度入账", title_en="Posting of leave", permission="attendance.leave.change",
        plan=_plan_leave, run_step=_post_leave, step_title=lambda _name: str(_("Posting of leave")),
        count_titles=lambda: {
            "people": _("people"), "granted": _("grants"), "carried": _("movements carried over"),
            "settled": _("advances settled"), "expired": _("balances expired"),
        },
    )
)  # fmt: skip
approvals.register(
    approvals.ApprovalKind(
        code=leave_requests.KIND, title_zh="请假与出差审批", title_en="Approval of leave and travel",
        on_approved=leave_requests.on_approved, on_rejected=leave_requests.on_rejected, describe=leave_facts,
    )
)  # fmt: skip
