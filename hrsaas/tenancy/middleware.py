"""From the host name to the tenant. Nothing else — no header, no session, no parameter — can choose it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from hrsaas.api.problems import Problem
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.queries.tenants import tenant_by_slug

# Answer on every host, since a load balancer knows no tenant.
PROBES = ("/healthz", "/readyz", "/metrics")


class TenantMiddleware:
    """Sets ``request.tenant`` (None at the bare domain, where the operator console lives) and the context."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = subdomain(request.get_host())
        if slug == "" or request.path in PROBES:
            request.tenant = None
            request.urlconf = settings.OPERATOR_URLCONF
            return self.get_response(request)
        tenant = tenant_by_slug(slug)
        if tenant is None:
            return _refuse(request, 404, "tenancy.unknown", slug)
        if not tenant.is_active:
            return _refuse(request, 403, "tenancy.suspended", tenant.name)
        return self._serve(request, tenant)

    def _serve(self, request: HttpRequest, tenant: Tenant) -> HttpResponse:
        request.tenant = tenant
        # Pages show and take times as the tenant's clocks have them; the API speaks UTC.
        zone = UTC if request.path.startswith("/api/") else tenant.zone
        with tenant_context(tenant.id), timezone.override(zone):
            return self.get_response(request)


def subdomain(host: str) -> str:
    """The part of a host name in front of our domain; empty for the domain itself and for foreign names."""
    name = host.rsplit(":", 1)[0].lower().rstrip(".")
    suffix = f".{settings.BASE_DOMAIN}"
    return name[: -len(suffix)] if name.endswith(suffix) else ""


def _refuse(request: HttpRequest, status: int, code: str, name: str) -> HttpResponse:
    """A clear page for people, problem+json for programs."""
    zh, en = _TEXTS[code]
    if request.path.startswith("/api/"):
        return Problem(status, code, zh, en).as_response(request)
    with translation.override("zh-hans"):
        return render(request, "tenancy/refused.html", {"zh": zh, "en": en, "name": name}, status=status)


_TEXTS = {
    "tenancy.unknown": (
        "此网址没有对应的企业,请检查子域名的拼写。",
        "No employer lives at this address. Check the spelling of the subdomain.",
    ),
    "tenancy.suspended": (
        "该企业的服务已暂停,请联系贵公司的系统管理员。",
        "This employer's service is suspended. Ask your company's administrator.",
    ),
}
