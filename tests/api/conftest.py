"""Clients of two tenants on the probe API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@pytest.fixture(autouse=True)
def _probe_api(settings: Any) -> Any:
    settings.ROOT_URLCONF = "tests.api.probe_urls"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def caller(client_for: Callable[..., Client], actor: Actor, now: datetime) -> Callable[..., Client]:
    """caller(tenant, role, **options of create_user): a signed-in client that gets 500s as answers."""

    def make(tenant: Tenant, role: Role = Role.HR_ADMIN, **more: Any) -> Client:
        with tenant_context(tenant.id):
            user = create_user(
                email=f"{role}@example.com", name=role, password="correct horse battery",
                roles=[role], actor=actor, now=now, **more,
            )  # fmt: skip
        return client_for(tenant, user, raise_request_exception=False, headers={"Accept-Language": "en"})

    return make


@pytest.fixture
def alpha(db: None, tenant_a: Tenant, caller: Callable[..., Client]) -> Client:
    """An HR admin of alpha."""
    return caller(tenant_a)


@pytest.fixture
def beta(db: None, tenant_b: Tenant, caller: Callable[..., Client]) -> Client:
    """An HR admin of beta."""
    return caller(tenant_b)
