"""The API's list of people against a bare view that returns the same rows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from benchmarks.figures import Figure, Statements, benchmark, interleaved
from benchmarks.tenants import ACTOR, tenants_with_people
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

_WARM_UP, _ROUNDS = 20, 300
MAX_QUERIES = 12


@benchmark("api.list_ratio")
@override_settings(ROOT_URLCONF="benchmarks.urls")
def list_ratio() -> Figure:
    """p50 of a page of 50 of 1,000 people, among 200 tenants. Raises if the page takes more than 12 queries."""
    tenant, *_others = tenants_with_people("list", tenants=200, people=1000)
    client = _signed_in(tenant)
    url, bare = "/api/v1/people/employees/?page_size=50", "/bare/?page_size=50"

    def ask(address: str) -> Any:
        answer = client.get(address)
        assert answer.status_code == 200 and len(answer.json()["results"]) == 50
        return answer

    interleaved(lambda: ask(url), lambda: ask(bare), rounds=_WARM_UP)
    with (statements := Statements()).counting():
        ask(url)
    assert 0 < statements.count <= MAX_QUERIES, f"{statements.count} queries"
    api_ms, bare_ms = interleaved(lambda: ask(url), lambda: ask(bare), rounds=_ROUNDS)
    sides = {"api_ms": api_ms, "bare_ms": bare_ms, "queries": statements.count}
    return Figure("api.list_ratio", api_ms / bare_ms, "× bare view", 1.5, sides=sides)


def _signed_in(tenant: Tenant) -> Client:
    """The tenant's HR admin, with a session."""
    with tenant_context(tenant.id):
        user = create_user(
            email="bench@example.com", name="bench", password="long enough to bench", roles=[Role.HR_ADMIN],
            actor=ACTOR, now=timezone.now(),
        )  # fmt: skip
        client = Client(SERVER_NAME=f"{tenant.slug}.{settings.BASE_DOMAIN}")
        client.force_login(user, backend="hrsaas.access.backends.TenantUserBackend")
    return client
