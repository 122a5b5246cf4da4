"""Starting a month close over the API and watching it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from hrsaas.access.rules.permissions import Role
from hrsaas.jobs.services import runner
from hrsaas.months import stages
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of, get, post


@pytest.fixture(autouse=True)
def _no_stages(monkeypatch):
    monkeypatch.setattr(stages, "_stages", {})


@pytest.fixture
def officer(db, client_for, tenant_a, now):
    return client_of(client_for, tenant_a, Role.PAYROLL_OFFICER, now)


def test_a_month_is_started_watched_and_closed(officer, tenant_a):
    job = post(officer, "months/closes/", {"month": "2026-03-01"}, status=202)
    assert (job["kind"], job["title"], job["state"]) == ("month_close", "Month close", "queued")
    assert post(officer, "months/closes/", {"month": "2026-03-01"}, status=202)["id"] == job["id"]
    with tenant_context(tenant_a.id):
        runner.run(int(job["id"]))
    close = get(officer, "months/closes/?month=2026-03-01&expand=job")["results"][0]
    assert (close["state"], close["job"]["state"]) == ("closed", "succeeded")


def test_a_wrong_month_is_a_problem_not_a_crash(officer):
    for month, code in (("2026-03-15", "months.close.not_first_day"), ("2999-01-01", "months.close.future")):
        assert post(officer, "months/closes/", {"month": month}, status=400)["code"] == code
    assert post(officer, "months/closes/", {"month": "March"}, status=400)["code"] == "api.invalid"


def test_the_running_month_is_refused_at_once_and_says_when_it_can_be_closed(officer, tenant_a):
    this_month = timezone.now().astimezone(tenant_a.zone).date().replace(day=1)
    refused = post(officer, "months/closes/", {"month": str(this_month)}, status=409)
    next_month = (this_month + timedelta(days=31)).replace(day=1)
    assert (refused["code"], refused["closable_from"]) == ("months.close.unfinished", str(next_month))
    assert str(next_month) in refused["detail"]
    assert get(officer, "months/closes/")["results"] == get(officer, "jobs/")["results"] == []


def test_who_may_only_look_starts_nothing(db, client_for, tenant_a, now):
    clerk = client_of(client_for, tenant_a, Role.ATTENDANCE_CLERK, now)
    assert get(clerk, "months/closes/")["results"] == []
    post(clerk, "months/closes/", {"month": "2026-03-01"}, status=403)


def test_another_tenant_sees_nothing_of_it(officer, client_for, tenant_b, now):
    post(officer, "months/closes/", {"month": "2026-03-01"}, status=202)
    assert get(client_of(client_for, tenant_b, Role.HR_ADMIN, now), "months/closes/")["results"] == []
