"""Finding tenants."""

from __future__ import annotations

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.models import Tenant


def tenant_by_slug(slug: str) -> Tenant | None:
    return Tenant.objects.filter(slug=slug).first()


def current_tenant() -> Tenant:
    """The tenant of the running code."""
    return Tenant.objects.get(id=require_tenant_id())
