"""The inbox, deciding and deputies over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from hrsaas.access.models import User
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.services.requests import by_manager, by_role
from hrsaas.tenancy.context import tenant_context
from tests.jobs.clients import client_of, get, post, queries_of


@pytest.fixture
def client_of_actor(client_for, tenant_a):
    def make(actor):
        with tenant_context(tenant_a.id):
            user = User.objects.get(id=actor.user_id)
        return client_for(tenant_a, user, headers={"Accept-Language": "en"})

    return make


def test_a_manager_finds_and_decides_what_waits_for_him(ask, team, client_of_actor, outcomes):
    request = ask(by_manager(), salary="secret")
    boss = client_of_actor(team.boss)
    (shown,) = get(boss, "approvals/requests/inbox/")["results"]
    assert (shown["id"], shown["title"], shown["payload"]) == (str(request.id), "Offer", {"salary": "secret"})
    assert shown["facts"] == [{"title": "salary", "text": "secret"}]
    assert [step["state"] for step in shown["steps"]] == ["waiting"]
    done = post(boss, f"approvals/requests/{request.id}/decide/", {"approve": True, "comment": "ok"})
    assert (done["state"], done["steps"][0]["comment"]) == ("approved", "ok")
    assert get(boss, "approvals/requests/inbox/")["results"] == []
    assert outcomes == [("approved", "approved")]


def test_who_is_not_concerned_does_not_find_the_request(ask, team, client_of_actor):
    request = ask(by_manager())
    deputy = client_of_actor(team.deputy)
    assert get(deputy, "approvals/requests/")["results"] == []
    post(deputy, f"approvals/requests/{request.id}/decide/", {"approve": True}, status=404)


def test_the_maker_sees_his_request_but_cannot_decide_it(ask, team, client_of_actor):
    request = ask(by_role(Role.HR_ADMIN))
    maker = client_of_actor(team.maker)
    assert get(maker, f"approvals/requests/{request.id}/")["state"] == "pending"
    problem = post(maker, f"approvals/requests/{request.id}/decide/", {"approve": True}, status=403)
    assert problem["code"] == "approvals.request.own"
    assert post(maker, f"approvals/requests/{request.id}/withdraw/")["state"] == "withdrawn"


def test_a_deputy_is_named_and_dismissed(ask, team, client_of_actor):
    request = ask(by_manager())
    boss, deputy = client_of_actor(team.boss), client_of_actor(team.deputy)
    today = timezone.now().date()
    days = {"start_date": f"{today - timedelta(days=1)}", "end_date": f"{today + timedelta(days=5)}"}
    given = post(boss, "approvals/delegations/", {"to_user": str(team.deputy.user_id), **days}, status=201)
    assert [row["id"] for row in get(deputy, "approvals/requests/inbox/")["results"]] == [str(request.id)]
    post(boss, f"approvals/delegations/{given['id']}/end/")
    assert get(deputy, "approvals/requests/inbox/")["results"] == []


def test_another_tenant_sees_nothing(ask, client_for, tenant_b, now):
    request = ask(by_role(Role.HR_ADMIN))
    beta = client_of(client_for, tenant_b, Role.HR_ADMIN, now)
    assert get(beta, "approvals/requests/")["results"] == []
    post(beta, f"approvals/requests/{request.id}/decide/", {"approve": True}, status=404)


def test_a_list_costs_the_same_for_one_and_for_many(ask, team, employee, client_of_actor):
    ask(by_manager())
    boss = client_of_actor(team.boss)
    one = queries_of(boss, "approvals/requests/inbox/", rows=1)
    for number in range(11):
        ask(by_manager(), subject=employee(f"e{number}"))
    assert queries_of(boss, "approvals/requests/inbox/", rows=12) == one <= 12
