"""Jobs over the API: progress, item errors, cancelling; nothing of other tenants."""

from __future__ import annotations

import pytest

from hrsaas.access.rules.permissions import Role
from hrsaas.jobs.services import jobs, runner
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of, get, post, queries_of
from tests.jobs.kinds import KIND


@pytest.fixture
def job(db, tenant_a, actor, now):
    with tenant_context(tenant_a.id):
        return jobs.enqueue(kind=KIND, params={"do": ["item_error", "count"]}, actor=actor, now=now)


@pytest.fixture
def alpha(db, client_for, tenant_a, now):
    return client_of(client_for, tenant_a, Role.HR_ADMIN, now)


def test_progress_and_results_can_be_read(job, alpha, tenant_a):
    with tenant_context(tenant_a.id):
        runner.run(job.id)
    shown = get(alpha, f"jobs/{job.id}/")
    assert (shown["id"], shown["title"], shown["state"], shown["percent"]) == (str(job.id), "Test", "succeeded", 100)
    assert shown["counts"] == {"done": 2, "weight": 1}
    assert "steps" not in shown
    errors = get(alpha, f"jobs/{job.id}/errors/")["results"]
    assert [(error["item"], error["code"], error["zh"]) for error in errors] == [("E007", "test.bad_item", "坏了")]


def test_ids_in_parameters_are_strings_and_numbers_stay_numbers(alpha, tenant_a, actor, now):
    params = {"do": [], "import_id": 2**61 + 1, "unit_ids": [7], "count": 3, "month_id": None, "of": [{"id": 5}]}
    with tenant_context(tenant_a.id):
        job = jobs.enqueue(kind=KIND, params=params, actor=actor, now=now)
    assert get(alpha, f"jobs/{job.id}/")["params"] == {
        "do": [], "import_id": str(2**61 + 1), "unit_ids": ["7"], "count": 3, "month_id": None, "of": [{"id": "5"}],
    }  # fmt: skip


def test_a_job_is_cancelled_once(job, alpha):
    assert post(alpha, f"jobs/{job.id}/cancel/")["state"] == "cancelled"
    assert post(alpha, f"jobs/{job.id}/cancel/", status=409)["code"] == "jobs.job.finished"


def test_who_may_only_look_cannot_cancel(job, client_for, tenant_a, now):
    auditor = client_of(client_for, tenant_a, Role.AUDITOR, now)
    assert get(auditor, f"jobs/{job.id}/")["state"] == "queued"
    post(auditor, f"jobs/{job.id}/cancel/", status=403)


def test_an_employee_sees_no_jobs(job, client_for, tenant_a, now):
    get(client_of(client_for, tenant_a, Role.EMPLOYEE, now), "jobs/", status=403)


def test_another_tenants_job_does_not_exist(job, client_for, tenant_b, now):
    beta = client_of(client_for, tenant_b, Role.HR_ADMIN, now)
    assert get(beta, "jobs/")["results"] == []
    for path in (f"jobs/{job.id}/", f"jobs/{job.id}/errors/"):
        get(beta, path, status=404)
    post(beta, f"jobs/{job.id}/cancel/", status=404)


def test_a_list_costs_the_same_for_one_and_for_many(job, alpha, tenant_a, actor, now):
    one = queries_of(alpha, "jobs/", rows=1)
    with tenant_context(tenant_a.id):
        for _more in range(20):
            jobs.enqueue(kind=KIND, params={"do": []}, actor=actor, now=now)
    assert queries_of(alpha, "jobs/", rows=21) == one <= 12
