"""A job's page in the admin: live progress, what went wrong, a button to stop it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hrsaas.access.rules.permissions import Role
from hrsaas.jobs import kinds
from hrsaas.jobs.services import jobs, runner
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of
from tests.jobs.kinds import KIND


@pytest.fixture
def job(db, tenant_a, actor, now):
    with tenant_context(tenant_a.id):
        return jobs.enqueue(kind=KIND, params={"do": ["item_error", "count"]}, actor=actor, now=now)


@pytest.fixture
def page(job):
    return f"/admin/jobs/job/{job.id}/"


@pytest.fixture
def admin(db, client_for, tenant_a, now):
    return client_of(client_for, tenant_a, Role.HR_ADMIN, now)


def test_the_list_shows_the_jobs_with_their_progress(job, admin):
    answer = admin.get("/admin/jobs/job/")
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "0 %" in shown
    assert job.created_by_label in shown
    assert f"/admin/jobs/job/{job.id}/change/" in shown


def test_the_page_polls_while_the_job_runs_and_shows_its_result(page, job, admin, tenant_a):
    shown = admin.get(f"{page}change/").content.decode()
    assert f'data-url="{page}progress.json"' in shown
    assert 'data-finished=""' in shown
    assert f'href="{page}cancel/"' in shown
    with tenant_context(tenant_a.id):
        runner.run(job.id)
    live = admin.get(f"{page}progress.json").json()
    assert (live["state"], live["percent"], live["position"], live["total"], live["finished"]) == (
        "succeeded", 100, 2, 2, True
    )  # fmt: skip
    assert live["counts"] == {"done": "2", "weight": "1"}
    shown = admin.get(f"{page}change/").content.decode()
    assert 'data-finished="1"' in shown
    assert "E007" in shown
    assert "broken" in shown
    assert f'href="{page}cancel/"' not in shown


def test_a_failure_is_told_in_the_readers_language(page, job, admin, client_for, tenant_a, now):
    with tenant_context(tenant_a.id):
        type(job).objects.filter(id=job.id).update(params={"do": ["refuse"]})
        runner.run(job.id)
    assert ">No<" in admin.get(f"{page}change/").content.decode()
    chinese = client_of(client_for, tenant_a, Role.HR_ADMIN, now, language="zh-hans")
    assert ">不行<" in chinese.get(f"{page}change/").content.decode()


def test_the_button_cancels_the_job(page, job, admin):
    assert admin.get(f"{page}cancel/").status_code == 200
    assert admin.post(f"{page}cancel/", {}).status_code == 302
    assert admin.get(f"{page}progress.json").json()["state"] == "cancelled"


def test_who_may_only_look_gets_no_button(page, job, client_for, tenant_a, now):
    auditor = client_of(client_for, tenant_a, Role.AUDITOR, now)
    assert f'href="{page}cancel/"' not in auditor.get(f"{page}change/").content.decode()
    assert auditor.post(f"{page}cancel/", {}).status_code == 403


def test_another_tenants_job_is_not_there(page, job, client_for, tenant_b, now):
    other = client_of(client_for, tenant_b, Role.HR_ADMIN, now)
    for path in (f"{page}change/", f"{page}progress.json", f"{page}cancel/"):
        assert other.get(path).status_code == 404


def test_the_page_names_the_job_and_leads_on(page, job, admin, monkeypatch):
    kind = kinds.kind_of(KIND)
    leading = replace(kind, next_pages=lambda params: [("Its rows", f"/admin/?do={len(params['do'])}")])
    monkeypatch.setitem(kinds._kinds, KIND, leading)
    shown = admin.get(f"{page}change/").content.decode()
    assert "/admin/?do=2" in shown
    assert "Its rows" in shown
