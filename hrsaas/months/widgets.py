"""What the month close shows on the home dashboard."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.widgets import Bar, Widget, register
from hrsaas.jobs.admin.jobs import progress_url
from hrsaas.months.models import MonthClose
from hrsaas.months.queries.closes import listed


def _latest(actor: Actor, now: datetime) -> Bar | None:
    close: MonthClose | None = listed().first()
    if close is None or close.job is None:
        return None
    text = f"{close.month:%Y-%m} · {close.get_state_display()}"
    link = progress_url(close.job) if actor.may("jobs.job.view") else ""
    return Bar(close.job.percent, text, note=close.job.stage_title, link=link)


register(
    Widget(
        "months.latest", _("Month close"), "months.close.view", _latest, kind="bar", order=40,
        empty=_("No month has been closed yet."),
    )
)  # fmt: skip
