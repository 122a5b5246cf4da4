"""The shared fixtures that other rooms' tests rely on."""

from __future__ import annotations

from typing import Any

import pytest

from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.django_db


def test_api_for_is_signed_in_with_the_role_at_that_tenant(tenant_a: Tenant, tenant_b: Tenant, api_for: Any) -> None:
    for tenant in (tenant_a, tenant_b):
        me = api_for(tenant, Role.AUDITOR).get("/api/v1/me/").json()
        assert me["tenant"] == tenant.slug and set(me["permissions"]) == ROLE_PERMISSIONS[Role.AUDITOR]
