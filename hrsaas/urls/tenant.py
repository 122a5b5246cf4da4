"""What a tenant's subdomain serves."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from hrsaas.api.routes import api_urls
from hrsaas.console.sites import tenant_site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("", include("hrsaas.urls.probes")),
    path("", include("hrsaas.access.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", tenant_site.urls),
    path("api/", include(api_urls())),
    path("iclock/", include("attendance.api.device_push")),  # where attendance devices push to
]

handler400 = "hrsaas.api.errors.bad_request"
handler403 = "hrsaas.api.errors.permission_denied"
handler404 = "hrsaas.api.errors.not_found"
handler500 = "hrsaas.api.errors.server_error"
