"""What the home dashboard tells about pay."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hrsaas.access.actors import Actor
from hrsaas.console.figures import money
from hrsaas.console.widgets import Number, Series, Widget, register
from hrsaas.people.rules.money import yuan
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.queries.pay_runs import cost_by_month, latest_run

MONTHS = 12


def _latest(actor: Actor, now: datetime) -> Number | None:
    run = latest_run()
    if run is None:
        return None
    note = _("%(month)s · net %(net)s · %(errors)s with errors") % {
        "month": f"{run.month:%Y-%m}", "net": money(run.net_fen), "errors": run.error_count,
    }  # fmt: skip
    return Number(str(run.get_state_display()), note, reverse("admin:payroll_payrun_change", args=[run.pk]))


def _cost(actor: Actor, now: datetime) -> Series:
    last = timezone.localdate(now, current_tenant().zone).replace(day=1)
    rows = cost_by_month(last, MONTHS)
    costs, nets = [float(yuan(cost)) for _month, cost, _net in rows], [float(yuan(net)) for _month, _cost, net in rows]
    labels = [f"{month:%Y-%m}" for month, _cost, _net in rows]
    return Series(labels, [(_("Cost of employment"), costs), (_("Net pay"), nets)])


def register_widgets() -> None:
    permission = "payroll.run.view"
    register(
        Widget(
            "payroll.run",
            gettext_lazy("Pay run"),
            permission,
            _latest,
            order=40,
            empty=gettext_lazy("No month has been calculated yet."),
        )
    )
    register(
        Widget(
            "payroll.cost",
            gettext_lazy("Labour cost by month (yuan)"),
            permission,
            _cost,
            kind="bar_chart",
            order=70,
            empty=gettext_lazy("No month has been calculated yet."),
        )
    )
