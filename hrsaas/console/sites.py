"""The two admin sites: the tenant's at its subdomain, the operators' at the bare domain."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.dataclasses import SearchResult
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from hrsaas.access.models import Operator
from hrsaas.access.passwords import password_change

# Rows of one model that the command search shows; the change list's own search shows the rest.
SEARCH_ROWS = 8
# Rows that a menu offers; whoever wants others types on.
ROWS_OFFERED = 20


class SignInForm(AuthenticationForm):
    """Asks for the e-mail and says which accounts may not enter."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The e-mail or the password is not right."),
        "no_admin": _("Your account uses the API and the self-service, not this site."),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_active or not user.is_staff:
            raise forms.ValidationError(self.error_messages["no_admin"], code="no_admin")


class Site(UnfoldAdminSite):
    """Both are called ``admin``: each has a URL configuration of its own, and templates reverse by that name."""

    login_form = SignInForm
    enable_nav_sidebar = True
    index_title = _("Dashboard")

    def __init__(self) -> None:
        super().__init__("admin")
        self.disable_action("delete_selected")  # would go past the services

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Pages are drawn before the request's transaction ends: what they look up while drawing is in it too."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def drawn(*args: Any, **kwargs: Any) -> HttpResponse:
            response: HttpResponse = inner(*args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return drawn

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return password_change(request, {**self.each_context(request), **(extra_context or {})})

    def extra_urls(self) -> list[URLPattern]:
        """Called by unfold."""
        return [path("rows/<str:app>/<str:model>/", self.admin_view(self.rows), name="rows")]

    def rows(self, request: HttpRequest, app: str, model: str) -> JsonResponse:
        """What console.forms.RowSelect offers for ``?term=``."""
        for model_admin in self._registry.values():
            meta = model_admin.model._meta
            if (meta.app_label, meta.model_name) == (app, model) and model_admin.has_view_permission(request):
                text = request.GET.get("term", "")
                found, _twice = model_admin.get_search_results(request, model_admin.get_queryset(request), text)
                results = [{"id": str(row.pk), "text": str(row)} for row in found[:ROWS_OFFERED]]
                return JsonResponse({"results": results})
        raise PermissionDenied

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Names of pages and, in the command box, rows. Not cached: rights and rows change."""
        text = request.GET.get("s", "").strip()
        if not text:
            return HttpResponse()
        started = time.perf_counter()
        extended = "extended" in request.GET
        results = self._search_apps(self.get_app_list(request), text.lower())
        if extended:
            results += self._rows_like(request, text)
        page = Paginator(results, 100)
        return TemplateResponse(
            request,
            f"unfold/helpers/{'command' if extended else 'search'}_results.html",
            {
                "page_obj": page,
                "results": page.page(1),
                "page_counter": 0,
                "execution_time": time.perf_counter() - started,
            },
            headers={"HX-Trigger": "search"},
        )

    def _rows_like(self, request: HttpRequest, text: str) -> list[SearchResult]:
        results = []
        for model_admin in self._registry.values():
            if getattr(model_admin, "global_search", False) and model_admin.has_view_permission(request):
                results += model_admin.search_results(request, text, SEARCH_ROWS)
        return results


class TenantSite(Site):
    index_template = "console/dashboard.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return getattr(request, "tenant", None) is not None and bool(user.is_active and user.is_staff)


class OperatorSite(Site):
    index_template = "console/operator.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return getattr(request, "tenant", None) is None and isinstance(user, Operator) and user.is_active


tenant_site = TenantSite()
operator_site = OperatorSite()
