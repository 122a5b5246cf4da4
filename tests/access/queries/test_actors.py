from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from hrsaas.access.actors import Origin
from hrsaas.access.models import User
from hrsaas.access.queries.actors import actor_for_user, actor_of
from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MANAGER}))
def test_an_actor_has_the_permissions_of_his_role(in_alpha: Tenant, user_in: Any, role: Role) -> None:
    assert actor_for_user(user_in(in_alpha, role), Origin()).permissions == ROLE_PERMISSIONS[role]


def test_a_manager_reaches_his_unit_and_all_below_it_and_nothing_beside(
    in_alpha: Tenant, user_in: Any, unit_in: Any
) -> None:
    company = unit_in(in_alpha, "company")
    north, south = unit_in(in_alpha, "north", company), unit_in(in_alpha, "south", company)
    shop = unit_in(in_alpha, "shop", north)
    floor = unit_in(in_alpha, "floor", shop)
    manager = actor_for_user(user_in(in_alpha, Role.MANAGER, unit=north), Origin())
    assert manager.unit_ids == {north.pk, shop.pk, floor.pk}
    assert south.pk not in manager.unit_ids and company.pk not in manager.unit_ids


def test_units_of_another_tenant_are_never_reached(
    tenant_a: Tenant, tenant_b: Tenant, user_in: Any, unit_in: Any
) -> None:
    unit_in(tenant_b, "shop", unit_in(tenant_b, "north"))
    north = unit_in(tenant_a, "north")
    user = user_in(tenant_a, Role.MANAGER, unit=north)
    with tenant_context(tenant_a.id):
        assert actor_for_user(user, Origin()).unit_ids == {north.pk}


def test_a_manager_sees_his_teams_days_but_only_his_own_payslip(
    in_alpha: Tenant, user_in: Any, unit_in: Any, employee_in: Any
) -> None:
    unit, employee = unit_in(in_alpha, "north"), employee_in(in_alpha, "e1")
    user = user_in(in_alpha, Role.MANAGER, Role.EMPLOYEE, unit=unit, employee=employee)
    actor = actor_for_user(user, Origin())
    assert actor.employee_id == employee.pk
    assert actor.within("attendance.day_result.view").unit_ids == {unit.pk}
    assert actor.within("payroll.payslip.view").unit_ids == frozenset()


def test_who_sees_the_whole_tenant_has_no_unit_limit(in_alpha: Tenant, user_in: Any) -> None:
    assert actor_for_user(user_in(in_alpha, Role.AUDITOR), Origin()).unit_ids is None
    employee = user_in(in_alpha, Role.EMPLOYEE, email="e@example.com")
    assert actor_for_user(employee, Origin()).unit_ids == frozenset()


def test_an_actor_costs_one_query_and_a_manager_two(in_alpha: Tenant, user_in: Any, unit_in: Any) -> None:
    plain = User.objects.get(id=user_in(in_alpha, Role.HR_ADMIN, Role.EMPLOYEE).pk)
    manager = user_in(in_alpha, Role.MANAGER, unit=unit_in(in_alpha, "u"), email="m@example.com")
    manager = User.objects.get(id=manager.pk)
    for user, expected in ((plain, 1), (manager, 2)):
        with CaptureQueriesContext(connection) as queries:
            actor_for_user(user, Origin())
            assert user.is_staff is (user is plain)
            user.has_perm("people.unit.view")
        assert len(queries) == expected


def test_the_actor_is_built_once_per_request_and_again_when_the_user_changes(in_alpha: Tenant, user_in: Any) -> None:
    request: Any = RequestFactory().get("/api/v1/me/", REMOTE_ADDR="203.0.113.9")
    request.user, request.request_id = AnonymousUser(), "r-1"
    nobody = actor_of(request)
    assert nobody.permissions == frozenset() and nobody.unit_ids == frozenset()
    request.user = user_in(in_alpha, Role.AUDITOR)
    actor = actor_of(request)
    assert actor_of(request) is actor and actor.user_id == request.user.pk
    assert actor.origin == Origin(via="api", ip="203.0.113.9", request_id="r-1")


def test_the_address_is_what_our_own_proxy_saw_and_never_what_the_client_claims(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
    request.user = AnonymousUser()
    settings.PROXY_COUNT = 1
    assert actor_of(request).origin.ip == "203.0.113.9"
    settings.PROXY_COUNT = 0
    del request._actor
    assert actor_of(request).origin.ip == "10.0.0.1"
