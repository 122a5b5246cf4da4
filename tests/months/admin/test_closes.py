"""Closing a month from the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from hrsaas.access.rules.permissions import Role
from hrsaas.jobs.services import runner
from hrsaas.months import stages
from hrsaas.months.models import MonthClose
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of

LIST = "/admin/months/monthclose/"


@pytest.fixture(autouse=True)
def _no_stages(monkeypatch):
    monkeypatch.setattr(stages, "_stages", {})


@pytest.fixture
def officer(db, client_for, tenant_a, now):
    return client_of(client_for, tenant_a, Role.PAYROLL_OFFICER, now)


def test_starting_leads_to_the_jobs_page_and_the_list_shows_the_state(officer, tenant_a):
    assert 'type="month"' in officer.get(f"{LIST}close/").content.decode()
    answer = officer.post(f"{LIST}close/", {"month": "2026-03"})
    with tenant_context(tenant_a.id):
        close = MonthClose.objects.get()
        assert answer["Location"] == f"/admin/jobs/job/{close.job_id}/change/"
        runner.run(close.job_id)
    assert officer.get(answer["Location"]).status_code == 200
    shown = officer.get(LIST).content.decode()
    assert "2026-03" in shown
    assert "100 %" in shown
    assert officer.get(f"{LIST}{close.id}/change/").status_code == 200
    assert officer.post(f"{LIST}{close.id}/close_again/").status_code == 302


def test_a_refusal_is_shown_in_the_form(officer):
    answer = officer.post(f"{LIST}close/", {"month": "2999-01"})
    assert answer.status_code == 200
    assert "has not begun yet" in answer.content.decode()


def test_the_running_month_is_refused_in_the_form_with_the_day_from_which_on_it_can_be_closed(officer, tenant_a):
    this_month = timezone.now().astimezone(tenant_a.zone).date().replace(day=1)
    shown = officer.post(f"{LIST}close/", {"month": f"{this_month:%Y-%m}"}).content.decode()
    assert f"it can be closed from {(this_month + timedelta(days=31)).replace(day=1)} on" in shown
    with tenant_context(tenant_a.id):
        assert not MonthClose.objects.exists()


def test_who_may_only_look_gets_no_button(db, client_for, tenant_a, now):
    clerk = client_of(client_for, tenant_a, Role.ATTENDANCE_CLERK, now)
    shown = clerk.get(LIST)
    assert shown.status_code == 200
    assert f"{LIST}close/" not in shown.content.decode()
    assert clerk.post(f"{LIST}close/", {"month": "2026-03"}).status_code == 403


def test_the_dashboard_shows_the_latest_month(officer):
    officer.post(f"{LIST}close/", {"month": "2026-03"})
    assert "2026-03" in officer.get("/admin/").content.decode()
