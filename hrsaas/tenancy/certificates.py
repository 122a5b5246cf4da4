"""The proxy's question before it asks a certificate authority: does anybody live under this name?"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hrsaas.tenancy.middleware import subdomain
from hrsaas.tenancy.queries.tenants import tenant_by_slug


@require_GET
def certificate_allowed(request: HttpRequest) -> HttpResponse:
    """``?domain=``: 200 for our own domain and for every tenant's, suspended ones too; else 404."""
    domain = request.GET.get("domain", "").lower().rstrip(".")
    slug = subdomain(domain)
    known = domain == settings.BASE_DOMAIN or (slug and tenant_by_slug(slug) is not None)
    return HttpResponse(status=200 if known else 404)
