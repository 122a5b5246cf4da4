"""What the home dashboard tells about recruiting."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hrsaas.access.actors import Actor
from hrsaas.console.widgets import Number, Series, Widget, register
from recruiting.models import Application
from recruiting.queries.funnel import funnel

VIEW = "recruiting.candidate.view"


def _open(actor: Actor, now: datetime) -> Number:
    counts = funnel()
    note = _("%(hired)d hired, %(rejected)d rejected") % {"hired": counts["hired"], "rejected": counts["rejected"]}
    link = f"{reverse('admin:recruiting_application_changelist')}"
    return Number(f"{sum(counts[state] for state in Application.OPEN):,}", note, link)


def _funnel(actor: Actor, now: datetime) -> Series:
    counts = {state: count for state, count in funnel().items() if state != Application.State.REJECTED}
    labels = [str(Application.State(state).label) for state in counts]
    return Series(labels, [(_("Applications"), list(counts.values()))])


def register_widgets() -> None:
    register(Widget("recruiting.open", gettext_lazy("Open applications"), VIEW, _open, order=45))
    empty = gettext_lazy("Nobody has applied yet.")
    title = gettext_lazy("Recruiting funnel")
    register(Widget("recruiting.funnel", title, VIEW, _funnel, kind="bar_chart", order=70, empty=empty))
