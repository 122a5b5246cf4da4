"""A month is closed by one job that runs the stages of all apps in their order; running it again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.jobs.kinds import ItemError, StepResult
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.months import stages
from hrsaas.months.models import MonthClose
from hrsaas.months.queries.closes import close_of
from hrsaas.months.services import closes
from hrsaas.tenancy.context import tenant_context

MARCH = date(2026, 3, 1)


@pytest.fixture
def ran(monkeypatch):
    """Two stages instead of the apps'; what they did, in order."""
    done: list[tuple[object, ...]] = []

    def stage(name, order, keys):
        def run_step(month, key, actor, now):
            done.append((name, key))
            if key == "refuse":
                raise DomainError("test.refused", zh="不行", en="No")
            return StepResult(counts={"people": 2}, errors=[ItemError("E1", "test.bad", "坏", "bad")])

        def finish(month, actor, now):
            done.append((name, "finish"))
            return {"month": month, "people": 2 * len(keys)}

        stages.register(stages.MonthStage(name, order, name, name, lambda month: list(keys), run_step, finish))

    monkeypatch.setattr(stages, "_stages", {})
    stage("late", 20, ["x"])
    stage("early", 10, ["a", "b"])
    return done


@pytest.fixture
def start(live_db, in_alpha, actor, now, ran):
    def make(month=MARCH, actor=actor):
        return closes.start(month=month, actor=actor, now=now, publish=False)

    return make


def test_all_stages_run_in_their_order_and_leave_their_results(start, ran):
    job = jobs.run(start().id)
    assert ran == [("early", "a"), ("early", "b"), ("early", "finish"), ("late", "x"), ("late", "finish")]
    assert (job.state, job.counts) == ("succeeded", {"early.people": 4, "late.people": 2})
    assert job.errors.count() == 3
    close = close_of(MARCH)
    assert close.state == "closed"
    assert close.summaries == {
        "early": {"month": "2026-03-01", "people": 4}, "late": {"month": "2026-03-01", "people": 2}
    }  # fmt: skip
    assert job.summary == close.summaries
    assert close.closed_at


def test_running_it_again_changes_nothing_but_which_run_was_the_latest(start):
    jobs.run(start().id)
    before = MonthClose.objects.values().get()
    again = jobs.run(start().id)
    after = MonthClose.objects.values().get()
    assert again.id == after.pop("job_id") != before.pop("job_id")
    assert after == before
    assert Entry.objects.filter(action="months.close.finish").count() == 1


def test_a_run_that_comes_to_something_else_is_a_new_close(start, ran):
    jobs.run(start().id)
    first = close_of(MARCH)
    late = stages.stage_of("late")
    stages.register(replace(late, finish=lambda month, actor, now: {"people": 3}))
    jobs.run(start().id)
    second = close_of(MARCH)
    assert second.closed_at > first.closed_at
    assert second.summaries == {**first.summaries, "late": {"people": 3}}
    assert Entry.objects.filter(action="months.close.finish").count() == 2


def test_starting_while_it_runs_gives_the_running_job(start):
    assert start().id == start().id
    assert close_of(MARCH).state == "closing"


def test_a_failed_stage_leaves_the_month_failed_and_it_can_be_started_again(start, ran, monkeypatch):
    early = stages.stage_of("early")
    stages.register(replace(early, plan=lambda month: ["refuse"]))
    job = jobs.run(start().id)
    assert (job.state, job.error["code"]) == ("failed", "test.refused")
    assert close_of(MARCH).state == "failed"
    stages.register(early)
    assert jobs.run(start().id).state == "succeeded"
    assert close_of(MARCH).state == "closed"


def test_a_cancelled_close_leaves_the_month_open(start, actor, now):
    jobs.cancel(job=start(), actor=actor, now=now)
    assert close_of(MARCH).state == "open"


def test_months_begin_on_their_first_day_and_not_in_the_future(start):
    for month, code in ((date(2026, 3, 2), "months.close.not_first_day"), (date(2026, 5, 1), "months.close.future")):
        with pytest.raises(DomainError) as refusal:
            start(month)
        assert refusal.value.code == code
    assert not MonthClose.objects.exists()


def test_a_month_is_refused_until_it_is_over_in_the_tenants_zone(start, actor):
    def begin(text):
        return closes.start(month=MARCH, actor=actor, now=datetime.fromisoformat(text), publish=False)

    with pytest.raises(DomainError) as refusal:
        begin("2026-03-31T23:59:59+08:00")
    assert (refusal.value.code, refusal.value.status) == ("months.close.unfinished", 409)
    assert refusal.value.extra == {"closable_from": "2026-04-01"}
    assert "2026-04-01" in refusal.value.zh and "2026-04-01" in refusal.value.en
    assert not MonthClose.objects.exists() and not Job.objects.exists()
    assert begin("2026-03-31T16:00:00+00:00").state == "queued"


def test_only_who_may_run_it_starts_it(start, actor):
    with pytest.raises(NotAllowed):
        start(actor=replace(actor, permissions=actor.permissions - {"months.close.run"}))
    assert not MonthClose.objects.exists()


def test_two_tenants_close_their_own_months(start, tenant_b, actor, now):
    jobs.run(start().id)
    with tenant_context(tenant_b.id):
        assert close_of(MARCH) is None
        job = closes.start(month=MARCH, actor=actor, now=now, publish=False)
        assert close_of(MARCH).state == "closing"
        assert job.params == {"month": "2026-03-01"}
    assert close_of(MARCH).state == "closed"


def test_the_trail_tells_who_started_and_that_it_finished(start, actor):
    jobs.run(start().id)
    entries = Entry.objects.filter(action__startswith="months.").order_by("id")
    assert [(entry.action, entry.actor_label) for entry in entries] == [
        ("months.close.start", actor.label), ("months.close.finish", actor.label)
    ]  # fmt: skip
