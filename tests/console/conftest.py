"""Signed-in browsers of two tenants on the probe site."""

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
from hrsaas.console import navigation, sites, widgets
from hrsaas.people.models import OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _clean(settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def probe_site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.console import probe_urls

    settings.ROOT_URLCONF = "tests.console.probe_urls"
    monkeypatch.setattr(sites, "tenant_site", probe_urls.site)
    monkeypatch.setattr(widgets, "_registry", {})  # the apps' own link to pages that are not on this site
    monkeypatch.setattr(navigation, "_pages", [])


@pytest.fixture
def browser(client_for: Callable[..., Client], actor: Actor, now: datetime) -> Callable[..., Client]:
    """browser(tenant, role, language="en")."""

    def make(tenant: Tenant, role: Role = Role.HR_ADMIN, language: str = "en") -> Client:
        with tenant_context(tenant.id):
            user = create_user(
                email=f"{role}@example.com", name=role, password=PASSWORD, roles=[role], language=language,
                actor=actor, now=now,
            )  # fmt: skip
        return client_for(tenant, user, headers={"Accept-Language": language})

    return make


@pytest.fixture
def unit_of(db: None, actor: Actor, now: datetime) -> Callable[..., OrgUnit]:
    """unit_of(tenant, code, name)."""

    def make(tenant: Tenant, code: str, name: str = "Unit") -> OrgUnit:
        with tenant_context(tenant.id):
            return create_unit(code=code, name=name, actor=actor, now=now)

    return make
