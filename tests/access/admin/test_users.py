from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hrsaas.access.models import ApiToken, User
from hrsaas.access.queries.tokens import token_by_secret
from hrsaas.access.rules.permissions import Role
from hrsaas.audit.models import Entry
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.access.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LIST = "/admin/access/user/"


@pytest.fixture
def admin(tenant_a: Tenant, user_in: Any, client_for: Any) -> Any:
    return client_for(tenant_a, user_in(tenant_a, Role.HR_ADMIN, email="admin@example.com"))


def test_the_list_shows_this_tenants_users_only(admin: Any, tenant_a: Tenant, tenant_b: Tenant, user_in: Any) -> None:
    user_in(tenant_a, Role.AUDITOR, email="here@example.com")
    user_in(tenant_b, Role.AUDITOR, email="there@example.com")
    body = admin.get(LIST).content.decode()
    assert "here@example.com" in body and "there@example.com" not in body


def test_the_list_costs_the_same_for_one_user_and_for_forty(
    admin: Any, tenant_a: Tenant, user_in: Any, unit_in: Any
) -> None:
    user_in(tenant_a, Role.MANAGER, email="first@example.com", unit=unit_in(tenant_a, "first"))
    counts = []
    for number in range(2):
        admin.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            admin.get(LIST)
        counts.append(len(queries))
        unit = unit_in(tenant_a, f"u{number}")
        for index in range(20):
            user_in(tenant_a, Role.MANAGER, Role.EMPLOYEE, email=f"u{number}-{index}@example.com", unit=unit)
    assert counts[0] == counts[1] <= 25


def test_a_user_is_made_by_the_service(admin: Any, tenant_a: Tenant, unit_in: Any) -> None:
    unit = unit_in(tenant_a, "store")
    asked = {"email": "New@example.com", "name": "New", "password": PASSWORD, "language": "en",
             "roles": ["manager", "employee"], "unit": unit.pk}  # fmt: skip
    assert admin.post(f"{LIST}create/", asked).status_code == 302
    with tenant_context(tenant_a.id):
        user = User.objects.get(email="new@example.com")
        assert set(user.held) == {(Role.MANAGER, unit.pk), (Role.EMPLOYEE, None)}
        entry = Entry.objects.filter(action="access.user.create").latest("id")
        assert entry.actor_label == "admin@example.com" and entry.via == "admin"


def test_a_refusal_is_shown_in_the_form(admin: Any, tenant_a: Tenant) -> None:
    asked = {"email": "n@example.com", "name": "N", "password": "short", "language": "en", "roles": ["employee"]}
    answer = admin.post(f"{LIST}create/", asked)
    assert answer.status_code == 200 and "密码过于简单" in answer.content.decode()
    with tenant_context(tenant_a.id):
        assert not User.objects.filter(email="n@example.com").exists()


def test_roles_are_replaced_and_ones_own_are_not(admin: Any, tenant_a: Tenant, user_in: Any) -> None:
    user = user_in(tenant_a, Role.EMPLOYEE)
    assert admin.get(f"{LIST}{user.pk}/change_roles/").status_code == 200
    assert admin.post(f"{LIST}{user.pk}/change_roles/", {"roles": ["auditor"]}).status_code == 302
    with tenant_context(tenant_a.id):
        assert User.objects.get(id=user.pk).roles == {Role.AUDITOR}
        own = User.objects.get(email="admin@example.com")
    answer = admin.post(f"{LIST}{own.pk}/change_roles/", {"roles": ["hr_admin", "payroll_officer"]})
    assert answer.status_code == 200
    with tenant_context(tenant_a.id):
        assert User.objects.get(id=own.pk).roles == {Role.HR_ADMIN}


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.PAYROLL_OFFICER, Role.AUDITOR])
def test_no_other_role_changes_users(tenant_a: Tenant, user_in: Any, client_for: Any, role: Role) -> None:
    victim = user_in(tenant_a, Role.EMPLOYEE, email="victim@example.com")
    client = client_for(tenant_a, user_in(tenant_a, role))
    assert client.get(LIST).status_code == (200 if role is Role.AUDITOR else 403)
    for action in ("change_roles", "set_password", "deactivate", "activate"):
        assert client.post(f"{LIST}{victim.pk}/{action}/", {"roles": ["hr_admin"]}).status_code == 403
    assert client.post(f"{LIST}create/", {}).status_code == 403


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.INTEGRATION])
def test_who_does_not_work_in_the_admin_does_not_get_in(
    tenant_a: Tenant, user_in: Any, client_for: Any, role: Role
) -> None:
    user_in(tenant_a, role)
    client = client_for(tenant_a)
    client.post("/admin/login/", {"username": "wang@example.com", "password": PASSWORD})
    assert client.get("/admin/").status_code == 302


def test_a_token_issued_in_the_admin_is_shown_once(admin: Any, tenant_a: Tenant, user_in: Any) -> None:
    program = user_in(tenant_a, Role.INTEGRATION, email="erp@example.com", password=None)
    asked = {"user": program.pk, "name": "erp", "scopes": ["people.unit.view"], "days": "30"}
    answer = admin.post("/admin/access/apitoken/issue/", asked, follow=True)
    body = answer.content.decode()
    secret = "hrs_" + body.split("hrs_", 1)[1][:43]
    with tenant_context(tenant_a.id):
        found = token_by_secret(secret, now=timezone.now())
        assert found is not None and found.user == program
    assert secret not in admin.get("/admin/access/apitoken/").content.decode()
    admin.post(f"/admin/access/apitoken/{found.pk}/revoke/")
    with tenant_context(tenant_a.id):
        assert ApiToken.objects.get().revoked_at is not None


def test_ones_own_password_is_changed_through_the_service(admin: Any, tenant_a: Tenant, client_for: Any) -> None:
    new = "a completely other phrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert admin.post("/admin/password_change/", form).status_code == 302
    assert admin.get("/admin/").status_code == 200
    with tenant_context(tenant_a.id):
        assert Entry.objects.filter(action="access.user.set_password").count() == 1
