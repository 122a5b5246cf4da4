"""A login ends with the employment, by the tenant's clocks, with nobody doing anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hrsaas.access.actors import Actor
from hrsaas.access.models import User
from hrsaas.access.queries.logins import users_on
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.tokens import issue_token
from hrsaas.access.services.users import deactivate
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import leave, rehire
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.access.conftest import PASSWORD
from tests.people.conftest import hired, organisation, organise

__all__ = ["hired", "organisation", "organise"]  # fixtures of the people's tests

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


@pytest.fixture
def today(tenant_a: Tenant) -> date:
    """By the tenant's clocks, as the running process has it."""
    return timezone.now().astimezone(tenant_a.zone).date()


@pytest.fixture
def person(hired: Callable[..., Employee]) -> Employee:
    return hired()


@pytest.fixture
def user(tenant_a: Tenant, user_in: Any, person: Employee) -> User:
    return user_in(tenant_a, Role.EMPLOYEE, employee=person)


@pytest.fixture
def leaves(in_alpha: Tenant, person: Employee, actor: Actor, now: datetime) -> Callable[[date], Employee]:
    return lambda day: leave(employee=person, leave_date=day, actor=actor, now=now)


def sign_in(client: Client) -> int:
    body = {"email": "wang@example.com", "password": PASSWORD}
    return client.post("/api/v1/session/", body, content_type="application/json").status_code


def test_a_session_ends_on_the_leave_date_and_no_new_one_begins(
    tenant_a: Tenant, user: User, leaves: Any, client_for: Any, today: date
) -> None:
    client = client_for(tenant_a)
    assert sign_in(client) == 200 and client.get(ME).status_code == 200
    leaves(today)
    assert client.get(ME).status_code == 401
    assert sign_in(client) == 401


def test_until_the_day_before_everything_works(
    tenant_a: Tenant, user: User, leaves: Any, client_for: Any, today: date
) -> None:
    client = client_for(tenant_a)
    leaves(today + timedelta(days=1))
    assert sign_in(client) == 200 and client.get(ME).status_code == 200


def test_a_token_ends_too_and_says_why(
    tenant_a: Tenant, user: User, leaves: Any, client_for: Any, actor: Actor, today: date
) -> None:
    now, scopes = timezone.now(), ["people.employee.view"]
    owner = Actor(label="wang", permissions=actor.permissions, user_id=user.pk)
    _token, secret = issue_token(
        user=user, name="own", scopes=scopes, expires_at=now + timedelta(days=9), actor=owner, now=now
    )
    client, bearer = client_for(tenant_a), {"Authorization": f"Bearer {secret}"}
    assert client.get(ME, headers=bearer).status_code == 200
    leaves(today)
    refused = client.get(ME, headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (401, "access.token.owner_left")
    assert "Bearer" in refused["WWW-Authenticate"]


def test_the_admin_site_shuts_too(
    tenant_a: Tenant, user_in: Any, person: Employee, leaves: Any, client_for: Any, today: date
) -> None:
    client = client_for(tenant_a, user_in(tenant_a, Role.RECRUITER, employee=person))
    assert client.get("/admin/").status_code == 200
    leaves(today)
    assert client.get("/admin/").status_code == 302


def test_a_leaving_that_is_taken_back_opens_the_login_again(
    tenant_a: Tenant, user: User, person: Employee, leaves: Any, client_for: Any, today: date, organisation: Any,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    client = client_for(tenant_a)
    leaves(today)
    assert sign_in(client) == 401
    rehire(
        employee=person, hire_date=today, unit=organisation.shop, position=organisation.cashier, base_pay_fen=1,
        work_city="上海", actor=actor, now=now,
    )  # fmt: skip
    assert sign_in(client) == 200 and client.get(ME).status_code == 200


def test_users_who_are_no_employees_and_other_people_are_not_concerned(
    tenant_a: Tenant, tenant_b: Tenant, user: User, user_in: Any, leaves: Any, client_for: Any, hired: Any, today: date
) -> None:
    others = [
        user_in(tenant_a, Role.AUDITOR, email="auditor@example.com"),
        user_in(tenant_a, Role.EMPLOYEE, email="li@example.com", employee=hired(name="李四")),
    ]
    clients = [client_for(tenant_a, other) for other in others]
    clients.append(client_for(tenant_b, user_in(tenant_b, Role.EMPLOYEE)))
    leaves(today)
    assert [client.get(ME).status_code for client in clients] == [200, 200, 200]


def test_the_day_begins_by_the_tenants_clocks(user: User, leaves: Any, tenant_a: Tenant) -> None:
    leaves(date(2026, 7, 1))
    midnight = datetime(2026, 7, 1, tzinfo=tenant_a.zone)
    assert midnight.astimezone(UTC).date() == date(2026, 6, 30)
    for moment, left in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        assert users_on(moment).get(id=user.pk).has_left is left


def test_the_last_admin_cannot_leave_before_there_is_another(
    tenant_a: Tenant, user_in: Any, person: Employee, leaves: Any, today: date
) -> None:
    user_in(tenant_a, Role.HR_ADMIN, employee=person)
    with pytest.raises(DomainError) as refused:
        leaves(today + timedelta(days=30))
    assert refused.value.code == "access.user.last_admin"
    user_in(tenant_a, Role.HR_ADMIN, email="next@example.com")
    assert leaves(today + timedelta(days=30)).leave_date


def test_an_admin_who_is_about_to_leave_does_not_count_as_the_other_one(
    tenant_a: Tenant, user_in: Any, person: Employee, leaves: Any, today: date, actor: Actor, now: datetime
) -> None:
    going = user_in(tenant_a, Role.HR_ADMIN, employee=person)
    staying = user_in(tenant_a, Role.HR_ADMIN, email="next@example.com")
    leaves(today + timedelta(days=30))
    with tenant_context(tenant_a.id), pytest.raises(DomainError) as refused:
        deactivate(user=staying, actor=actor, now=now)
    assert refused.value.code == "access.user.last_admin"
    deactivate(user=going, actor=actor, now=now)
