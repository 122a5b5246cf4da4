"""Operators on committed data: they act across tenants, as real transactions see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.db import ProgrammingError, connection
from django.utils import timezone

from hrsaas.access.actors import Origin
from hrsaas.access.models import Operator, OperatorGrant
from hrsaas.access.rules.permissions import NOT_FOR_OPERATORS, ROLE_PERMISSIONS, Role
from hrsaas.access.services import operators
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE
from tests.access.conftest import PASSWORD


@pytest.fixture
def clock() -> datetime:
    """The real one: the middleware asks it too."""
    return timezone.now()


@pytest.fixture
def grant_for(operator: Operator, tenant_a: Tenant, clock: datetime) -> Any:
    def make(tenant: Tenant = tenant_a, **more: Any) -> tuple[OperatorGrant, str]:
        asked = {
            "operator": operator,
            "reason": "payroll looks wrong",
            "length": timedelta(hours=1),
            "now": clock,
            "origin": Origin(),
            **more,
        }
        return operators.grant_entry(tenant=tenant, **asked)

    return make


def enter(client: Any, link: str) -> Any:
    address = urlsplit(link)
    assert client.get(f"{address.path}?{address.query}").status_code == 200, "looking at the link does not use it up"
    return client.post(address.path, {"token": address.query.removeprefix("token=")})


def _refused(call: Any, **kwargs: Any) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value.code


def test_an_operator_signs_in_at_the_bare_domain_and_nowhere_else(
    operator: Operator, tenant_a: Tenant, client_for: Any
) -> None:
    asked = {"username": operator.email, "password": PASSWORD}
    console = client_for(None)
    assert console.post("/admin/login/", asked).status_code == 302
    assert console.get("/admin/").status_code == 200
    inside = client_for(tenant_a)
    assert inside.post("/admin/login/", asked).status_code == 200, "the form again"
    body = {"email": operator.email, "password": PASSWORD}
    assert inside.post("/api/v1/session/", body, content_type="application/json").status_code == 401


def test_a_tenants_user_does_not_get_into_the_operator_console(
    operator: Operator, tenant_a: Tenant, user_in: Any, client_for: Any
) -> None:
    user_in(tenant_a, Role.HR_ADMIN)
    client = client_for(None)
    assert client.post("/admin/login/", {"username": "wang@example.com", "password": PASSWORD}).status_code == 200
    assert client.get("/admin/").status_code == 302


def test_the_session_of_the_console_is_worth_nothing_at_a_tenant(
    operator: Operator, tenant_a: Tenant, client_for: Any
) -> None:
    console = client_for(None)
    console.post("/admin/login/", {"username": operator.email, "password": PASSWORD})
    inside = client_for(tenant_a)
    inside.cookies.load({"sessionid": console.cookies["sessionid"].value})
    assert inside.get("/api/v1/me/").status_code == 401
    assert inside.get("/admin/").status_code == 302


def test_the_runtime_role_cannot_make_or_change_operators(operator: Operator) -> None:
    for sql in (
        "INSERT INTO access_operator (email, name, password, is_active, created_at) VALUES ('x','x','x',true,now())",
        "UPDATE access_operator SET password = 'x'",
        "DELETE FROM access_operator",
    ):
        with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(sql)


def test_a_grant_opens_one_tenant_for_looking_and_is_in_its_audit_trail(
    grant_for: Any, tenant_a: Tenant, tenant_b: Tenant, client_for: Any, operator: Operator
) -> None:
    grant, link = grant_for()
    assert link.startswith("http://alpha.hr.test")
    client = client_for(tenant_a)
    assert enter(client, link).status_code == 302
    me = client.get("/api/v1/me/").json()
    assert me["kind"] == "operator" and me["email"] == operator.email and me["id"] is None
    assert set(me["permissions"]) == ROLE_PERMISSIONS[Role.AUDITOR]
    assert client.get("/admin/").status_code == 200
    refused = client.post("/api/v1/access/users/", {}, content_type="application/json")
    assert refused.status_code == 403 and refused.json()["code"] == "access.not_allowed"
    with tenant_context(tenant_a.id):
        actions = list(Entry.objects.order_by("id").values_list("action", "actor_kind", "actor_label"))
    expected = ["access.grant.open", "access.grant.enter"]
    assert actions == [(action, "operator", operator.email) for action in expected]
    with tenant_context(tenant_b.id):
        assert not Entry.objects.exists() and not OperatorGrant.objects.exists()


def test_two_operators_with_one_idempotency_key_do_not_get_each_others_answers(
    operator: Operator, grant_for: Any, tenant_a: Tenant, client_for: Any, now: datetime
) -> None:
    second = operators.create_operator(email="second@example.com", name="Second", password=PASSWORD, now=now)
    answers = []
    for who, code in ((operator, "one"), (second, "two")):
        client = client_for(tenant_a)
        _grant, link = grant_for(operator=who, extra_permissions=["people.unit.change"])
        assert enter(client, link).status_code == 302
        unit, headers = {"code": code, "name": code}, {"Idempotency-Key": "same"}
        for _again in range(2):
            answers.append(client.post("/api/v1/people/units/", unit, content_type="application/json", headers=headers))
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (201, "one"), (201, "one"), (201, "two"), (201, "two")
    ]  # fmt: skip
    assert ["Idempotent-Replayed" in answer for answer in answers] == [False, True, False, True]


def test_a_link_is_good_once(grant_for: Any, tenant_a: Tenant, client_for: Any) -> None:
    _grant, link = grant_for()
    assert enter(client_for(tenant_a), link).status_code == 302
    address = urlsplit(link)
    again = client_for(tenant_a).post(address.path, {"token": address.query.removeprefix("token=")})
    assert again.status_code == 403 and "sessionid" not in again.cookies


def test_a_link_of_alpha_opens_nothing_at_beta(grant_for: Any, tenant_b: Tenant, client_for: Any) -> None:
    _grant, link = grant_for()
    address = urlsplit(link)
    answer = client_for(tenant_b).get(f"{address.path}?{address.query}")
    assert answer.status_code == 403 and "运维" in answer.content.decode()


def test_a_link_is_good_for_five_minutes(grant_for: Any, tenant_a: Tenant, clock: datetime) -> None:
    grant, _link = grant_for()
    signed_then = signing.TimestampSigner(salt=operators._SALT)
    signed_then.timestamp = lambda: signing.b62_encode(int(clock.timestamp()) - 301)  # type: ignore[method-assign]
    old = signed_then.sign_object([tenant_a.id, grant.pk])
    with tenant_context(tenant_a.id):
        assert _refused(operators.readable_grant, link_token=old, now=clock) == "access.grant.link"
        assert _refused(operators.readable_grant, link_token="rubbish", now=clock) == "access.grant.link"


@pytest.mark.parametrize("how", ["ends", "revoked", "operator leaves"])
def test_a_visit_ends_at_the_next_request(
    grant_for: Any, tenant_a: Tenant, client_for: Any, operator: Operator, clock: datetime, actor: Any, how: str
) -> None:
    grant, link = grant_for()
    client = client_for(tenant_a)
    enter(client, link)
    assert client.get("/api/v1/me/").status_code == 200
    with tenant_context(tenant_a.id):
        if how == "ends":
            OperatorGrant.objects.update(starts_at=clock - timedelta(hours=2), ends_at=clock)
        elif how == "revoked":
            operators.revoke_grant(grant=grant, actor=actor, now=clock)
    if how == "operator leaves":
        Operator.objects.using(MAINTENANCE).update(is_active=False)
    assert client.get("/api/v1/me/").status_code == 401
    assert client.get("/admin/").status_code == 302


def test_what_a_grant_must_not_be(grant_for: Any, tenant_a: Tenant) -> None:
    assert _refused(grant_for, reason="  x ") == "access.grant.reason"
    assert _refused(grant_for, length=timedelta(hours=8, seconds=1)) == "access.grant.length"
    assert _refused(grant_for, length=timedelta()) == "access.grant.length"
    for permission in NOT_FOR_OPERATORS:
        assert _refused(grant_for, extra_permissions=[permission]) == "access.grant.too_wide"
    tenant_a.status = Tenant.Status.SUSPENDED
    assert _refused(grant_for) == "access.grant.suspended"
    with tenant_context(tenant_a.id):
        assert not OperatorGrant.objects.exists() and not Entry.objects.exists()


def test_more_than_looking_can_be_granted_and_is_on_record(grant_for: Any, tenant_a: Tenant, client_for: Any) -> None:
    grant, link = grant_for(extra_permissions=["people.unit.change"])
    client = client_for(tenant_a)
    enter(client, link)
    assert "people.unit.change" in client.get("/api/v1/me/").json()["permissions"]
    with tenant_context(tenant_a.id):
        assert "people.unit.change" in Entry.objects.get(action="access.grant.open").new["permissions"]


def test_operators_have_good_passwords_and_one_account_each(operator: Operator, now: datetime) -> None:
    asked = {"email": "OPS@example.com", "name": "Other", "password": PASSWORD, "now": now}
    assert _refused(operators.create_operator, **asked) == "access.operator.taken"
    asked["email"] = "other@example.com"
    assert _refused(operators.create_operator, **{**asked, "password": "password"}) == "access.operator.weak_password"
    assert _refused(operators.create_operator, **{**asked, "email": "nobody"}) == "access.operator.email"
