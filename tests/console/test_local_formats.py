"""What pages say about times and names: the tenant's own clock and the reader's language; the API stays in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _unit(db: None, tenant_a: Tenant, tenant_b: Tenant, actor: Actor, now: datetime) -> None:
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            create_unit(code="w1", name="内科病区", name_en="Internal ward", actor=actor, now=now)


@pytest.fixture
def page(client_for: Callable[..., Client], tenant_a: Tenant, now: datetime) -> Callable[[str, str], str]:
    def get(path: str, language: str) -> str:
        with tenant_context(tenant_a.id):
            user = make_user(Role.HR_ADMIN, now=now, language=language)
        return client_for(tenant_a, user).get(path, headers={"Accept-Language": language}).content.decode()

    return get


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_show_times_by_the_tenants_clock(page: Callable[[str, str], str], now: datetime, language: str) -> None:
    assert f"{now:%Y-%m-%d %H:%M}" in page("/admin/audit/entry/", language)


def test_the_api_shows_times_in_utc(api_for: Callable[..., APIClient], tenant_a: Tenant) -> None:
    rows = api_for(tenant_a, Role.HR_ADMIN).get("/api/v1/audit/entries/").json()["results"]
    assert {row["at"][-1] for row in rows} == {"Z"}


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "内科病区"), ("en", "Internal ward")])
def test_filters_name_units_in_the_readers_language(page: Callable[[str, str], str], language: str, shown: str) -> None:
    assert shown in page("/admin/people/employee/", language)
