"""Signing in through the real middleware, at the hosts of two tenants."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from axes.helpers import get_cache_timeout
from django.core.cache import cache
from django.test import Client

from hrsaas.access.models import User
from hrsaas.access.rules.permissions import Role
from hrsaas.access.sessions import TENANT_KEY
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.access.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Clients = Callable[..., Client]


def sign_in(client: Client, email: str = "wang@example.com", password: str = PASSWORD) -> Any:
    return client.post("/api/v1/session/", {"email": email, "password": password}, content_type="application/json")


def test_the_same_email_signs_in_at_each_tenant_with_that_tenants_password(
    tenant_a: Tenant, tenant_b: Tenant, user_in: Any, client_for: Clients
) -> None:
    user_in(tenant_a, Role.EMPLOYEE, password="the password of alpha")
    user_in(tenant_b, Role.AUDITOR, password="the password of beta")
    assert sign_in(client_for(tenant_a), password="the password of beta").status_code == 401
    assert sign_in(client_for(tenant_b), password="the password of alpha").status_code == 401
    answer = sign_in(client_for(tenant_a), email=" WANG@example.com ", password="the password of alpha")
    assert answer.json()["roles"] == ["employee"] and answer.json()["tenant"] == "alpha"
    assert sign_in(client_for(tenant_b), password="the password of beta").json()["roles"] == ["auditor"]


def test_unknown_wrong_and_deactivated_read_the_same(tenant_a: Tenant, user_in: Any, client_for: Clients) -> None:
    with tenant_context(user_in(tenant_a, Role.EMPLOYEE).tenant_id):
        User.objects.update(is_active=False)
    bodies = []
    for email, password in (
        ("ghost@example.com", PASSWORD),
        ("wang@example.com", "no"),
        ("wang@example.com", PASSWORD),
    ):
        answer = sign_in(client_for(tenant_a), email, password)
        assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
        bodies.append({name: value for name, value in answer.json().items() if name != "request_id"})
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "access.wrong_credentials"


def test_an_unknown_email_is_hashed_against_too(
    tenant_a: Tenant, user_in: Any, client_for: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("hrsaas.access.backends.make_password", hashed.append)
    sign_in(client_for(tenant_a), "ghost@example.com", "some password")
    assert hashed == ["some password"]


def test_a_session_of_one_tenant_is_anonymous_at_another(
    tenant_a: Tenant, tenant_b: Tenant, user_in: Any, client_for: Clients
) -> None:
    user_in(tenant_a, Role.HR_ADMIN), user_in(tenant_b, Role.HR_ADMIN)
    at_alpha = client_for(tenant_a)
    sign_in(at_alpha)
    at_beta = client_for(tenant_b)
    at_beta.cookies.load({"sessionid": at_alpha.cookies["sessionid"].value})
    assert at_beta.get("/api/v1/me/").status_code == 401
    assert at_alpha.get("/api/v1/me/").status_code == 200


def test_a_session_copied_into_another_tenants_store_is_thrown_away(
    tenant_a: Tenant, tenant_b: Tenant, user_in: Any, client_for: Clients
) -> None:
    """Even if the keys of the cache did not keep tenants apart."""
    one = user_in(tenant_a, Role.HR_ADMIN)
    at_alpha = client_for(tenant_a, one)
    key = at_alpha.cookies["sessionid"].value
    with tenant_context(tenant_a.id):
        stored = cache.get(f"django.contrib.sessions.cache{key}")
    assert stored[TENANT_KEY] == tenant_a.id
    at_beta = client_for(tenant_b)
    at_beta.cookies.load({"sessionid": at_alpha.cookies["sessionid"].value})
    with tenant_context(tenant_b.id):
        cache.set(f"django.contrib.sessions.cache{key}", stored)
    assert at_beta.get("/api/v1/me/").status_code == 401
    with tenant_context(tenant_b.id):
        assert cache.get(f"django.contrib.sessions.cache{key}") is None


def test_signing_in_gives_the_session_a_new_key(tenant_a: Tenant, user_in: Any, client_for: Clients) -> None:
    user_in(tenant_a, Role.EMPLOYEE)
    client = client_for(tenant_a)
    sign_in(client)
    first = client.cookies["sessionid"].value
    sign_in(client)
    assert client.cookies["sessionid"].value != first


def test_signing_out_and_deactivation_end_the_session(tenant_a: Tenant, user_in: Any, client_for: Clients) -> None:
    user = user_in(tenant_a, Role.EMPLOYEE)
    client = client_for(tenant_a)
    sign_in(client)
    assert client.post("/api/v1/session/end/").status_code == 204
    assert client.get("/api/v1/me/").status_code == 401
    sign_in(client)
    with tenant_context(tenant_a.id):
        User.objects.filter(id=user.pk).update(is_active=False)
    assert client.get("/api/v1/me/").status_code == 401


def test_signing_out_without_a_session_and_wrong_credentials_are_challenged_as_elsewhere(
    tenant_a: Tenant, client_for: Clients
) -> None:
    client = client_for(tenant_a)
    out = client.post("/api/v1/session/end/")
    assert (out.status_code, out.json()["code"]) == (401, "access.sign_in_first")
    for answer in (out, sign_in(client), client.get("/api/v1/me/")):
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_writing_with_a_session_needs_the_csrf_token(tenant_a: Tenant, user_in: Any, client_for: Clients) -> None:
    user_in(tenant_a, Role.EMPLOYEE)
    client = client_for(tenant_a, enforce_csrf_checks=True)
    sign_in(client)
    end = {"path": "/api/v1/session/end/", "content_type": "application/json"}
    assert client.post(**end).status_code == 403
    token = client.cookies["csrftoken"].value
    assert client.post(**end, headers={"X-CSRFToken": token}).status_code == 204


def test_five_failures_lock_the_name_at_that_address_and_it_recovers(
    tenant_a: Tenant, tenant_b: Tenant, user_in: Any, client_for: Clients, settings: Any
) -> None:
    settings.AXES_COOLOFF_TIME = 1 / 3600  # a second
    user_in(tenant_a, Role.EMPLOYEE), user_in(tenant_b, Role.EMPLOYEE)
    user_in(tenant_a, Role.EMPLOYEE, email="li@example.com")
    client = client_for(tenant_a)
    statuses = [sign_in(client, password="wrong").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]
    locked = sign_in(client)
    assert locked.status_code == 429 and locked["Content-Type"] == "application/problem+json"
    assert locked.json()["code"] == "access.locked_out"
    assert sign_in(client_for(tenant_b)).status_code == 200, "the namesake at the other tenant is not concerned"
    assert sign_in(client_for(tenant_a), email="li@example.com").status_code == 200, "nor are colleagues"
    assert sign_in(client_for(tenant_a, REMOTE_ADDR="203.0.113.9")).status_code == 200, "nor other addresses"
    assert get_cache_timeout() == 1
    time.sleep(1.1)
    assert sign_in(client).status_code == 200


def test_success_forgets_earlier_failures(tenant_a: Tenant, user_in: Any, client_for: Clients) -> None:
    user_in(tenant_a, Role.EMPLOYEE)
    client = client_for(tenant_a)
    for _ in range(3):
        statuses = [sign_in(client, password="wrong").status_code for _ in range(4)]
        assert statuses == [401] * 4 and sign_in(client).status_code == 200


def test_the_lockout_page_of_the_admin_speaks_both_languages(
    tenant_a: Tenant, user_in: Any, client_for: Clients
) -> None:
    user_in(tenant_a, Role.HR_ADMIN)
    client = client_for(tenant_a)
    wrong = {"username": "wang@example.com", "password": "wrong"}
    answers = [client.post("/admin/login/", wrong) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "15 分钟" in answers[-1].content.decode() and "15 minutes" in answers[-1].content.decode()


def test_sign_in_is_throttled_by_address(tenant_a: Tenant, client_for: Clients, settings: Any) -> None:
    client = client_for(tenant_a)
    statuses = {sign_in(client, f"ghost{number}@example.com").status_code for number in range(20)}
    assert statuses == {401}
    refused = sign_in(client, "g@x.cn")
    assert refused.status_code == 429 and refused.json()["code"] == "api.throttled"
    spoofed = client.post(
        "/api/v1/session/", {"email": "g@x.cn", "password": "p"}, content_type="application/json",
        headers={"X-Forwarded-For": "198.51.100.7"},
    )  # fmt: skip
    assert spoofed.status_code == 429, "a made-up forwarding header buys no new allowance"


@pytest.mark.parametrize("body", [{}, {"email": "a\x00b", "password": "x"}, {"email": 1, "password": []}, [], "x"])
def test_malformed_sign_in_is_a_400(tenant_a: Tenant, client_for: Clients, body: Any) -> None:
    answer = client_for(tenant_a).post("/api/v1/session/", body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["code"] in {"api.invalid", "api.malformed"}


@pytest.mark.parametrize(("language", "other"), [("en", "zh-hans"), ("zh-hans", "en")])
def test_signing_in_speaks_the_users_language_until_the_browser_chooses(
    tenant_a: Tenant, user_in: Any, client_for: Clients, language: str, other: str
) -> None:
    user_in(tenant_a, Role.HR_ADMIN, language=language)
    client = client_for(tenant_a, headers={"Accept-Language": other})
    sign_in(client)
    assert client.get("/api/v1/me/")["Content-Language"] == language
    client.post("/i18n/setlang/", {"language": other, "next": "/admin/"})
    sign_in(client)
    assert client.get("/api/v1/me/")["Content-Language"] == other
