"""Fixtures that every test may use. Two tenants always exist, so that a leak could show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import translation
from rest_framework.test import APIClient

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import ALL, Role
from hrsaas.tenancy.backend.connection import TenantConnection
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests import servers
from tests.factories import make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The servers plugin has made and migrated the database."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Rolled-back tests visit several tenants in one transaction; committed ones run as in production.

    Around the whole protocol: the constraints of a rolled-back test are checked after its fixtures are gone.
    """
    TenantConnection.switch_in_transaction = "live_db" not in getattr(item, "fixturenames", ())
    try:
        return (yield)
    finally:
        TenantConnection.switch_in_transaction = False


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A request leaves its language in its thread, since the next one sets its own; a test begins without."""
    yield
    translation.deactivate()


@pytest.fixture
def live_db(django_db_blocker: Any) -> Iterator[None]:
    """Committed data, as in production: real transactions, all three roles. Everything is wiped afterwards."""
    with django_db_blocker.unblock():
        yield
        for connection in connections.all():
            connection.close()
        wipe()
        cache.clear()


def wipe() -> None:
    connection: Any = servers.superuser()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # past the triggers that keep records immutable
        cursor.execute(
            "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename NOT LIKE 'django_%'"
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")
        servers.insert_tenants(cursor)
    connection.close()


@pytest.fixture
def tenant_a() -> Tenant:
    return Tenant(id=1, slug="alpha", name_zh="阿尔法零售", name_en="Alpha Retail", industry="retail")


@pytest.fixture
def tenant_b() -> Tenant:
    return Tenant(id=2, slug="beta", name_zh="贝塔医院", name_en="Beta Hospital", industry="healthcare")


@pytest.fixture
def in_alpha(tenant_a: Tenant) -> Iterator[Tenant]:
    with tenant_context(tenant_a.id):
        yield tenant_a


@pytest.fixture
def in_beta(tenant_b: Tenant) -> Iterator[Tenant]:
    with tenant_context(tenant_b.id):
        yield tenant_b


@pytest.fixture
def actor() -> Actor:
    """Somebody of the entered tenant who may do everything."""
    return Actor(label="tester", permissions=ALL, kind="system")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 4, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def client_for() -> Callable[..., Client]:
    """A browser-like client at a tenant's host, signed in when a user is given."""

    def make(tenant: Tenant | None, user: Any = None, **options: Any) -> Client:
        host = f"{tenant.slug}.hr.test" if tenant else "hr.test"
        client = Client(SERVER_NAME=host, **options)
        if user is not None:
            with tenant_context(tenant.id if tenant else None):
                client.force_login(user, backend="hrsaas.access.backends.TenantUserBackend")
        return client

    return make


@pytest.fixture
def api_for(now: datetime) -> Callable[..., APIClient]:
    """A JSON client at a tenant's host, signed in as a new user with one role; more as in factories.make_user."""

    def make(tenant: Tenant, role: Role, **more: Any) -> APIClient:
        client = APIClient(SERVER_NAME=f"{tenant.slug}.hr.test")
        with tenant_context(tenant.id):
            user = make_user(role, now=now, **more)
            client.force_login(user, backend="hrsaas.access.backends.TenantUserBackend")
        return client

    return make
