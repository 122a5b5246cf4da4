"""The first page after signing in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from hrsaas.access.queries.actors import actor_of
from hrsaas.console.widgets import drawn_for


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: adds ``cards`` and ``charts``; the operator console has neither."""
    if getattr(request, "tenant", None) is None:
        return context
    drawn = drawn_for(actor_of(request), timezone.now())
    context["cards"] = [one for one in drawn if not one.widget.kind.endswith("_chart")]
    context["charts"] = [one for one in drawn if one.widget.kind.endswith("_chart")]
    return context
