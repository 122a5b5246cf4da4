"""What labour costs, for charts: by department and by what it consists of, in the latest closed month."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
from django.db.models import Sum

from hrsaas.people.models import OrgUnit, Project
from payroll.models import PayItem, PayRun, Payslip, PayslipTotal
from payroll.queries.cost_places import cost_places

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


def cost_by_project(month: date) -> list[tuple[Project, int]]:
    """(project, cost in fen) of the month's closed runs by the shares of people, the dearest first."""
    if not Project.objects.exists():
        return []
    slips = Payslip.objects.filter(run__month=month, run__state__in=PayRun.CLOSED).order_by("employee_code", "run")
    rows = list(slips.values_list("employee_id", "unit_id", "cost_fen"))
    employees, units, costs = (np.array([row[at] for row in rows], dtype=np.int64) for at in range(3))
    places = cost_places(month, PayRun(month=month).end_date, employees, units)
    sums: Counter[int | None] = Counter()
    for place, fen in zip(places.found, places.sums(places.split(costs)).tolist(), strict=True):
        sums[place.project_id] += fen
    projects = Project.objects.in_bulk([key for key in sums if key is not None])
    return sorted(((projects[key], fen) for key, fen in sums.items() if key in projects), key=lambda pair: -pair[1])


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
