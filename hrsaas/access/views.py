"""The door through which an operator enters a tenant."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hrsaas.access.models import OperatorGrant
from hrsaas.access.origins import origin_of
from hrsaas.access.services.operators import enter, readable_grant
from hrsaas.access.sessions import GRANT_KEY, TENANT_KEY
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import current_tenant_id


@never_cache
@require_http_methods(["GET", "POST"])
def enter_tenant(request: HttpRequest) -> HttpResponse:
    """GET asks, POST signs in: a link that a scanner or a preview follows must not be used up."""
    now = timezone.now()
    try:
        if request.method == "GET":
            return _ask(request, request.GET.get("token", ""), now)
        _begin_session(
            request, enter(link_token=request.POST.get("token", ""), origin=origin_of(request), now=now), now
        )
    except DomainError as error:
        return render(request, "access/refused.html", {"error": error}, status=error.status)
    return HttpResponseRedirect(reverse("admin:index"))


def _ask(request: HttpRequest, link_token: str, now: datetime) -> HttpResponse:
    grant = readable_grant(link_token, now=now)
    tenant = request.tenant  # type: ignore[attr-defined]  # set by TenantMiddleware
    until = grant.ends_at.astimezone(tenant.zone).strftime("%Y-%m-%d %H:%M")
    shown = {"grant": grant, "tenant": tenant, "until": until, "token": link_token}
    return render(request, "access/enter.html", shown)


def _begin_session(request: HttpRequest, grant: OperatorGrant, now: datetime) -> None:
    request.session.flush()
    request.session[TENANT_KEY] = current_tenant_id()
    request.session[GRANT_KEY] = grant.pk
    request.session.set_expiry(int((grant.ends_at - now).total_seconds()))
