"""People confirm or dispute their own month; a confirmation holds only for the figures it was given for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from attendance.models import (
    AttendanceMonth,
    AttendanceSettings,
    Shift,
    Timesheet,
    TimesheetConfirmation,
    TimesheetDispute,
)  # fmt: skip
from attendance.queries.timesheet_answers import answer_counts
from attendance.services.day_results import compute_month
from attendance.services.rosters import assign_shift
from attendance.services.timesheet_answers import (
    answer_dispute,
    ask_people,
    confirm_silent,
    confirm_timesheet,
    dispute_timesheet,
)  # fmt: skip
from attendance.tasks import confirm_silent_timesheets
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import JobContext, StepContext, kind_of
from hrsaas.tenancy.context import tenant_context
from tests.attendance.conftest import MARCH

DAY = date(2026, 3, 23)


@pytest.fixture
def asked(team, stamp, actor, now):
    """Three people were asked to look at March; silence confirms after three days."""
    AttendanceSettings.objects.update(answer_days=3)
    assign_shift(employee=team.nurse, day=DAY, shift=Shift.objects.get(code="A"), actor=actor, now=now)
    stamp("E1", "2026-03-23T07:58")
    work(ask_people(month=MARCH, actor=actor, now=now), actor, now)
    return team


def work(job, actor, now):
    """What a worker does with the job, at the fixtures' time."""
    kind = kind_of(job.kind)
    steps = kind.plan(job.params)
    given = {"job_id": job.id, "params": job.params, "actor": actor, "now": now, "counts": {}, "summary": {}}
    for position, step in enumerate(steps):
        kind.run_step(StepContext(**given, step=step, position=position, total=len(steps)))
    kind.finish(JobContext(**given))


def sheet(team, name="nurse"):
    return Timesheet.objects.get(employee=getattr(team, name))


def counts():
    found = answer_counts(AttendanceMonth.objects.get(start_date=MARCH))
    assert found.confirmed + found.disputed + found.unanswered == found.people
    return found.confirmed, found.by_silence, found.disputed, found.unanswered


def refusal(call) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        call()
    return refused.value.code


def test_asking_computes_and_locks_nothing(asked):
    month = AttendanceMonth.objects.get(start_date=MARCH)
    assert not month.is_locked
    assert month.answers_due_at - month.asked_at == timedelta(days=3)
    assert counts() == (0, 0, 0, 3)


def test_people_confirm_their_own_month_only(asked, now):
    confirm_timesheet(sheet=sheet(asked), actor=asked["nurse"], now=now)
    confirm_timesheet(sheet=sheet(asked), actor=asked["nurse"], now=now)
    assert TimesheetConfirmation.objects.count() == 1
    for name in ("mate", "boss", "clerk"):
        code = refusal(lambda name=name: confirm_timesheet(sheet=sheet(asked), actor=asked[name], now=now))
        assert code == "attendance.timesheet.not_own"
    assert counts() == (1, 0, 0, 2)


def test_a_dispute_is_answered_and_then_one_may_confirm(asked, now):
    mine, by = sheet(asked), {"actor": asked["nurse"], "now": now}
    dispute = dispute_timesheet(sheet=mine, text="23日下班卡没有计入", **by)
    assert counts() == (0, 0, 1, 2)
    assert refusal(lambda: confirm_timesheet(sheet=mine, **by)) == "attendance.timesheet.disputed"
    assert refusal(lambda: dispute_timesheet(sheet=mine, text="还有", **by)) == "attendance.timesheet.dispute_open"
    assert refusal(lambda: answer_dispute(dispute=dispute, answer="好", **by)) == "access.not_allowed"
    answer_dispute(dispute=dispute, answer="请提交补卡", actor=asked["clerk"], now=now)
    again = {"dispute": dispute, "answer": "x", "actor": asked["clerk"], "now": now}
    assert refusal(lambda: answer_dispute(**again)) == "attendance.dispute.answered"
    confirm_timesheet(sheet=mine, **by)
    assert counts() == (1, 0, 0, 2)
    assert refusal(lambda: dispute_timesheet(sheet=mine, text="  ", **by)) == "attendance.dispute.empty"


def test_a_confirmation_is_void_when_the_timesheet_changes(asked, stamp, actor, now):
    for name in ("nurse", "mate"):
        confirm_timesheet(sheet=sheet(asked, name), actor=asked[name], now=now)
    stamp("E1", "2026-03-23T16:02")
    compute_month(month=MARCH, actor=actor, now=now)
    assert counts() == (1, 0, 0, 2), "only whose figures changed"
    assert TimesheetConfirmation.objects.get(employee=asked.nurse).is_void
    confirm_timesheet(sheet=sheet(asked), actor=asked["nurse"], now=now)
    assert counts() == (2, 0, 0, 1)
    compute_month(month=MARCH, actor=actor, now=now + timedelta(hours=1))
    assert counts() == (2, 0, 0, 1), "nothing changed"


def test_the_database_voids_it_whoever_changes_the_timesheet(asked, now):
    confirm_timesheet(sheet=sheet(asked), actor=asked["nurse"], now=now)
    Timesheet.objects.filter(employee=asked.nurse).update(late_minutes=7)
    assert counts() == (0, 0, 0, 3)
    confirm_timesheet(sheet=sheet(asked), actor=asked["nurse"], now=now)
    Timesheet.objects.filter(employee=asked.nurse).delete()
    assert counts() == (0, 0, 0, 2)


def test_silence_confirms_after_the_deadline_but_not_disputes_nor_changed_figures(asked, stamp, actor, now):
    dispute_timesheet(sheet=sheet(asked, "mate"), text="不对", actor=asked["mate"], now=now)
    confirm_timesheet(sheet=sheet(asked), actor=asked["nurse"], now=now)
    stamp("E1", "2026-03-23T16:02")
    compute_month(month=MARCH, actor=actor, now=now)
    assert confirm_silent(actor=actor, now=now + timedelta(days=2)) == 0
    assert confirm_silent(actor=actor, now=now + timedelta(days=3)) == 1
    assert confirm_silent(actor=actor, now=now + timedelta(days=3)) == 0
    assert TimesheetConfirmation.objects.get(automatic=True).employee == asked.boss
    assert counts() == (1, 1, 1, 1)
    assert Entry.objects.get(action="attendance.timesheet.confirm_silent").new["people"] == 1


def test_without_a_deadline_silence_says_nothing(asked, actor, now):
    AttendanceMonth.objects.update(answers_due_at=None)
    assert confirm_silent(actor=actor, now=now + timedelta(days=99)) == 0


def test_the_clock_confirms_by_tenant(asked, tenant_b):
    AttendanceMonth.objects.update(answers_due_at=AttendanceMonth.objects.get(start_date=MARCH).asked_at)
    confirm_silent_timesheets()
    assert counts() == (3, 3, 0, 0)
    with tenant_context(tenant_b.id):
        assert not TimesheetConfirmation.objects.exists() and not TimesheetDispute.objects.exists()


def test_before_people_are_asked_nobody_answers_and_after_the_lock_one_may(team, close, actor, now):
    compute_month(month=MARCH, actor=actor, now=now)
    confirm = {"sheet": sheet(team), "actor": team["nurse"], "now": now}
    assert refusal(lambda: confirm_timesheet(**confirm)) == "attendance.timesheet.not_asked"
    close()
    confirm_timesheet(**confirm)
    assert refusal(lambda: ask_people(month=MARCH, actor=actor, now=now)) == "attendance.month.locked"


def test_a_month_that_still_runs_asks_nobody(team, actor, now):
    april = {"month": MARCH.replace(month=4), "actor": actor, "now": now}
    assert refusal(lambda: ask_people(**april)) == "attendance.month.not_over"


def test_counting_answers_does_not_cost_more_for_more_people(asked, people, actor, now):
    with CaptureQueriesContext(connection) as few:
        counts()
    people(*(f"X{number}" for number in range(20)))
    compute_month(month=MARCH, actor=actor, now=now)
    with CaptureQueriesContext(connection) as many:
        counts()
    assert len(few) == len(many)
