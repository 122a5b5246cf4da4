"""Starting and stopping jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.tenancy.context import tenant_context
from tests.jobs.kinds import KIND


@pytest.fixture
def enqueue(db, in_alpha, actor, now):
    def make(**more):
        return jobs.enqueue(**{"kind": KIND, "params": {"do": []}, "actor": actor, "now": now, **more})

    return make


def test_a_job_begins_queued_and_audited(enqueue, actor, now):
    job = enqueue(params={"do": ["count"], "day": date(2026, 3, 1)})
    job.refresh_from_db()
    assert (job.state, job.created_by_label, job.created_at) == ("queued", actor.label, now)
    assert job.params == {"do": ["count"], "day": "2026-03-01"}
    assert Entry.objects.get().action == "jobs.job.enqueue"


def test_the_same_key_gives_the_same_job(enqueue):
    first = enqueue(idempotency_key="march", params={"day": date(2026, 3, 1)})
    assert enqueue(idempotency_key="march", params={"day": date(2026, 3, 1)}).id == first.id
    assert Entry.objects.count() == 1


def test_a_key_cannot_be_used_for_something_else(enqueue):
    enqueue(idempotency_key="march")
    with pytest.raises(DomainError) as refusal:
        enqueue(idempotency_key="march", params={"do": ["count"]})
    assert (refusal.value.code, refusal.value.status) == ("jobs.job.key_reused", 409)


def test_keys_of_two_tenants_have_nothing_to_do_with_each_other(enqueue, tenant_b):
    first = enqueue(idempotency_key="march")
    with tenant_context(tenant_b.id):
        second = enqueue(idempotency_key="march")
        assert list(Job.objects.all()) == [second]
    assert first.id != second.id


def test_the_kinds_permission_is_needed(enqueue, actor):
    with pytest.raises(NotAllowed):
        enqueue(actor=replace(actor, permissions=frozenset({"jobs.job.view"})))
    assert not Job.objects.exists()


def test_an_unknown_kind_is_refused(enqueue):
    with pytest.raises(DomainError, match="jobs.kind.unknown|no kind|没有"):
        enqueue(kind="test.unknown")


def test_a_queued_job_is_cancelled_at_once(enqueue, actor, now):
    job = jobs.cancel(job=enqueue(), actor=actor, now=now)
    assert (job.state, job.finished_at) == ("cancelled", now)
    assert set(Entry.objects.values_list("action", flat=True)) == {
        "jobs.job.enqueue", "jobs.job.cancel", "test.job.stopped"
    }  # fmt: skip


def test_a_finished_job_cannot_be_cancelled(enqueue, actor, now):
    job = jobs.cancel(job=enqueue(), actor=actor, now=now)
    with pytest.raises(DomainError) as refusal:
        jobs.cancel(job=job, actor=actor, now=now)
    assert refusal.value.code == "jobs.job.finished"


def test_cancelling_needs_the_permission(enqueue, actor, now):
    with pytest.raises(NotAllowed):
        jobs.cancel(job=enqueue(), actor=replace(actor, permissions=frozenset({"jobs.job.view"})), now=now)
