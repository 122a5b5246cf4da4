"""Scores for files and for the dashboard, of the entered tenant only."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

from hrsaas.tenancy.context import tenant_context
from performance.models import Goal
from performance.queries.attainment import kpi_attainment, latest_overview
from performance.queries.explanations import explain
from performance.queries.scores import export_rows
from performance.services.goals import GoalTerms
from performance.services.scores import score_people
from performance.services.settings import change_missing_policy
from tests.performance.conftest import MARCH

SALES, MARGIN = GoalTerms("sales_vs_plan", weight=Decimal(60)), GoalTerms("gross_margin", weight=Decimal(40))


def test_the_export_has_a_row_per_person_and_a_column_per_kpi(alpha, hired, beta_person):
    first, second = hired(name="甲"), hired(name="乙")
    alpha.goals([first], SALES, MARGIN), alpha.goals([second], SALES)
    alpha.read(first, "sales_vs_plan", "95"), alpha.read(second, "sales_vs_plan", "110")
    score_people(month=MARCH, **alpha.by)
    header, rows = export_rows(MARCH)
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    assert text.getvalue().splitlines() == [
        "employee_code,name,score,coverage,coefficient,gross_margin,sales_vs_plan",
        "E0001,甲,75.00,0.6000,0.7500,,75.00",
        "E0002,乙,110.00,1.0000,1.1000,,110.00",
    ]


def test_the_explanation_leads_from_goal_and_reading_to_the_coefficient(alpha, hired):
    person = hired()
    alpha.goals([person], SALES, MARGIN)
    alpha.read(person, "sales_vs_plan", "95")
    score_people(month=MARCH, **alpha.by)
    found = explain(person.id, MARCH)
    goal = Goal.objects.get(kpi__code="sales_vs_plan")
    step = next(step for step in found.steps if step.kpi == "sales_vs_plan")
    assert (step.goal_id, step.reading_id, step.value, step.score) == (
        goal.id, goal.readings.get().id, Decimal(95), Decimal("75.00"),
    )  # fmt: skip
    assert found.zh == "按权重加权平均，有读数的权重占 60.00%（缺少读数的权重分给其他指标），得分 75.00，系数 0.7500"
    assert found.en.endswith("score 75.00, coefficient 0.7500")
    assert sum(step.share for step in found.steps) == 100


def test_the_explanation_of_what_is_pending_says_so(alpha, hired):
    person = hired()
    change_missing_policy(policy="pending", **alpha.by)
    alpha.goals([person], SALES)
    score_people(month=MARCH, **alpha.by)
    found = explain(person.id, MARCH)
    assert (found.score, found.coefficient_e4) == (None, None)
    assert "没有读数" in found.steps[0].zh
    assert "no reading" in found.steps[0].en
    assert explain(hired().id, MARCH) is None


def test_attainment_is_of_the_latest_month_and_of_whom_the_actor_may_see(alpha, hired, beta_person, tenant_b):
    near, far = hired(unit=alpha.organisation.till), hired(unit=alpha.organisation.office)
    alpha.goals([near, far], SALES)
    alpha.read(near, "sales_vs_plan", "100"), alpha.read(far, "sales_vs_plan", "90")
    score_people(month=MARCH, **alpha.by)
    overview = latest_overview(alpha.actor)
    assert (overview.month, overview.people, overview.at_target, overview.average) == (MARCH, 2, 1, Decimal("75.00"))
    manager = replace(alpha.actor, unit_ids=frozenset({alpha.organisation.till.id}))
    assert latest_overview(manager).average == Decimal("100.00")
    (row,) = kpi_attainment(MARCH, manager)
    assert (row.kpi, row.name, row.average, row.people, row.at_target) == (
        "sales_vs_plan", "销售达成率", Decimal("100.00"), 1, 1,
    )  # fmt: skip
    with tenant_context(tenant_b.id):
        assert latest_overview(alpha.actor) is None
