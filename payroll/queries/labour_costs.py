"""What labour costs, for charts: by department and by what it consists of, in the latest closed month."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from hrsaas.people.models import OrgUnit
from payroll.models import PayItem, PayRun, Payslip, PayslipTotal

Category = PayItem.Category


def latest_closed_month() -> date | None:
    """None before a run was locked."""
    rows = PayRun.objects.filter(state__in=PayRun.CLOSED).order_by("-month")
    found: date | None = rows.values_list("month", flat=True).first()
    return found


def cost_by_unit(month: date) -> list[tuple[OrgUnit, int]]:
    """(org unit of the month's last day, cost in fen) of the month's closed runs, the dearest first."""
    rows = Payslip.objects.filter(run__month=month, run__state__in=PayRun.CLOSED).order_by().values_list("unit")
    costs = {unit: int(cost) for unit, cost in rows.annotate(Sum("cost_fen"))}
    units = OrgUnit.objects.in_bulk(costs)
    return sorted(((units[key], cost) for key, cost in costs.items()), key=lambda pair: -pair[1])


def cost_structure(month: date) -> dict[str, int]:
    """Category → fen of the month's closed runs, together their cost; deductions: what employees pay in."""
    runs = list(
        PayRun.objects.filter(month=month, state__in=PayRun.CLOSED).select_related("formula_set").order_by("id")
    )
    employer = _employer_fen(runs)
    net, tax, cost = (sum(getattr(run, f"{name}_fen") for run in runs) for name in ("net", "tax", "cost"))
    sums = {Category.NET: net, Category.DEDUCTION: cost - employer - net - tax, Category.TAX: tax}
    return {str(category): fen for category, fen in {**sums, Category.EMPLOYER: employer}.items() if fen}


def _employer_fen(runs: list[PayRun]) -> int:
    items = {run.pk: run.formula_set.items for run in runs if run.formula_set is not None}
    rows = PayslipTotal.objects.filter(run__in=items).order_by().values_list("run_id", "item_position")
    sums = rows.annotate(Sum("amount"))
    return sum(int(amount) for run, at, amount in sums if items[run][at]["category"] == Category.EMPLOYER)
