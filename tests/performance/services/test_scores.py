"""Scoring a month: exact totals, honest gaps, constant statements, nothing written twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hrsaas.errors import DomainError
from hrsaas.people.services.employees import NewHire, hire_many, leave
from hrsaas.tenancy.context import tenant_context
from performance import jobs
from performance.models import Goal, Reading, Score
from performance.queries.scores import coefficients
from performance.services.goals import GoalTerms, set_goals_for
from performance.services.months import lock_month, unlock_month
from performance.services.readings import ReadingRow, record_readings
from performance.services.scores import score_people
from performance.services.settings import change_missing_policy, shipped_table, use_table
from tests.performance.conftest import APRIL, MARCH

SALES, MARGIN = GoalTerms("sales_vs_plan", weight=Decimal(60)), GoalTerms("gross_margin", weight=Decimal(40))


def score(alpha):
    return score_people(month=MARCH, **alpha.by)


def test_the_score_is_the_weighted_mean_of_linear_scores_and_earns_a_coefficient(alpha, hired):
    person = hired()
    alpha.goals([person], SALES, MARGIN)
    alpha.read(person, "sales_vs_plan", "95"), alpha.read(person, "gross_margin", "44")
    done = score(alpha)
    assert (done.people, done.scored, done.without_goals, done.without_total, done.written) == (1, 1, 0, 0, 1)
    # (95 - 80) / 20 × 100 = 75; 100 + 20 × (44 - 42) / 4 = 110; 0.6 × 75 + 0.4 × 110 = 89
    assert coefficients(MARCH, [person.id]) == {person.id: (Decimal("89.00"), 8900)}


def test_people_without_goals_have_no_score_and_are_counted(alpha, hired):
    hired()
    assert (score(alpha).without_goals, Score.objects.count(), coefficients(MARCH, [1])) == (1, 0, {})


def test_a_score_is_written_only_when_it_differs(alpha, hired):
    person = hired()
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", "100")
    assert (score(alpha).written, score(alpha).written) == (1, 0)
    alpha.read(person, "sales_vs_plan", "101")
    assert score(alpha).written == 1


@pytest.mark.parametrize(
    ("policy", "value", "coefficient"),
    [("redistribute", Decimal("75.00"), 7500), ("zero", Decimal("45.00"), 4500), ("pending", None, None)],
)
def test_a_missing_reading_counts_by_the_tenants_policy_and_shows_in_the_coverage(
    alpha, hired, policy, value, coefficient
):
    person = hired()
    change_missing_policy(policy=policy, **alpha.by)
    alpha.goals([person], SALES, MARGIN)
    alpha.read(person, "sales_vs_plan", "95")
    done, row = score(alpha), Score.objects.get()
    assert (row.value, row.coefficient_e4, row.coverage) == (value, coefficient, Decimal("0.6000"))
    assert [error.item for error in done.errors] == ([person.code] if value is None else [])


def test_a_month_that_waits_for_readings_is_not_locked(alpha, hired):
    person = hired()
    change_missing_policy(policy="pending", **alpha.by)
    alpha.goals([person], SALES)
    score(alpha)
    with pytest.raises(DomainError) as refused:
        jobs.finish(MARCH, **alpha.by)
    assert refused.value.code == "performance.month.pending"


def test_the_table_of_the_month_makes_the_coefficient(alpha, hired):
    person = hired()
    use_table(table=shipped_table("grades", APRIL), **alpha.by)
    alpha.goals([person], SALES), alpha.goals([person], SALES, start=APRIL, end=date(2026, 5, 1))
    alpha.read(person, "sales_vs_plan", "96"), alpha.read(person, "sales_vs_plan", "96", month=APRIL)
    score(alpha), score_people(month=APRIL, **alpha.by)
    assert [row.coefficient_e4 for row in Score.objects.order_by("month")] == [8000, 10_000]
    alpha.read(person, "sales_vs_plan", "100", month=APRIL), score_people(month=APRIL, **alpha.by)
    assert coefficients(APRIL, [person.id])[person.id] == (Decimal("100.00"), 15000)


def test_a_longer_goal_counts_in_the_month_of_its_last_day_only(alpha, hired):
    person = hired()
    alpha.goals([person], SALES, start=date(2026, 1, 1), end=APRIL)
    alpha.read(person, "sales_vs_plan", "100")
    assert score_people(month=date(2026, 2, 1), **alpha.by).scored == 0
    assert score(alpha).scored == 1


def test_the_score_of_somebody_who_turns_out_to_have_left_goes(alpha, hired):
    person = hired()
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", "100")
    score(alpha)
    leave(employee=person, leave_date=date(2026, 2, 15), **alpha.by)
    assert (score(alpha).written, Score.objects.count()) == (1, 0)


def test_statements_do_not_grow_with_the_people(alpha, hired):
    counts = []
    for start, size in ((0, 3), (100, 300)):
        codes = [f"N{start + number}" for number in range(size)]
        rows = [NewHire(code, "李四", "shop", "cashier", date(2026, 1, 1), 1, "上海") for code in codes]
        hire_many(rows=rows, **alpha.by)
        with CaptureQueriesContext(connection) as queries:
            set_goals_for(month=MARCH, goals=[SALES, MARGIN], unit=alpha.organisation.shop, **alpha.by)
            readings = [ReadingRow(code, "sales_vs_plan", MARCH, Decimal(90)) for code in codes]
            record_readings(rows=readings, source="crm", **alpha.by)
            score(alpha)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Score.objects.count() == 303


def test_one_tenants_close_neither_sees_nor_touches_the_other(alpha, hired, beta_person, tenant_b):
    person = hired()
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", "90")
    score(alpha)
    assert coefficients(MARCH, [person.id, beta_person.id]).keys() == {person.id}
    with tenant_context(tenant_b.id):
        assert Score.objects.count() == 0
        assert score(alpha).scored == 1
        assert coefficients(MARCH, [beta_person.id])[beta_person.id][0] == Decimal("100.00")


def test_the_stage_scores_everybody_locks_and_changes_nothing_when_run_again(alpha, hired):
    person = hired()
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", "90")
    steps = jobs.plan(MARCH)
    assert steps == [[None, None]]
    assert jobs.run_step(MARCH, steps[0], alpha.actor, alpha.now).counts["scored"] == 1
    summary = {"scores": 1, "with_total": 1, "average": "50.00"}
    assert jobs.finish(MARCH, alpha.actor, alpha.now) == summary
    before = list(Score.objects.values())
    assert jobs.plan(MARCH) == []
    assert jobs.run_step(MARCH, [None, None], alpha.actor, alpha.now).counts == {}
    assert jobs.finish(MARCH, alpha.actor, alpha.now) == summary
    assert list(Score.objects.values()) == before


def test_a_locked_month_takes_no_change_by_services_nor_by_the_database(alpha, hired):
    person = hired()
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", "90")
    score(alpha), lock_month(month=MARCH, **alpha.by)
    for change in (lambda: alpha.goals([person], MARGIN), lambda: alpha.read(person, "sales_vs_plan", "99"),
                   lambda: score(alpha)):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            change()
        assert refused.value.code == "performance.month.locked"
    goal = Goal.objects.get()
    for write in (
        lambda: Score.objects.update(value=120), lambda: Score.objects.all().delete(),
        lambda: Goal.objects.update(target=81), lambda: goal.delete(),
        lambda: Goal.objects.filter(pk=goal.pk).update(end_date=date(2026, 5, 1)),
        lambda: Reading.objects.create(goal=goal, value=1, source="x", recorded_at=alpha.now, recorded_by="x"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    unlock_month(month=MARCH, reason="读数有误", **alpha.by)
    alpha.read(person, "sales_vs_plan", "100")
    assert score(alpha).written == 1


def test_readings_are_never_changed(alpha, hired):
    person = hired()
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", "90")
    for write in (lambda: Reading.objects.update(value=1), lambda: Reading.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
