"""What the home dashboard tells about performance: the latest month with scores."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hrsaas.access.actors import Actor
from hrsaas.console.widgets import Number, Series, Widget, register
from hrsaas.tenancy.languages import localized
from performance.queries.attainment import VIEW, kpi_attainment, latest_overview


def _score(actor: Actor, now: datetime) -> Number | None:
    found = latest_overview(actor)
    if found is None or found.average is None:
        return None
    note = _("%(month)s: %(at_target)d of %(people)d people reached their goals") % {
        "month": f"{found.month:%Y-%m}", "at_target": found.at_target, "people": found.people,
    }  # fmt: skip
    return Number(f"{found.average}", note, reverse("admin:performance_score_changelist"))


def _by_kpi(actor: Actor, now: datetime) -> Series | None:
    found = latest_overview(actor)
    if found is None:
        return None
    rows = kpi_attainment(found.month, actor)
    labels = [localized(row.name, row.name_en) for row in rows]
    return Series(labels, [(_("Average score"), [float(row.average) for row in rows])])


def register_widgets() -> None:
    empty = gettext_lazy("No month has been scored yet.")
    title, chart = gettext_lazy("KPI attainment"), gettext_lazy("KPI attainment by KPI")
    register(Widget("performance.score", title, VIEW, _score, order=50, empty=empty))
    register(Widget("performance.by_kpi", chart, VIEW, _by_kpi, kind="bar_chart", order=80, empty=empty))
