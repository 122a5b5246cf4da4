"""Figures of pay runs for pages and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from hrsaas.access.actors import Actor
from hrsaas.approvals.kinds import Facts
from hrsaas.console.figures import money
from payroll.models import PayGroup, PayRun, Payslip, PayslipTotal


def latest_run() -> PayRun | None:
    """The run of the latest month."""
    return PayRun.objects.order_by("-month").first()


def regular_run(month: date) -> PayRun | None:
    """The month's regular run of the default group."""
    return regular_runs(month).filter(group__code=PayGroup.DEFAULT).first()


def regular_runs(month: date) -> QuerySet[PayRun]:
    """The month's regular runs of all pay groups, as they were made."""
    return PayRun.objects.filter(month=month, kind=PayRun.Kind.REGULAR).select_related("group").order_by("id")


def errors_of(run: PayRun) -> QuerySet[Payslip]:
    """Payslips with errors, by employee number."""
    return Payslip.objects.filter(run=run, error__isnull=False).order_by("employee_code")


def item_totals(run: PayRun) -> list[tuple[dict[str, Any], int | None]]:
    """Each item of the run's formula set with its sum over everybody; None where nobody has it."""
    if run.formula_set is None:
        return []
    rows = PayslipTotal.objects.filter(run=run).order_by().values_list("item_position").annotate(Sum("amount"))
    sums = {place: int(amount) for place, amount in rows}
    return [(item, sums.get(place)) for place, item in enumerate(run.formula_set.items)]


def may_be_approved_by(run: PayRun, actor: Actor) -> bool:
    """Whether the actor is somebody else than who submitted it."""
    return actor.user_id is not None and actor.user_id != run.maker_id


def cost_by_month(last: date, months: int) -> list[tuple[date, int, int]]:
    """(month, cost of employment, net) in fen of the calculated runs of the months up to ``last``, oldest first."""
    first = date((last.year * 12 + last.month - months) // 12, (last.year * 12 + last.month - months) % 12 + 1, 1)
    runs = PayRun.objects.filter(month__gte=first, month__lte=last, calculated_at__isnull=False)
    rows = runs.order_by("month").values_list("month").annotate(Sum("cost_fen"), Sum("net_fen"))
    return [(month, int(cost), int(net)) for month, cost, net in rows]


def approval_facts(payload: Mapping[str, Any]) -> Facts:
    """What who approves a run reads."""
    yield _("Month"), payload.get("month")
    yield _("People"), payload.get("headcount")
    yield _("Gross pay (yuan)"), money(payload.get("gross_fen"))
    yield _("Net pay (yuan)"), money(payload.get("net_fen"))
    yield _("Digest of the results"), payload.get("result_digest")
