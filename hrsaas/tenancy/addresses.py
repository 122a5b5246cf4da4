"""Where tenants live."""

from __future__ import annotations

from django.conf import settings

from hrsaas.tenancy.models import Tenant


def address_of(tenant: Tenant, path: str = "/") -> str:
    """The absolute address of a path ("/admin/…") at the tenant, for mails and terminals."""
    scheme, port = ("https", "") if settings.SECURE else ("http", f":{settings.PUBLIC_PORT}")
    return f"{scheme}://{tenant.slug}.{settings.BASE_DOMAIN}{port}{path}"
