"""Where a request comes from."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from hrsaas.access.actors import Origin


def client_ip(request: HttpRequest) -> str | None:
    """The client's address. Each of our own proxies appends what it saw, so only that many entries are trusted."""
    if settings.PROXY_COUNT:
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(seen) >= settings.PROXY_COUNT and seen[-settings.PROXY_COUNT]:
            return seen[-settings.PROXY_COUNT]
    return request.META.get("REMOTE_ADDR") or None


def origin_of(request: HttpRequest) -> Origin:
    via = "api" if request.path.startswith("/api/") else "admin"
    return Origin(via=via, ip=client_ip(request), request_id=getattr(request, "request_id", ""))
