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
from payroll.models import PayItem
from payroll.queries.labour_costs import cost_by_project, cost_by_unit, cost_structure, latest_closed_month
from payroll.queries.pay_runs import cost_by_month, latest_run

MONTHS = 12
UNITS = 12


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


def _by_unit(actor: Actor, now: datetime) -> Series | None:
    month = latest_closed_month()
    if month is None:
        return None
    costs = cost_by_unit(month)
    shown = [(str(unit), cost) for unit, cost in costs[:UNITS]]
    if costs[UNITS:]:
        shown.append((_("Others"), sum(cost for _unit, cost in costs[UNITS:])))
    return Series([name for name, _cost in shown], [(f"{month:%Y-%m}", [float(yuan(cost)) for _name, cost in shown])])


def _by_project(actor: Actor, now: datetime) -> Series | None:
    month = latest_closed_month()
    costs = cost_by_project(month) if month is not None else []
    if month is None or not costs:
        return None
    shown = [(str(project), cost) for project, cost in costs[:UNITS]]
    if costs[UNITS:]:
        shown.append((_("Others"), sum(cost for _project, cost in costs[UNITS:])))
    return Series([name for name, _cost in shown], [(f"{month:%Y-%m}", [float(yuan(cost)) for _name, cost in shown])])


def _structure(actor: Actor, now: datetime) -> Series | None:
    month = latest_closed_month()
    if month is None:
        return None
    sums = cost_structure(month)
    labels = [str(PayItem.Category(category).label) for category in sums]
    return Series(labels, [(f"{month:%Y-%m}", [float(yuan(amount)) for amount in sums.values()])])


def register_widgets() -> None:
    permission = "payroll.run.view"
    for code, title, compute, order in (
        ("payroll.cost_by_unit", gettext_lazy("Labour cost by department (yuan)"), _by_unit, 71),
        ("payroll.cost_structure", gettext_lazy("What labour cost consists of (yuan)"), _structure, 72),
    ):
        register(
            Widget(
                code, title, permission, compute, kind="bar_chart", order=order,
                empty=gettext_lazy("No month has been locked yet."),
            )
        )  # fmt: skip
    register(
        Widget(
            "payroll.cost_by_project", gettext_lazy("Labour cost by project (yuan)"), permission, _by_project,
            kind="bar_chart", order=73, empty=gettext_lazy("No project bears cost of the latest locked month."),
        )
    )  # fmt: skip
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
