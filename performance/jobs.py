"""The performance stage of the month close: scores in chunks of people, then the lock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.jobs.kinds import StepResult
from hrsaas.months.stages import MonthStage, register
from hrsaas.people.queries.assignments import employee_id_ranges
from performance.queries.attainment import month_summary
from performance.queries.months import end_of, is_locked
from performance.services.months import lock_month
from performance.services.scores import score_people

CHUNK = 2_000


def plan(month: date) -> list[Any]:
    """Nothing for a locked month; else ranges of ids that leave no gap, so that everybody falls into one of them."""
    if is_locked(month):
        return []
    chunks = employee_id_ranges(month, end_of(month), size=CHUNK)
    borders = [None, *(first for first, _last in chunks[1:]), None]
    return [[first, border and border - 1] for first, border in zip(borders, borders[1:])]


def run_step(month: date, key: Any, actor: Actor, now: datetime) -> StepResult:
    """Score one range; nothing where somebody has locked the month meanwhile."""
    if is_locked(month):
        return StepResult()
    first_id, last_id = key
    done = score_people(month=month, actor=actor, now=now, first_id=first_id, last_id=last_id)
    counts = {
        "people": done.people, "scored": done.scored, "without_goals": done.without_goals,
        "without_total": done.without_total, "scores_written": done.written,
    }  # fmt: skip
    return StepResult(counts=counts, errors=done.errors)


def finish(month: date, actor: Actor, now: datetime) -> dict[str, Any]:
    """Lock the month, if anybody has a score in it, and say what it came to.

    Errors: performance.month.pending, where the tenant wants no total before every reading is there: the close stops
    before payroll.
    """
    summary = month_summary(month)
    if summary["scores"]:
        lock_month(month=month, actor=actor, now=now)
    return summary


_TITLES = {
    "people": _("people"),
    "scored": _("people with a score"),
    "without_goals": _("people without goals"),
    "without_total": _("people without a total"),
    "scores_written": _("scores written"),
    "scores": _("scores"),
    "with_total": _("scores with a total"),
    "average": _("average score"),
}

register(
    MonthStage(
        name="performance", order=20, title_zh="绩效", title_en="Performance", plan=plan, run_step=run_step,
        finish=finish, titles=_TITLES,
    )
)  # fmt: skip
