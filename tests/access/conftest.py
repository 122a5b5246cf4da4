"""Users of two tenants. Hashing is done by the fastest hasher: what is tested here is who gets in, not how slowly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache

from hrsaas.access.actors import Actor
from hrsaas.access.models import Operator, User
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.operators import create_operator
from hrsaas.access.services.users import create_user
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fast_and_clean(settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user_in(actor: Actor, now: datetime) -> Callable[..., User]:
    """user_in(tenant, Role.…, email=…, password=…): a user made by the service."""

    def make(tenant: Tenant, *roles: Role, email: str = "wang@example.com", **more: Any) -> User:
        with tenant_context(tenant.id):
            more.setdefault("password", PASSWORD)
            return create_user(email=email, name="Wang Wei", roles=roles, actor=actor, now=now, **more)

    return make


@pytest.fixture
def unit_in() -> Callable[..., OrgUnit]:
    def make(tenant: Tenant, code: str, parent: OrgUnit | None = None) -> OrgUnit:
        with tenant_context(tenant.id):
            return OrgUnit.objects.create(code=code, name=code, parent=parent)

    return make


@pytest.fixture
def employee_in() -> Callable[..., Employee]:
    def make(tenant: Tenant, code: str) -> Employee:
        with tenant_context(tenant.id):
            return Employee.objects.create(code=code, name=code, pinyin=code, hire_date=date(2025, 1, 1))

    return make


@pytest.fixture
def operator(live_db: None, now: datetime) -> Operator:
    """Operators are written by another role, so tests with one work on committed data."""
    return create_operator(email="ops@example.com", name="Ops", password=PASSWORD, now=now)
