"""Clients of the API, by role."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

API = "/api/v1/people/"


class Api:
    """JSON in, JSON out."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"{API}{path}", query)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(f"{API}{path}", json.dumps(body), content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.patch(f"{API}{path}", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def api_as(client_for: Callable[..., Client], actor: Any, now: Any) -> Callable[..., Api]:
    """``api_as(tenant, "manager", unit=..., employee=...)``."""

    def make(tenant: Tenant, role: str, **given: Any) -> Api:
        with tenant_context(tenant.id):
            usual = {"email": f"{role}@{tenant.slug}.example", "name": role, "password": None, "roles": [role]}
            user = create_user(**(usual | given), actor=actor, now=now)
        return Api(client_for(tenant, user))

    return make


@pytest.fixture
def hr(organisation: Any, tenant_a: Tenant, api_as: Callable[..., Api]) -> Api:
    return api_as(tenant_a, "hr_admin")
