"""A month's payroll through the database: read, calculate, write, check, digest, commit. CPU of both sides."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils import timezone

from benchmarks.costs import GIB_IN_MB, Cost, measured
from benchmarks.figures import Figure, Statements, benchmark
from benchmarks.payrolls import MONTHS, tenant_to_pay
from benchmarks.tenants import ACTOR, analyze
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.models import Payslip
from payroll.queries.explanations import explained
from payroll.services import calculations

FEW, MANY, MOST = 200, 100_000, 1_000_000


@dataclass
class Run:
    """One calculated month. statements: of the first whole chunk."""

    cost: Cost
    people: int
    statements: int

    @property
    def seconds_per_person(self) -> float:
        return self.cost.cpu_s / self.people


@benchmark("payroll.run_people_per_cpu_s")
def people_per_cpu_second() -> Figure:
    """People of a whole run with a year to date, per CPU second."""
    run = _run_of(MANY)
    sides = {
        "python_s": run.cost.python_s, "postgres_s": run.cost.postgres_s, "wall_s": run.cost.wall_s,
        "statements_a_chunk": run.statements,
    }  # fmt: skip
    return Figure("payroll.run_people_per_cpu_s", 1 / run.seconds_per_person, "people/s", 30_000, False, sides)


@benchmark("payroll.run_growth")
def growth() -> Figure:
    """Cost per person of ten times as many people. Raises if the process takes 1 GiB, or a chunk more statements."""
    many, most = _run_of(MANY), _run_of(MOST)
    assert most.cost.memory_mb <= GIB_IN_MB, f"{most.cost.memory_mb} MB"
    assert most.statements == many.statements, f"{most.statements} statements a chunk instead of {many.statements}"
    sides = {
        "us_of_many": many.seconds_per_person * 1e6, "us_of_most": most.seconds_per_person * 1e6,
        "wall_s": most.cost.wall_s, "memory_mb": most.cost.memory_mb,
    }  # fmt: skip
    ratio = most.seconds_per_person / many.seconds_per_person
    return Figure("payroll.run_growth", ratio, "× cost a person", 1.2, sides=sides)


@benchmark("payroll.explain_ms")
def explain_ms() -> Figure:
    """CPU milliseconds of a payslip's net pay explained down to the sources, for which every item is traced; fetching
    included. Of the month's and of the month before; the slower of both.
    """
    tenant = _paid_tenant(MANY)
    with tenant_context(tenant.id):
        old, new = (_median_of_explanations(month) for month in MONTHS)
    sides = {"old_ms": old.cpu_s * 1000, "new_ms": new.cpu_s * 1000, "wall_ms": max(old.wall_s, new.wall_s) * 1000}
    return Figure("payroll.explain_ms", max(old.cpu_s, new.cpu_s) * 1000, "CPU ms", 50, sides=sides)


@cache
def _run_of(people: int) -> Run:
    """The second month, after the first, in a process that has run a small month before."""
    if people > FEW:
        _run_of(FEW)
    tenant = tenant_to_pay(f"paid{people}", people=people)
    with tenant_context(tenant.id):
        _calculate(MONTHS[0])
    analyze()
    with tenant_context(tenant.id):
        return _calculate(MONTHS[1])


@cache
def _paid_tenant(people: int) -> Tenant:
    _run_of(people)
    tenant: Tenant = Tenant.objects.get(slug=f"paid{people}")
    return tenant


def _calculate(month: date) -> Run:
    statements = Statements()
    people = statements_of_first = 0
    with measured() as cost, statements.counting():
        prepare, *chunks = calculations.plan(month)
        by = {"actor": ACTOR, "now": timezone.now()}
        calculations.calculate_part(month=month, key=prepare, **by)
        for number, key in enumerate(chunks):
            before = statements.count
            result = calculations.calculate_part(month=month, key=key, **by)
            people += result.counts["people"]
            statements_of_first = statements_of_first if number else statements.count - before
        summary = calculations.finish_calculation(month=month, **by)
    assert (summary["headcount"], summary["errors"]) == (people, 0)
    return Run(cost, people, statements_of_first)


def _median_of_explanations(month: date, *, rounds: int = 15) -> Cost:
    """Every round explains another payslip, fetched anew."""
    costs = []
    for at in range(rounds):
        slip_id = Payslip.objects.filter(run__month=month).order_by("employee_code").values_list("id")[at][0]
        with measured() as cost:
            slip = Payslip.objects.select_related("run__formula_set").get(id=slip_id)
            assert slip.run.formula_set is not None
            explained(slip, "net")
        costs.append(cost)
    return Cost(
        statistics.median(one.python_s for one in costs), statistics.mean(one.postgres_s for one in costs),
        statistics.median(one.wall_s for one in costs),
    )  # fmt: skip
