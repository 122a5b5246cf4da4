from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import ApiToken
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.queries.tokens import token_by_secret
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.tokens import issue_token, revoke_token
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.django_db
SCOPES = ["people.unit.view"]


def _refused(**kwargs: Any) -> str:
    with pytest.raises(DomainError) as caught:
        issue_token(**kwargs)
    return caught.value.code


@pytest.fixture
def asked(in_alpha: Tenant, user_in: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    user = user_in(in_alpha, Role.INTEGRATION, password=None)
    expires = now + timedelta(days=30)
    return {"user": user, "name": "erp", "scopes": SCOPES, "expires_at": expires, "actor": actor, "now": now}


def test_the_secret_is_shown_once_and_only_its_digest_is_kept(asked: dict[str, Any], now: datetime) -> None:
    token, secret = issue_token(**asked)
    assert secret.startswith("hrs_") and len(secret) > 40
    kept = ApiToken.objects.values().get(id=token.pk)
    assert secret not in str(kept) and kept["prefix"] == secret[:10]
    assert token_by_secret(secret, now=now) == token
    assert secret not in str(list(Entry.objects.values()))


def test_a_secret_of_one_tenant_names_nothing_in_another(
    asked: dict[str, Any], tenant_b: Tenant, now: datetime
) -> None:
    _token, secret = issue_token(**asked)
    with tenant_context(tenant_b.id):
        assert token_by_secret(secret, now=now) is None


def test_a_token_cannot_do_more_than_its_owner(asked: dict[str, Any]) -> None:
    assert _refused(**{**asked, "scopes": ["payroll.run.lock"]}) == "access.token.too_wide"
    assert _refused(**{**asked, "scopes": ["no.such.thing"]}) == "access.token.too_wide"
    assert _refused(**{**asked, "scopes": []}) == "access.token.no_scopes"


def test_a_token_lasts_a_year_at_most(asked: dict[str, Any], now: datetime) -> None:
    assert _refused(**{**asked, "expires_at": now}) == "access.token.expiry"
    assert _refused(**{**asked, "expires_at": now + timedelta(days=367)}) == "access.token.expiry"


def test_an_admin_cannot_mint_a_token_for_a_person(asked: dict[str, Any], user_in: Any, in_alpha: Tenant) -> None:
    officer = user_in(in_alpha, Role.PAYROLL_OFFICER, email="pay@example.com")
    both = user_in(in_alpha, Role.INTEGRATION, Role.PAYROLL_OFFICER, email="both@example.com")
    assert _refused(**{**asked, "user": officer}) == "access.token.not_yours"
    assert _refused(**{**asked, "user": both}) == "access.token.not_yours"


def test_a_token_that_issues_tokens_cannot_widen_itself(user_in: Any, in_alpha: Tenant, now: datetime) -> None:
    admin = user_in(in_alpha, Role.HR_ADMIN)
    asked = {"user": admin, "expires_at": now + timedelta(days=1), "now": now}
    own = actor_for_user(admin, Origin())
    token, _ = issue_token(**asked, name="one", scopes=["access.token.change", "people.unit.view"], actor=own)
    through = actor_for_user(admin, Origin(), token)
    assert through.permissions == {"access.token.change", "people.unit.view"} and through.kind == "token"
    assert _refused(**asked, name="two", scopes=["payroll.item.change"], actor=through) == "access.token.too_wide"


def test_a_token_loses_what_its_owner_loses(user_in: Any, in_alpha: Tenant, asked: dict[str, Any]) -> None:
    token, _ = issue_token(**asked)
    token.user.memberships.all().delete()
    owner = type(token.user).objects.get(id=token.user_id)
    assert actor_for_user(owner, Origin(), token).permissions == frozenset()


def test_revoking_ends_a_token_and_twice_changes_nothing(asked: dict[str, Any], actor: Actor, now: datetime) -> None:
    token, _ = issue_token(**asked)
    assert not revoke_token(token=token, actor=actor, now=now).is_valid(now)
    revoke_token(token=token, actor=actor, now=now + timedelta(hours=1))
    token.refresh_from_db()
    assert token.revoked_at == now
    assert Entry.objects.filter(action="access.token.revoke").count() == 1


def test_a_token_of_another_tenant_cannot_be_revoked(
    asked: dict[str, Any], actor: Actor, now: datetime, tenant_b: Tenant
) -> None:
    token, _ = issue_token(**asked)
    with tenant_context(tenant_b.id), pytest.raises(DomainError) as caught:
        revoke_token(token=token, actor=actor, now=now)
    assert caught.value.code == "access.token.not_found"
