"""The first page after signing in."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from hrsaas.access.queries.actors import actor_of
from hrsaas.console.widgets import drawn_for
from hrsaas.tenancy.models import Tenant

NEWEST_SHOWN = 10


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: adds ``cards`` and ``charts``; for operators, ``states`` and ``newest`` tenants."""
    if getattr(request, "tenant", None) is None:
        return {**context, **_tenants()}
    drawn = drawn_for(actor_of(request), timezone.now())
    context["cards"] = [one for one in drawn if not one.widget.kind.endswith("_chart")]
    context["charts"] = [one for one in drawn if one.widget.kind.endswith("_chart")]
    return context


def _tenants() -> dict[str, Any]:
    """How many tenants there are in each state, with the list of them, and who came last."""
    counts = dict(Tenant.objects.order_by().values_list("status").annotate(Count("pk")))
    tenants = reverse("admin:tenancy_tenant_changelist")
    states = [
        (title, counts.get(status, 0), f"{tenants}?status__exact={status}") for status, title in Tenant.Status.choices
    ]
    return {"states": states, "newest": Tenant.objects.order_by("-created_at", "-pk")[:NEWEST_SHOWN]}
