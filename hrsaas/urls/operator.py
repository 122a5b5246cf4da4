"""What the bare domain serves: the operator console and the probes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from hrsaas.console.sites import operator_site
from hrsaas.tenancy.certificates import certificate_allowed

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("", include("hrsaas.urls.probes")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", operator_site.urls),
    path("tls/allowed", certificate_allowed),
]

handler400 = "hrsaas.api.errors.bad_request"
handler403 = "hrsaas.api.errors.permission_denied"
handler404 = "hrsaas.api.errors.not_found"
handler500 = "hrsaas.api.errors.server_error"
