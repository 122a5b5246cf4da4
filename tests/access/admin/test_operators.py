from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from hrsaas.access.models import Operator, OperatorGrant
from hrsaas.access.rules.permissions import Role
from hrsaas.audit.models import Entry
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.access.conftest import PASSWORD


@pytest.fixture
def console(operator: Operator, client_for: Any) -> Any:
    client = client_for(None)
    client.post("/admin/login/", {"username": operator.email, "password": PASSWORD})
    return client


def _page(tenant: Tenant, action: str) -> str:
    return f"/admin/tenancy/tenant/{tenant.id}/{action}/"


def test_the_console_lists_tenants_and_opens_none_by_itself(console: Any, tenant_a: Tenant) -> None:
    body = console.get("/admin/tenancy/tenant/").content.decode()
    assert "alpha" in body and "beta" in body
    assert console.get(f"/admin/tenancy/tenant/{tenant_a.id}/change/").status_code == 200
    assert console.get("/admin/access/user/").status_code == 404


def test_the_grant_form_leads_into_the_tenant(console: Any, tenant_a: Tenant, client_for: Any) -> None:
    assert console.get(_page(tenant_a, "enter")).status_code == 200
    asked = {"reason": "asked by phone", "hours": "2", "permissions": ["people.unit.change"]}
    answer = console.post(_page(tenant_a, "enter"), asked)
    assert answer.status_code == 302
    address = urlsplit(answer["Location"])
    assert address.hostname == "alpha.hr.test"
    inside = client_for(tenant_a)
    inside.post(address.path, {"token": address.query.removeprefix("token=")})
    assert inside.get("/api/v1/me/").json()["kind"] == "operator"
    with tenant_context(tenant_a.id):
        assert OperatorGrant.objects.get().reason == "asked by phone"


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"reason": "x"}, {"hours": "9"}, {"permissions": ["payroll.run.lock"]}]
)
def test_a_wrong_form_comes_back_and_grants_nothing(console: Any, tenant_a: Tenant, wrong: dict[str, Any]) -> None:
    answer = console.post(_page(tenant_a, "enter"), {"reason": "asked by phone", "hours": "2", **wrong})
    assert answer.status_code == 200
    with tenant_context(tenant_a.id):
        assert not OperatorGrant.objects.exists() and not Entry.objects.exists()


def test_suspending_shuts_the_tenant_and_resuming_opens_it(console: Any, tenant_a: Tenant, client_for: Any) -> None:
    assert console.post(_page(tenant_a, "suspend"), {"reason": "unpaid"}).status_code == 302
    assert client_for(tenant_a).get("/api/v1/me/").status_code == 403
    assert console.post(_page(tenant_a, "resume"), {"reason": "paid"}).status_code == 302
    assert client_for(tenant_a).get("/api/v1/me/").status_code == 401


def test_nobody_else_reaches_these_pages(operator: Operator, tenant_a: Tenant, user_in: Any, client_for: Any) -> None:
    admin = client_for(tenant_a, user_in(tenant_a, Role.HR_ADMIN))
    for action in ("enter", "suspend", "resume"):
        assert admin.post(_page(tenant_a, action), {"reason": "let me in"}).status_code == 404
        assert client_for(None).post(_page(tenant_a, action), {"reason": "let me in"}).status_code == 302
    with tenant_context(tenant_a.id):
        assert not OperatorGrant.objects.exists()


def test_an_operator_changes_his_own_password(console: Any, operator: Operator, client_for: Any) -> None:
    new = "a completely other phrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert console.get("/admin/password_change/").status_code == 200
    assert console.post("/admin/password_change/", form).status_code == 302
    assert console.get("/admin/").status_code == 200, "this session goes on"
    again = client_for(None)
    assert again.post("/admin/login/", {"username": operator.email, "password": new}).status_code == 302
