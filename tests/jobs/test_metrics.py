"""The figures of long work at /metrics: of all tenants together, and naming none of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.tenancy.context import tenant_context
from tests import servers
from tests.jobs.kinds import KIND
from tests.jobs.workers import in_process


@pytest.fixture
def begin(live_db, tenant_a, tenant_b, actor):
    def make(tenant, *do, ago=0):
        now = timezone.now() - timedelta(seconds=ago)
        with tenant_context(tenant.id):
            return jobs.enqueue(kind=KIND, params={"do": do}, actor=actor, now=now, publish=False)

    return make


@pytest.fixture
def scrape(client_for):
    """(name, labels without the kind) → value, of our own metrics."""

    def read():
        text = client_for(None).get("/metrics").content.decode()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {
            (sample.name, sample.labels.get("state")): sample.value
            for sample in samples if sample.name.startswith("hrsaas_jobs_")
        }  # fmt: skip

    return read


def run(tenant, job):
    with tenant_context(tenant.id):
        jobs.run(job.id)


def test_jobs_of_all_tenants_are_counted_by_kind_and_state(begin, scrape, tenant_a, tenant_b, actor):
    run(tenant_a, begin(tenant_a, "count"))
    run(tenant_b, begin(tenant_b, "count"))
    begin(tenant_b, "count")
    cancelled = begin(tenant_a, "count")
    with tenant_context(tenant_a.id):
        jobs.cancel(job=cancelled, actor=actor, now=timezone.now())
    found = scrape()
    assert found["hrsaas_jobs_finished_total", "succeeded"] == 2
    assert found["hrsaas_jobs_finished_total", "cancelled"] == 1
    assert found["hrsaas_jobs_open", "queued"] == 1
    assert 0 < found["hrsaas_jobs_run_seconds_total", "succeeded"] < 60
    assert found["hrsaas_jobs_run_seconds_total", "cancelled"] == 0


def test_nothing_that_names_a_tenant_is_shown(begin, client_for, tenant_a):
    job = begin(tenant_a, "count")
    lines = client_for(None).get("/metrics").content.decode().splitlines()
    ours = [line for line in lines if line.startswith("hrsaas_jobs_")]
    assert f'hrsaas_jobs_open{{kind="{KIND}",state="queued"}} 1.0' in ours
    assert not any("alpha" in line or "tester" in line or str(job.id) in line for line in ours)


def test_a_kind_that_the_program_does_not_know_is_other(begin, client_for, tenant_a):
    begin(tenant_a), begin(tenant_a)
    with tenant_context(tenant_a.id):
        for number, job in enumerate(Job.objects.all()):
            Job.objects.filter(id=job.id).update(kind=f"gone.{number}")
    text = client_for(None).get("/metrics").content.decode()
    assert 'hrsaas_jobs_open{kind="other",state="queued"} 2.0' in text and "gone." not in text


def test_the_longest_wait_is_that_of_a_job_without_a_worker(begin, scrape, tenant_a, tenant_b):
    waiting = ("hrsaas_jobs_oldest_waiting_seconds", None)
    assert scrape()[waiting] == 0
    begin(tenant_a, "count", ago=100)
    begin(tenant_b, "count", ago=700)
    assert 700 <= scrape()[waiting] < 760
    with tenant_context(tenant_b.id):  # a worker has it now, and lives
        soon = timezone.now() + timedelta(seconds=30)
        Job.objects.update(state="running", heartbeat_at=timezone.now(), lease_until=soon)
    assert 100 <= scrape()[waiting] < 160


def test_jobs_of_a_suspended_tenant_wait_for_nobody(begin, scrape, tenant_b):
    begin(tenant_b, "count", ago=700)
    connection = servers.superuser()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tenancy_tenant SET status = 'suspended' WHERE id = %s", [tenant_b.id])
    connection.close()
    assert scrape()["hrsaas_jobs_oldest_waiting_seconds", None] == 0


def test_metrics_are_for_the_machine_or_the_token(live_db, client_for, settings):
    client = client_for(None)
    assert b"django_http_requests" in client.get("/metrics").content
    assert client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9").status_code == 403
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200


SCRAPE = """
from django.test import Client
answer = Client(SERVER_NAME="hr.test").get("/metrics")
print(answer.status_code, b"django_http" in answer.content, b"hrsaas_jobs" in answer.content)
"""


@pytest.mark.fault
@pytest.mark.parametrize(
    "address", ["", "postgres://nobody:x@127.0.0.1:1/none"], ids=["without the role", "without the database"]
)
def test_a_process_that_cannot_read_them_shows_its_own_figures(live_db, address):
    assert in_process(SCRAPE, DATABASE_MAINTENANCE_URL=address).split() == ["200", "True", "False"]
