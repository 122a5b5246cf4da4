from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from hrsaas.access.models import ApiToken, User
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.tokens import issue_token, revoke_token
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(tenant_a: Tenant, user_in: Any, actor: Any) -> tuple[ApiToken, str]:
    user, now = user_in(tenant_a, Role.INTEGRATION, password=None), timezone.now()
    with tenant_context(tenant_a.id):
        return issue_token(
            user=user, name="erp", scopes=["people.unit.view"], expires_at=now + timedelta(days=1), actor=actor, now=now
        )


def get_me(client: Any, secret: str, scheme: str = "Bearer") -> Any:
    return client.get("/api/v1/me/", headers={"Authorization": f"{scheme} {secret}"})


def assert_refused(answer: Any, code: str) -> None:
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json" and "Bearer" in answer["WWW-Authenticate"]
    assert answer.json()["code"] == code


def test_a_token_acts_for_its_owner_within_its_scopes(tenant_a: Tenant, issued: Any, client_for: Any) -> None:
    body = get_me(client_for(tenant_a), issued[1]).json()
    assert body["kind"] == "token" and body["permissions"] == ["people.unit.view"]
    assert body["id"] == str(issued[0].user_id)


def test_a_token_of_alpha_is_unknown_at_beta(
    tenant_a: Tenant, tenant_b: Tenant, issued: Any, user_in: Any, client_for: Any
) -> None:
    user_in(tenant_b, Role.INTEGRATION, password=None)
    assert_refused(get_me(client_for(tenant_b), issued[1]), "access.token.unknown")
    assert get_me(client_for(tenant_a), issued[1]).status_code == 200


@pytest.mark.parametrize("secret", ["hrs_" + "A" * 43, "hrs_", "rubbish", "hrs_a b", "hrs_é", ""])
def test_a_forged_token_is_unknown(tenant_a: Tenant, issued: Any, client_for: Any, secret: str) -> None:
    assert_refused(get_me(client_for(tenant_a), secret), "access.token.unknown")


def test_without_a_token_the_answer_says_to_send_one(tenant_a: Tenant, client_for: Any) -> None:
    assert_refused(client_for(tenant_a).get("/api/v1/me/"), "access.sign_in_first")
    assert_refused(get_me(client_for(tenant_a), "dXNlcjpwYXNz", scheme="Basic"), "access.sign_in_first")


def test_an_expired_token_says_so(tenant_a: Tenant, issued: Any, client_for: Any) -> None:
    with tenant_context(tenant_a.id):
        ApiToken.objects.update(expires_at=timezone.now())
    assert_refused(get_me(client_for(tenant_a), issued[1]), "access.token.expired")


def test_a_revoked_token_says_so(tenant_a: Tenant, issued: Any, client_for: Any, actor: Any) -> None:
    with tenant_context(tenant_a.id):
        revoke_token(token=issued[0], actor=actor, now=timezone.now())
    assert_refused(get_me(client_for(tenant_a), issued[1]), "access.token.revoked")


def test_the_token_of_a_deactivated_user_is_worth_nothing(tenant_a: Tenant, issued: Any, client_for: Any) -> None:
    with tenant_context(tenant_a.id):
        User.objects.update(is_active=False)
    assert_refused(get_me(client_for(tenant_a), issued[1]), "access.token.revoked")


def test_use_is_noted_once_a_minute(
    tenant_a: Tenant, issued: Any, client_for: Any, django_assert_num_queries: Any
) -> None:
    client, token = client_for(tenant_a), issued[0]
    get_me(client, issued[1])
    with tenant_context(tenant_a.id):
        token.refresh_from_db()
        first = token.last_used_at
        assert first is not None
    get_me(client, issued[1])
    with tenant_context(tenant_a.id):
        token.refresh_from_db()
        assert token.last_used_at == first
        cache.delete(f"token-used-{token.pk}")
    get_me(client, issued[1])
    with tenant_context(tenant_a.id):
        token.refresh_from_db()
        assert token.last_used_at > first


def test_a_token_needs_no_csrf_token_and_leaves_no_session(tenant_a: Tenant, issued: Any, client_for: Any) -> None:
    client = client_for(tenant_a, enforce_csrf_checks=True)
    answer = client.post("/api/v1/session/end/", headers={"Authorization": f"Bearer {issued[1]}"})
    assert "sessionid" not in answer.cookies
    assert get_me(client, issued[1]).cookies.get("sessionid") is None
