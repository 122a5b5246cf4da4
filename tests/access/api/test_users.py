from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hrsaas.access.models import ApiToken, User
from hrsaas.access.rules.permissions import Role
from hrsaas.audit.models import Entry
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.access.conftest import PASSWORD

pytestmark = pytest.mark.django_db
USERS, TOKENS = "/api/v1/access/users/", "/api/v1/access/tokens/"


@pytest.fixture
def admin(tenant_a: Tenant, user_in: Any, client_for: Any) -> Any:
    return client_for(tenant_a, user_in(tenant_a, Role.HR_ADMIN, email="admin@example.com"))


def post(client: Any, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(path, {} if body is None else body, content_type="application/json", headers=headers)


def test_a_user_is_created_and_may_sign_in(admin: Any, tenant_a: Tenant, unit_in: Any, client_for: Any) -> None:
    unit = unit_in(tenant_a, "store")
    body = {"email": "Li@example.com", "name": "Li", "password": PASSWORD, "roles": ["manager", "employee"],
            "unit": str(unit.pk)}  # fmt: skip
    answer = post(admin, USERS, body)
    assert answer.status_code == 201
    assert answer.json()["email"] == "li@example.com" and "password" not in answer.json()
    held = {(one["role"], one["unit"]) for one in answer.json()["memberships"]}
    assert held == {("manager", str(unit.pk)), ("employee", None)}
    me = post(client_for(tenant_a), "/api/v1/session/", {"email": "li@example.com", "password": PASSWORD}).json()
    assert me["unit_ids"] == [str(unit.pk)]


def test_refusals_carry_code_and_field(admin: Any) -> None:
    body = {"email": "li@example.com", "name": "Li", "password": "short", "roles": ["employee"]}
    problem = post(admin, USERS, body).json()
    assert problem["code"] == "access.user.weak_password" and problem["errors"][0]["field"] == "password"
    problem = post(admin, USERS, {**body, "roles": ["emperor"]}).json()
    assert problem["code"] == "api.invalid" and problem["errors"][0]["field"].startswith("roles")


def test_a_unit_or_employee_of_another_tenant_does_not_exist(
    admin: Any, tenant_b: Tenant, unit_in: Any, employee_in: Any
) -> None:
    body = {"email": "li@example.com", "name": "Li", "password": PASSWORD, "roles": ["manager"]}
    for stranger in ({"unit": str(unit_in(tenant_b, "u").pk)}, {"employee": str(employee_in(tenant_b, "e").pk)}):
        answer = post(admin, USERS, {**body, **stranger})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == next(iter(stranger))


def test_a_user_of_another_tenant_does_not_exist(admin: Any, tenant_b: Tenant, user_in: Any) -> None:
    stranger = user_in(tenant_b, Role.EMPLOYEE)
    assert admin.get(f"{USERS}{stranger.pk}/").status_code == 404
    for action, body in (("roles", {"roles": ["auditor"]}), ("deactivate", {}), ("password", {"password": PASSWORD})):
        assert post(admin, f"{USERS}{stranger.pk}/{action}/", body).status_code == 404


@pytest.mark.parametrize("roles", [["hr_admin", "payroll_officer"], ["employee"], ["hr_admin"]])
def test_nobody_grants_or_revokes_his_own_roles_not_even_by_token(
    admin: Any, tenant_a: Tenant, client_for: Any, user_in: Any, roles: list[str]
) -> None:
    user_in(tenant_a, Role.HR_ADMIN, email="second@example.com")  # so that the last admin is not what refuses
    own = admin.get("/api/v1/me/").json()["id"]
    asked = {"name": "own", "scopes": ["access.user.change"],
             "expires_at": (timezone.now() + timedelta(days=1)).isoformat()}  # fmt: skip
    bearer = {"Authorization": f"Bearer {post(admin, TOKENS, asked).json()['secret']}"}
    for client, headers in ((admin, {}), (client_for(tenant_a), bearer)):
        answer = post(client, f"{USERS}{own}/roles/", {"roles": roles}, **headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "access.user.own_roles")
    with tenant_context(tenant_a.id):
        assert User.objects.get(id=own).roles == {Role.HR_ADMIN}
        assert not Entry.objects.filter(action="access.user.change_roles").exists()


def test_granting_and_revoking_are_in_the_trail(admin: Any, tenant_a: Tenant, user_in: Any) -> None:
    user = user_in(tenant_a, Role.EMPLOYEE)
    for roles in (["payroll_officer"], ["employee"]):
        assert post(admin, f"{USERS}{user.pk}/roles/", {"roles": roles}).status_code == 200
    with tenant_context(tenant_a.id):
        entries = Entry.objects.filter(action="access.user.change_roles", subject_id=user.pk).order_by("id")
        assert [(one.actor_label, one.old["roles"], one.new["roles"]) for one in entries] == [
            ("admin@example.com", ["employee"], ["payroll_officer"]),
            ("admin@example.com", ["payroll_officer"], ["employee"]),
        ]


def test_roles_are_replaced(admin: Any, tenant_a: Tenant, user_in: Any) -> None:
    user = user_in(tenant_a, Role.EMPLOYEE)
    answer = post(admin, f"{USERS}{user.pk}/roles/", {"roles": ["auditor", "employee"]})
    assert {one["role"] for one in answer.json()["memberships"]} == {"auditor", "employee"}
    own = admin.get("/api/v1/me/").json()["id"]
    answer = post(admin, f"{USERS}{own}/roles/", {"roles": ["payroll_officer"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.user.own_roles")


def test_the_last_admin_stays(admin: Any, tenant_a: Tenant, user_in: Any, client_for: Any) -> None:
    second = user_in(tenant_a, Role.HR_ADMIN, email="second@example.com")
    first = admin.get("/api/v1/me/").json()["id"]
    other = client_for(tenant_a, second)
    assert post(other, f"{USERS}{first}/deactivate/").json()["is_active"] is False
    with tenant_context(tenant_a.id):
        assert User.objects.get(id=first).is_active is False
    assert admin.get("/api/v1/me/").status_code == 401, "a deactivated user is out at once"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HR_ADMIN, Role.MANAGER}))
def test_what_other_roles_may_do_to_users(tenant_a: Tenant, user_in: Any, client_for: Any, role: Role) -> None:
    client = client_for(tenant_a, user_in(tenant_a, role))
    victim = user_in(tenant_a, Role.EMPLOYEE, email="victim@example.com")
    assert client.get(USERS).status_code == (200 if role is Role.AUDITOR else 403)
    for path in (USERS, f"{USERS}{victim.pk}/roles/", f"{USERS}{victim.pk}/password/", TOKENS):
        assert post(client, path).status_code == 403


def test_the_list_costs_the_same_for_one_user_and_for_a_hundred(
    admin: Any, tenant_a: Tenant, user_in: Any, unit_in: Any
) -> None:
    unit, counts = unit_in(tenant_a, "u"), []
    for size in (1, 60):
        for index in range(size):
            user_in(tenant_a, Role.MANAGER, Role.EMPLOYEE, email=f"u{size}-{index}@example.com", unit=unit)
        with CaptureQueriesContext(connection) as queries:
            answer = admin.get(f"{USERS}?page_size=100").json()
        counts.append(len(queries))
    assert len(answer["results"]) == 62
    assert counts[0] == counts[1] <= 12


def test_users_are_found_by_role_and_name(admin: Any, tenant_a: Tenant, user_in: Any) -> None:
    user_in(tenant_a, Role.AUDITOR, email="audit@example.com")
    assert [one["email"] for one in admin.get(f"{USERS}?role=auditor").json()["results"]] == ["audit@example.com"]
    assert admin.get(f"{USERS}?search=audit").json()["count"] == 1
    assert admin.get(f"{USERS}?role=emperor").status_code == 400


def test_ones_own_password(admin: Any, client_for: Any, tenant_a: Tenant) -> None:
    wrong = post(admin, "/api/v1/me/password/", {"current": "wrong", "password": "a different phrase"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "access.user.wrong_password")
    right = post(admin, "/api/v1/me/password/", {"current": PASSWORD, "password": "a different phrase"})
    assert right.status_code == 204
    assert admin.get("/api/v1/me/").status_code == 200, "this session goes on"


def new_token(owner: User, **more: Any) -> dict[str, Any]:
    expires = (timezone.now() + timedelta(days=30)).isoformat()
    return {"user": str(owner.pk), "name": "erp", "scopes": ["people.unit.view"], "expires_at": expires} | more


@pytest.fixture
def program(tenant_a: Tenant, user_in: Callable[..., User]) -> User:
    return user_in(tenant_a, Role.INTEGRATION, email="erp@example.com", password=None)


def test_a_token_is_issued_used_listed_and_revoked(
    admin: Any, program: User, tenant_a: Tenant, client_for: Any
) -> None:
    issued = post(admin, TOKENS, new_token(program))
    assert issued.status_code == 201
    secret, number = issued.json()["secret"], issued.json()["id"]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client_for(tenant_a).get("/api/v1/me/", headers=bearer).json()["email"] == "erp@example.com"
    listed = admin.get(TOKENS)
    assert secret not in listed.content.decode() and "digest" not in listed.content.decode()
    assert listed.json()["results"][0]["last_used_at"] is not None
    assert post(admin, f"{TOKENS}{number}/revoke/").json()["revoked_at"] is not None
    assert client_for(tenant_a).get("/api/v1/me/", headers=bearer).json()["code"] == "access.token.revoked"


def test_a_secret_is_never_stored_for_replays(admin: Any, program: User, tenant_a: Tenant) -> None:
    answer = post(admin, TOKENS, new_token(program), **{"Idempotency-Key": "once"})
    assert (answer.status_code, answer.json()["code"]) == (400, "access.token.no_replay")
    with tenant_context(tenant_a.id):
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"scopes": ["payroll.run.lock"]}, "access.token.too_wide"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "access.token.expiry"),
        ({"expires_at": "tomorrow"}, "api.invalid"),
        ({"scopes": []}, "api.invalid"),
        ({"user": "1"}, "api.invalid"),
    ],
)
def test_a_wrong_token_is_refused(admin: Any, program: User, more: dict[str, Any], code: str) -> None:
    assert post(admin, TOKENS, new_token(program, **more)).json()["code"] == code


def test_a_token_may_not_change_passwords(admin: Any, tenant_a: Tenant, user_in: Any, client_for: Any) -> None:
    own = admin.get("/api/v1/me/").json()["id"]
    body = new_token(User(id=own), scopes=["access.user.change", "access.user.view"])
    secret = post(admin, TOKENS, body).json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    change = {"current": PASSWORD, "password": "a different phrase"}
    assert post(client_for(tenant_a), "/api/v1/me/password/", change, **bearer).status_code == 403
