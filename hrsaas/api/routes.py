"""The API's addresses, collected from the apps: each has ``<app>.api.routes.register(router)``."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from hrsaas.api.views import NothingHere

APPS = (
    "hrsaas.access",
    "hrsaas.people",
    "hrsaas.jobs",
    "hrsaas.audit",
    "hrsaas.approvals",
    "hrsaas.months",
    "recruiting",
    "attendance",
    "performance",
    "payroll",
    "integrations",
)


def api_urls() -> list[URLPattern | URLResolver]:
    """Version 1, its schema and its documentation, and an answer for everything else below /api/."""
    router = SimpleRouter()
    for app in APPS:
        import_module(f"{app}.api.routes").register(router)
    return [
        path("v1/", include(router.urls)),
        path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
        path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
        re_path(r"^.*$", NothingHere.as_view()),
    ]
