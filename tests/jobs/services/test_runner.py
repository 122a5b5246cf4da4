"""A job is worked step by step, each step exactly once, to an end that says what happened."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from hrsaas.audit.models import Entry
from hrsaas.jobs.models import Job, JobError
from hrsaas.jobs.services import jobs, leases, runner
from hrsaas.tenancy.context import tenant_context
from tests.jobs.kinds import KIND, asleep, effects


@pytest.fixture
def begin(live_db, in_alpha, actor, now, monkeypatch):
    """begin("count", "count", …) → a queued job with these steps."""
    monkeypatch.setattr(runner, "RETRY_DELAYS_SECONDS", (0, 0, 0))

    def make(*do, **params):
        return jobs.enqueue(kind=KIND, params={"do": do, **params}, actor=actor, now=now, publish=False)

    return make


def stopped_as(job):
    return list(Entry.objects.filter(action="test.job.stopped", subject_id=job.id).values_list("new__state", flat=True))


def test_all_steps_run_in_order_and_their_results_add_up(begin):
    seen = []
    job = jobs.run(begin("count", "item_error", "count").id, on_progress=lambda one: seen.append(one.position))
    assert (job.state, job.position, job.total, job.percent) == ("succeeded", 3, 3, 100)
    assert job.counts == {"done": 3, "weight": 2}
    assert job.summary == {"note 0": "kept", "note 2": "kept", "result": 3}
    assert effects(job.id) == [0, 1, 2]
    assert seen == [0, 1, 2, 3, 3]
    assert (job.lease, job.error) == (None, None)
    assert job.started_at <= job.finished_at
    error = JobError.objects.get(job=job)
    assert (error.step, error.item, error.code, error.zh, error.en) == (
        "part 1",
        "E007",
        "test.bad_item",
        "坏了",
        "broken",
    )


def test_a_job_without_steps_succeeds(begin):
    assert jobs.run(begin().id).summary == {"result": 0}


def test_a_finished_job_is_not_run_again(begin):
    job = jobs.run(begin("count").id)
    assert jobs.run(job.id).finished_at == job.finished_at
    assert effects(job.id) == [0]


def test_a_refusal_fails_the_job_with_its_text_and_keeps_what_was_done(begin):
    job = jobs.run(begin("count", "refuse", "count").id)
    assert (job.state, job.position) == ("failed", 1)
    assert job.error == {"code": "test.refused", "zh": "不行", "en": "No"}
    assert effects(job.id) == [0]
    assert stopped_as(job) == ["failed"]


def test_a_refusal_at_the_finish_fails_the_job(begin):
    job = jobs.run(begin("count", finish="refuse").id)
    assert (job.state, job.position, job.error["code"]) == ("failed", 1, "test.finish_refused")


def test_an_unexpected_failure_is_tried_again(begin):
    job = jobs.run(begin("count", "break_once", "count").id)
    assert (job.state, job.attempts) == ("succeeded", 0)
    assert effects(job.id) == [0, 1, 2]


def test_after_three_repetitions_the_job_fails_with_a_reference_that_the_log_has(begin, caplog):
    job = jobs.run(begin("count", "break").id)
    assert (job.state, job.position, job.error["code"]) == ("failed", 1, "jobs.job.unexpected")
    assert job.error["reference"] in job.error["zh"]
    assert job.error["reference"] in job.error["en"]
    assert job.error["reference"] in caplog.text
    assert effects(job.id) == [0]
    assert stopped_as(job) == ["failed"]


def test_a_kind_that_no_longer_exists_fails_the_job(begin):
    job = begin("count")
    Job.objects.filter(id=job.id).update(kind="test.gone", steps=[["x", None]])
    job = jobs.run(job.id)
    assert (job.state, job.error["code"]) == ("failed", "jobs.kind.unknown")


def test_a_job_is_cancelled_between_two_steps(begin, actor, now):
    job = begin("count", "count", "count")

    def stop_after_first(one):
        if one.position == 1 and not one.cancel_requested:
            jobs.cancel(job=one, actor=actor, now=now)

    job = jobs.run(job.id, on_progress=stop_after_first)
    assert (job.state, job.position) == ("cancelled", 1)
    assert effects(job.id) == [0]
    assert stopped_as(job) == ["cancelled"]


def test_whoever_lost_the_lease_writes_nothing(begin):
    job = jobs.run(begin("count", "robbed", "count").id)
    assert (job.state, job.position) == ("running", 1)
    assert effects(job.id) == [0]


def test_a_dead_workers_job_is_continued_where_it_stood(begin):
    job = begin("count", "count")
    lease = leases.claim(job.id)
    for _plan_and_first_step in range(2):
        with transaction.atomic():
            runner._advance(leases.hold(job.id, lease))
    assert jobs.run(job.id).position == 1  # the lease still holds: nobody else may work
    Job.objects.filter(id=job.id).update(lease_until=leases.Now())
    job = jobs.run(job.id)
    assert (job.state, job.attempts) == ("succeeded", 0)
    assert effects(job.id) == [0, 1]


def test_a_step_that_takes_longer_than_the_lease_is_not_taken_over(begin, settings, tenant_a):
    settings.JOB_LEASE_SECONDS = 0
    job = begin("sleep", seconds=0.6)
    asleep.clear()

    def worker():
        with tenant_context(tenant_a.id):
            jobs.run(job.id)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker)
        asleep.wait(5)
        refused = [leases.claim(job.id) for _try in range(3)]
        running.result(10)
    job.refresh_from_db()
    assert refused == [None, None, None]
    assert (job.state, effects(job.id)) == ("succeeded", [0])


def test_the_new_owner_waits_for_the_old_one_to_notice(begin, tenant_a):
    """The old run holds the lock for the moment in which it finds its lease gone."""
    job = begin("count")
    old, noticing, looked = leases.claim(job.id), threading.Event(), threading.Event()

    def old_owner():
        with tenant_context(tenant_a.id), pytest.raises(leases.LeaseLost), transaction.atomic():
            leases._lock(job.id, "pg_advisory_xact_lock")
            noticing.set()
            looked.wait(5)
            leases.hold(job.id, old)
        connection.close()

    lease = uuid.uuid4()
    Job.objects.filter(id=job.id).update(lease=lease)
    with ThreadPoolExecutor(1) as pool:
        noticed = pool.submit(old_owner)
        noticing.wait(5)
        threading.Timer(0.2, looked.set).start()
        with transaction.atomic():
            assert leases.hold(job.id, lease).id == job.id
        noticed.result(5)


def test_a_step_that_kills_every_worker_does_not_run_for_ever(begin):
    job = begin("count")
    for _worker in range(4):
        assert leases.claim(job.id)
        Job.objects.filter(id=job.id).update(lease_until=leases.Now())
    job = jobs.run(job.id)
    assert (job.state, job.error["code"]) == ("failed", "jobs.job.unexpected")


def test_a_lost_connection_is_replaced_and_the_step_repeated(begin):
    job = jobs.run(begin("count", "cut_once", "count").id)
    assert (job.state, effects(job.id)) == ("succeeded", [0, 1, 2])


def test_the_steps_act_as_the_system_under_the_name_of_who_started_the_job(begin, actor):
    job = jobs.run(begin("count").id)
    entry = Entry.objects.get(action="test.job.step")
    assert (entry.actor_label, entry.actor_user_id, entry.via) == (actor.label, actor.user_id, "task")
    assert runner.facts_of(job)["actor"].may("payroll.run.approve") is False
