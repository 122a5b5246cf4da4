"""Jobs with real workers, a real broker and real deaths: nothing is lost, nothing is done twice."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from hrsaas.celery import app
from hrsaas.devservers import processes
from hrsaas.devservers.valkey import EmbeddedValkey
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs, publishing
from hrsaas.jobs.tasks import run_job
from hrsaas.tenancy.context import tenant_context
from tests.jobs.kinds import KIND, effects
from tests.jobs.workers import LEASE_SECONDS, in_process, wait_for, worker

pytestmark = pytest.mark.fault


@pytest.fixture
def log(tmp_path):
    return tmp_path / "worker.log"


@pytest.fixture
def begin(live_db, in_alpha, actor, settings):
    settings.JOB_LEASE_SECONDS = LEASE_SECONDS

    def make(*do, **params):
        return jobs.enqueue(kind=KIND, params={"do": do, **params}, actor=actor, now=timezone.now())

    return make


def fresh(job):
    return Job.objects.get(id=job.id)


def sweep():
    """As beat does it: without a tenant."""
    with tenant_context(None):
        return publishing.sweep(now=timezone.now())


def swept_to_its_end(job):
    sweep()
    return fresh(job).is_finished


def outcome(job):
    job = fresh(job)
    return job.state, job.position, job.counts, job.summary, effects(job.id)


def test_a_worker_runs_a_job_of_its_tenant_to_the_end(begin, log, tenant_b):
    with worker(log):
        job = begin("count", "item_error", "count")
        wait_for(lambda: fresh(job).is_finished, log=log)
    assert outcome(job)[0] == "succeeded"
    assert effects(job.id) == [0, 1, 2]
    assert fresh(job).published_at
    with tenant_context(tenant_b.id):
        assert not Job.across_tenants.exists()


def test_after_kill_9_another_worker_ends_the_job_as_if_nothing_had_happened(begin, log):
    do = ["sleep"] * 6
    with worker(log) as first:
        undisturbed = begin(*do, seconds=0.02)
        wait_for(lambda: fresh(undisturbed).is_finished, log=log)
        job = begin(*do, seconds=0.4)
        wait_for(lambda: fresh(job).position >= 2, log=log)
        first.kill()
    assert fresh(job).state == "running"
    with worker(log):
        wait_for(lambda: swept_to_its_end(job), log=log)
    assert outcome(job) == outcome(undisturbed)
    assert effects(job.id) == [0, 1, 2, 3, 4, 5]


def test_two_workers_and_many_messages_do_a_job_once(begin, log):
    job = begin(*["sleep"] * 5, seconds=0.1)
    for _copy in range(6):
        run_job.apply_async(args=[job.id])
    with worker(log, JOB_LEASE_SECONDS="30"), worker(log, JOB_LEASE_SECONDS="30"):
        wait_for(lambda: fresh(job).is_finished, log=log)
    assert (fresh(job).state, fresh(job).attempts) == ("succeeded", 0)
    assert effects(job.id) == [0, 1, 2, 3, 4]


def test_a_running_job_is_cancelled_before_its_next_step(begin, log, actor):
    with worker(log):
        job = begin(*["sleep"] * 20, seconds=0.2)
        wait_for(lambda: fresh(job).position >= 1, log=log)
        jobs.cancel(job=job, actor=actor, now=timezone.now())
        wait_for(lambda: fresh(job).is_finished, log=log)
    assert fresh(job).state == "cancelled"
    assert effects(job.id) == list(range(fresh(job).position))
    assert fresh(job).position < 20


ENQUEUE = """
from django.utils import timezone
from hrsaas.access.actors import system_actor
from hrsaas.jobs.services.jobs import enqueue
from hrsaas.tenancy.context import tenant_context
with tenant_context(1):
    print(enqueue(kind="test.steps", params={"do": ["count"]}, actor=system_actor("t"), now=timezone.now()).id)
"""
SLOWLY = ('{"do": ["count"]}', '{"do": ["sleep"] * 4, "seconds": 0.3}')
SWEEP = """
from datetime import timedelta
from django.utils import timezone
from hrsaas.jobs.services.publishing import sweep
print(sweep(now=timezone.now() + timedelta(seconds=5)))
"""


def test_a_job_started_while_the_broker_is_down_is_done_when_it_is_back(live_db, in_alpha, log, tmp_path):
    broker = EmbeddedValkey(tmp_path / "valkey", processes.free_port(), "secret")
    job = Job.objects.get(id=int(in_process(ENQUEUE, REDIS_URL=broker.url)))
    assert (job.state, job.published_at) == ("queued", None)
    assert in_process(SWEEP, REDIS_URL=broker.url).strip() == "0"
    broker.start()
    try:
        assert in_process(SWEEP, REDIS_URL=broker.url).strip() == "1"
        with worker(log, REDIS_URL=broker.url):
            wait_for(lambda: fresh(job).is_finished, log=log)
    finally:
        broker.stop()
    assert effects(job.id) == [0]


def test_kill_9_of_the_broker_stops_neither_the_running_job_nor_the_next_one(live_db, in_alpha, log, tmp_path):
    broker = EmbeddedValkey(tmp_path / "valkey", processes.free_port(), "secret")
    broker.start()
    try:
        running = Job.objects.get(id=int(in_process(ENQUEUE.replace(*SLOWLY), REDIS_URL=broker.url)))
        with worker(log, REDIS_URL=broker.url):
            wait_for(lambda: fresh(running).position >= 1, log=log)
            processes.stop(broker.pid, "valkey", how=signal.SIGKILL, seconds=5)
            following = Job.objects.get(id=int(in_process(ENQUEUE, REDIS_URL=broker.url)))
            broker.start()
            in_process(SWEEP, REDIS_URL=broker.url)
            wait_for(lambda: fresh(running).is_finished and fresh(following).is_finished, log=log)
    finally:
        broker.stop()
    assert (effects(running.id), effects(following.id)) == ([0, 1, 2, 3], [0])


def test_a_broker_that_loses_its_messages_loses_no_job(begin, log):
    job = begin("count")
    app.control.purge()
    wait_for(lambda: sweep() == 1, seconds=5)
    with worker(log):
        wait_for(lambda: fresh(job).is_finished, log=log)
    assert effects(job.id) == [0]


def test_the_sweeper_leaves_alone_what_is_known_running_or_done(begin):
    queued, running, done = begin("count"), begin("count"), jobs.run(begin("count").id)
    Job.objects.filter(id=running.id).update(state="running", lease_until=timezone.now() + timedelta(minutes=1))
    Job.objects.filter(id=queued.id).update(published_at=timezone.now())
    assert done.is_finished
    assert sweep() == 0


def test_the_sweeper_repeats_itself_at_growing_distance(begin):
    job, start = begin("count"), timezone.now()
    Job.objects.filter(id=job.id).update(published_at=start)
    published = [second for second in range(40) if publishing.sweep(now=start + timedelta(seconds=second))]
    assert published == [1, 3, 7, 15, 31]


def test_an_enqueue_while_the_broker_is_down_keeps_nobody_waiting(live_db):
    port = processes.free_port()
    seconds = float(in_process("import time; begin = time.monotonic()" + ENQUEUE + "print(time.monotonic() - begin)",
                               REDIS_URL=f"redis://127.0.0.1:{port}/0").split()[-1])  # fmt: skip
    assert seconds < 2
