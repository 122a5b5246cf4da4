from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import Membership, User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services import users
from hrsaas.access.services.tokens import issue_token
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.access.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _code(call: Callable[..., Any], **kwargs: Any) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    assert caught.value.zh and caught.value.en
    return caught.value.code


def test_the_same_email_is_two_users_in_two_tenants(tenant_a: Tenant, tenant_b: Tenant, user_in: Any) -> None:
    one, other = user_in(tenant_a, Role.EMPLOYEE), user_in(tenant_b, Role.HR_ADMIN)
    assert one.pk != other.pk
    with tenant_context(tenant_a.id):
        assert [user.pk for user in User.objects.all()] == [one.pk]


def test_an_email_is_taken_within_a_tenant_however_it_is_written(
    in_alpha: Tenant, user_in: Any, actor: Actor, now: datetime
) -> None:
    user_in(in_alpha, Role.EMPLOYEE)
    again = {"name": "W", "password": PASSWORD, "roles": [Role.EMPLOYEE], "actor": actor, "now": now}
    assert _code(users.create_user, email=" WANG@Example.com ", **again) == "access.user.email_taken"


def test_the_database_refuses_an_email_that_is_not_lower_case(in_alpha: Tenant, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="Wang@example.com", name="W", created_at=now)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"email": "nobody"}, "access.user.email_invalid"),
        ({"password": "password12"}, "access.user.weak_password"),
        ({"password": "short"}, "access.user.weak_password"),
        ({"roles": ["emperor"]}, "access.user.role_unknown"),
        ({"roles": [Role.MANAGER]}, "access.user.unit_missing"),
    ],
)
def test_wrong_input_is_refused_with_its_code_and_leaves_nothing(
    in_alpha: Tenant, actor: Actor, now: datetime, given: dict[str, Any], code: str
) -> None:
    asked = {"email": "li@example.com", "name": "Li", "password": PASSWORD, "roles": [Role.EMPLOYEE], **given}
    assert _code(users.create_user, **asked, actor=actor, now=now) == code
    assert not User.objects.exists() and not Entry.objects.exists()


def test_a_unit_belongs_to_managers_only(in_alpha: Tenant, actor: Actor, now: datetime, unit_in: Any) -> None:
    unit = unit_in(in_alpha, "store")
    asked = {"email": "li@example.com", "name": "Li", "password": PASSWORD, "actor": actor, "now": now}
    refused = _code(users.create_user, **asked, roles=[Role.RECRUITER], unit=unit)
    assert refused == "access.user.unit_not_for_role"
    manager = users.create_user(**asked, roles=[Role.MANAGER, Role.EMPLOYEE], unit=unit)
    assert set(manager.held) == {(Role.MANAGER, unit.pk), (Role.EMPLOYEE, None)}


def test_an_employee_has_one_user(
    in_alpha: Tenant, user_in: Any, employee_in: Any, actor: Actor, now: datetime
) -> None:
    employee = employee_in(in_alpha, "e1")
    user_in(in_alpha, Role.EMPLOYEE, employee=employee)
    asked = {"email": "b@example.com", "name": "B", "password": PASSWORD, "roles": [Role.EMPLOYEE]}
    refused = _code(users.create_user, **asked, employee=employee, actor=actor, now=now)
    assert refused == "access.user.employee_taken"


def test_granting_roles_is_audited_with_old_and_new(
    in_alpha: Tenant, user_in: Any, unit_in: Any, actor: Actor, now: datetime
) -> None:
    user, unit = user_in(in_alpha, Role.EMPLOYEE), unit_in(in_alpha, "store")
    users.change_roles(user=user, roles=[Role.MANAGER, Role.EMPLOYEE], units=[unit], actor=actor, now=now)
    entry = Entry.objects.get(action="access.user.change_roles")
    assert entry.subject_id == user.pk
    assert entry.old == {"roles": ["employee"], "unit_ids": []}
    assert entry.new == {"roles": ["employee", "manager"], "unit_ids": [unit.pk]}
    assert user.roles == {Role.MANAGER, Role.EMPLOYEE}


def test_nobody_grants_roles_to_himself_or_shuts_himself_out(in_alpha: Tenant, user_in: Any, now: datetime) -> None:
    user_in(in_alpha, Role.HR_ADMIN, email="other@example.com")
    admin = user_in(in_alpha, Role.HR_ADMIN)
    himself = actor_for_user(admin, Origin())
    asked = {"user": admin, "roles": [Role.HR_ADMIN, Role.PAYROLL_OFFICER], "actor": himself, "now": now}
    assert _code(users.change_roles, **asked) == "access.user.own_roles"
    assert _code(users.deactivate, user=admin, actor=himself, now=now) == "access.user.own_access"


def test_the_last_hr_admin_cannot_be_removed(in_alpha: Tenant, user_in: Any, actor: Actor, now: datetime) -> None:
    first = user_in(in_alpha, Role.HR_ADMIN)
    asked = {"user": first, "actor": actor, "now": now}
    assert _code(users.deactivate, **asked) == "access.user.last_admin"
    assert _code(users.change_roles, **asked, roles=[Role.AUDITOR]) == "access.user.last_admin"
    second = user_in(in_alpha, Role.HR_ADMIN, email="second@example.com")
    users.deactivate(**asked)
    assert _code(users.deactivate, user=second, actor=actor, now=now) == "access.user.last_admin"


def test_an_admin_of_another_tenant_does_not_count_as_left_over(
    tenant_a: Tenant, tenant_b: Tenant, user_in: Any, actor: Actor, now: datetime
) -> None:
    admin = user_in(tenant_a, Role.HR_ADMIN)
    user_in(tenant_b, Role.HR_ADMIN)
    with tenant_context(tenant_a.id):
        assert _code(users.deactivate, user=admin, actor=actor, now=now) == "access.user.last_admin"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HR_ADMIN, Role.MANAGER}))
def test_only_hr_admins_manage_users(in_alpha: Tenant, user_in: Any, now: datetime, role: Role) -> None:
    user = user_in(in_alpha, role)
    victim = user_in(in_alpha, Role.EMPLOYEE, email="victim@example.com")
    somebody = actor_for_user(user, Origin())
    for call, more in (
        (users.change_roles, {"roles": [Role.HR_ADMIN]}),
        (users.deactivate, {}),
        (users.activate, {}),
        (users.set_password, {"password": "another long one"}),
    ):
        assert _code(call, user=victim, actor=somebody, now=now, **more) == "access.not_allowed"


def test_a_deactivated_user_may_nothing_and_his_tokens_are_revoked(
    in_alpha: Tenant, user_in: Any, actor: Actor, now: datetime
) -> None:
    user = user_in(in_alpha, Role.INTEGRATION)
    expires = now + timedelta(days=30)
    issued = {"user": user, "name": "erp", "scopes": ["people.unit.view"], "expires_at": expires}
    token, _secret = issue_token(**issued, actor=actor, now=now)
    users.deactivate(user=user, actor=actor, now=now)
    token.refresh_from_db()
    assert token.revoked_at == now
    assert actor_for_user(User.objects.get(id=user.pk), Origin()).permissions == frozenset()
    users.activate(user=user, actor=actor, now=now)
    assert actor_for_user(User.objects.get(id=user.pk), Origin()).may("people.unit.view")


def test_who_granted_a_role_is_kept_and_the_database_lets_nobody_grant_himself(
    in_alpha: Tenant, user_in: Any, now: datetime
) -> None:
    admin, clerk = user_in(in_alpha, Role.HR_ADMIN), user_in(in_alpha, Role.EMPLOYEE, email="clerk@example.com")
    himself = actor_for_user(admin, Origin())
    users.change_roles(user=clerk, roles=[Role.PAYROLL_OFFICER], actor=himself, now=now)
    granted = Membership.objects.get(user=clerk)
    assert (granted.role, granted.granted_by_user_id) == (Role.PAYROLL_OFFICER, admin.pk)
    with pytest.raises(IntegrityError, match="access_nobody_grants_himself"), transaction.atomic():
        Membership.objects.create(
            user=admin, role=Role.PAYROLL_OFFICER, created_at=now, granted_by_user_id=admin.pk
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="access_nobody_grants_himself"), transaction.atomic():
        Membership.objects.filter(user=clerk).update(granted_by_user_id=clerk.pk)


def test_ones_own_password_needs_the_current_one(in_alpha: Tenant, user_in: Any, now: datetime) -> None:
    user = user_in(in_alpha, Role.EMPLOYEE)
    asked = {"user": user, "password": "a different phrase", "actor": actor_for_user(user, Origin()), "now": now}
    assert _code(users.set_password, **asked) == "access.user.wrong_password"
    assert _code(users.set_password, **asked, current="wrong") == "access.user.wrong_password"
    users.set_password(**asked, current=PASSWORD)
    assert User.objects.get(id=user.pk).check_password("a different phrase")


def test_no_password_ever_reaches_the_audit_trail(in_alpha: Tenant, user_in: Any, actor: Actor, now: datetime) -> None:
    user = user_in(in_alpha, Role.EMPLOYEE)
    users.set_password(user=user, password="a different phrase", actor=actor, now=now)
    written = " ".join(f"{entry.old} {entry.new}" for entry in Entry.objects.all())
    assert PASSWORD not in written and "different" not in written


def test_a_membership_cannot_point_at_another_tenants_user(tenant_a: Tenant, tenant_b: Tenant, now: datetime) -> None:
    with tenant_context(tenant_b.id):
        stranger = User.objects.create(email="s@example.com", name="S", created_at=now)
    with tenant_context(tenant_a.id), pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user_id=stranger.pk, role=Role.HR_ADMIN, created_at=now)
        connection.check_constraints()
