"""How many applications stand where."""

from __future__ import annotations

from django.db.models import Count

from recruiting.models import Application


def funnel() -> dict[str, int]:
    """State → number of applications, every state in the order of the process; one statement."""
    rows = Application.objects.order_by().values_list("state").annotate(count=Count("id"))
    counts = dict(rows)
    return {state: counts.get(state, 0) for state in Application.State.values}
