"""Signed-in browsers by role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@pytest.fixture
def browser(organisation: Any, client_for: Callable[..., Client], actor: Any, now: Any) -> Callable[..., Client]:
    """``browser(tenant, "hr_admin", unit=...)``, in English."""

    def make(tenant: Tenant, role: str = "hr_admin", **given: Any) -> Client:
        with tenant_context(tenant.id):
            user = create_user(
                email=f"{role}@{tenant.slug}.example", name=role, password=None, roles=[role], language="en",
                actor=actor, now=now, **given,
            )  # fmt: skip
        return client_for(tenant, user, headers={"Accept-Language": "en"})

    return make
