"""What access adds to a tenant's host, besides the API."""

from __future__ import annotations

from django.urls import path

from hrsaas.access.views import enter_tenant

urlpatterns = [path("enter/", enter_tenant, name="enter")]
