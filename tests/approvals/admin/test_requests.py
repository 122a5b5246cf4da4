"""The inbox in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from hrsaas.access.models import User
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.kinds import ApprovalKind, register
from hrsaas.approvals.models import ApprovalRequest, Delegation
from hrsaas.approvals.services.requests import by_role
from hrsaas.tenancy.context import tenant_context

LIST = "/admin/approvals/approvalrequest/"


@pytest.fixture
def browser(client_for, tenant_a):
    def make(actor):
        with tenant_context(tenant_a.id):
            user = User.objects.get(id=actor.user_id)
        return client_for(tenant_a, user, headers={"Accept-Language": "en"})

    return make


def test_what_waits_is_found_and_approved(ask, team, browser, outcomes):
    request = ask(by_role(Role.HR_ADMIN))
    hr = browser(team.hr)
    assert "maker" in hr.get(f"{LIST}?inbox=mine").content.decode()
    assert "waiting" in hr.get("/admin/").content.decode().lower()
    assert hr.get(f"{LIST}{request.id}/change/").status_code == 200
    assert hr.post(f"{LIST}{request.id}/approve/", {"comment": "fine"}).status_code == 302
    assert outcomes == [("approved", "approved")]
    assert "fine" in hr.get(f"{LIST}{request.id}/change/").content.decode()
    assert "maker" not in hr.get(f"{LIST}?inbox=mine").content.decode()


def test_a_rejection_needs_a_reason(ask, team, browser, outcomes):
    request = ask(by_role(Role.HR_ADMIN))
    hr = browser(team.hr)
    assert hr.post(f"{LIST}{request.id}/reject/", {"comment": ""}).status_code == 200
    assert outcomes == []
    assert hr.post(f"{LIST}{request.id}/reject/", {"comment": "too dear"}).status_code == 302
    assert outcomes == [("rejected", "rejected")]


def test_the_own_request_is_refused_in_words(ask, team, browser, in_alpha):
    request = ask(by_role(Role.HR_ADMIN), actor=team.hr)
    answer = browser(team.hr).post(f"{LIST}{request.id}/approve/", {"comment": ""})
    assert "cannot decide your own request" in answer.content.decode()
    assert ApprovalRequest.objects.get().state == "pending"


def test_a_deputy_is_named_in_the_form(team, browser, in_alpha):
    hr = browser(team.hr)
    today = timezone.now().date()
    days = {"start_date": f"{today}", "end_date": f"{today + timedelta(days=3)}"}
    answer = hr.post("/admin/approvals/delegation/add/", {"to_user": str(team.boss.user_id), **days})
    assert answer.status_code == 302, answer.content.decode()
    given = Delegation.objects.get()
    assert (given.from_user_id, given.to_user_id) == (team.hr.user_id, team.boss.user_id)
    assert hr.get("/admin/approvals/delegation/").status_code == 200
    assert hr.post(f"/admin/approvals/delegation/{given.id}/end/").status_code == 302


def test_what_is_asked_for_is_read_in_words_not_as_json(ask, team, browser, outcomes):
    def nothing(request, actor, now):
        return None

    register(
        ApprovalKind(
            "test.offer", "录用", "Offer", nothing, nothing,
            lambda payload: [("Who", payload["who"]), ("Why", "one\ntwo"), ("Gone", payload.get("gone"))],
        )
    )  # fmt: skip
    request = ask(by_role(Role.HR_ADMIN), who="Li Na", rows=[{"deep": 1}])
    hr = browser(team.hr)
    page = hr.get(f"{LIST}{request.id}/change/").content.decode()
    assert "Li Na" in page
    assert "one<br>two" in page
    assert "deep" not in page
    assert "Gone" not in page
    assert "Li Na · one" in hr.get(LIST).content.decode()


def test_a_kind_without_words_shows_its_plain_values(ask, team, browser):
    request = ask(by_role(Role.HR_ADMIN), salary="9000", rows=[{"deep": 1}])
    page = browser(team.hr).get(f"{LIST}{request.id}/change/").content.decode()
    assert "9000" in page
    assert "deep" not in page
