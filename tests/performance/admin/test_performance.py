"""Performance in the admin: goals for groups, readings pasted, scores explained, months locked, by right."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from hrsaas.tenancy.context import tenant_context
from performance.models import Goal, Kpi, PerformanceMonth, PerformanceSettings, Reading, Score
from performance.services.goals import GoalTerms
from performance.services.scores import score_people
from tests.factories import make_user
from tests.performance.conftest import MARCH

ADMIN = "/admin/performance/"


@pytest.fixture
def browser(alpha, client_for, tenant_a, now):
    def make(role=Role.PERFORMANCE_OWNER, language="en"):
        user = make_user(role, now=now, language=language)
        return client_for(tenant_a, user, headers={"Accept-Language": language})

    return make


def text(response) -> str:
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def submit(client, path, **data):
    return text(client.post(f"{ADMIN}{path}", data, follow=True))


def test_a_month_from_goals_to_the_lock_through_forms(browser, alpha, hired):
    client, person = browser(), hired()
    sales = Kpi.objects.get(code="sales_vs_plan")
    shop = alpha.organisation.shop.id
    assert "1 goals added" in submit(client, "goal/set_for_group/", month="2026-03", unit=shop, kpis=[sales.id])
    margin = Kpi.objects.get(code="gross_margin").id
    one = {"employee": person.id, "kpi": margin, "start_date": "2026-03-01", "end_date": "2026-04-01", "target": "40"}
    submit(client, "goal/set_one/", **one)
    goal = Goal.objects.get(kpi=margin)
    assert (goal.floor, goal.target) == (35, 40)
    lines = f"{person.code}\t95\n"
    assert "1 readings recorded" in submit(client, "reading/record_many/", month="2026-03", kpi=sales.id, lines=lines)
    submit(client, f"goal/{goal.id}/record/", value="40")
    assert "1 people scored" in submit(client, "score/compute/", month="2026-03")
    score = Score.objects.get()
    page = text(client.get(f"{ADMIN}score/{score.id}/change/"))
    assert "sales vs plan: reading 95 %" in page
    chinese = text(browser(language="zh-hans").get(f"{ADMIN}score/{score.id}/change/"))
    assert "销售达成率：读数 95 %" in chinese
    month = PerformanceMonth.objects.get()
    submit(client, f"performancemonth/{month.id}/lock/")
    assert "is locked and cannot be changed" in submit(client, f"goal/{goal.id}/record/", value="41")
    submit(client, f"performancemonth/{month.id}/unlock/", reason="读数有误")
    assert not PerformanceMonth.objects.get().is_locked


def test_pasted_lines_with_faults_are_refused_and_named(browser, alpha, hired):
    client, person = browser(), hired()
    alpha.goals([person], GoalTerms("sales_vs_plan"))
    paste = {"month": "2026-03", "kpi": Kpi.objects.get(code="sales_vs_plan").id}
    assert "Line 2 is not" in submit(client, "reading/record_many/", lines=f"{person.code} 95\nE2 many", **paste)
    assert "There is no employee X9." in submit(
        client, "reading/record_many/", lines=f"{person.code} 95\nX9 1", **paste
    )
    assert Reading.objects.count() == 0


def test_kpis_and_settings_change_through_forms(browser, alpha):
    client, kpi = browser(), Kpi.objects.get(code="sales_vs_plan")
    values = {
        "name": "销售达成", "direction": "higher", "floor": "70", "target": "100", "stretch": "130", "weight": "30",
        "places": "1", "is_active": "on",
    }  # fmt: skip
    submit(client, f"kpi/{kpi.id}/edit/", **values)
    assert Kpi.objects.get(pk=kpi.pk).floor == 70
    assert "out of order" in submit(client, f"kpi/{kpi.id}/edit/", **(values | {"floor": "110"}))
    settings = PerformanceSettings.objects.get()
    submit(client, f"performancesettings/{settings.id}/change_policy/", policy="zero")
    submit(client, f"performancesettings/{settings.id}/use_table/", table="grades", effective_from="2026-01-01")
    settings.refresh_from_db()
    assert (settings.missing_policy, len(settings.coefficient_tables)) == ("zero", 2)
    assert "≥ 95: 1.5000" in text(client.get(f"{ADMIN}performancesettings/{settings.id}/change/"))


@pytest.mark.parametrize("name", ["kpi", "goal", "reading", "score", "performancemonth"])
def test_lists_take_few_queries_whatever_their_length(browser, alpha, hired, name):
    client, counts = browser(), []
    for size in (1, 6):
        people = [hired() for _number in range(size)]
        alpha.goals(people, GoalTerms("sales_vs_plan"))
        for person in people:
            alpha.read(person, "sales_vs_plan", "95")
        score_people(month=MARCH, **alpha.by)
        text(client.get(f"{ADMIN}{name}/"))
        with CaptureQueriesContext(connection) as queries:
            text(client.get(f"{ADMIN}{name}/"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_the_dashboard_shows_the_attainment(browser, alpha, hired):
    assert "No month has been scored yet." in text(browser().get("/admin/"))
    person = hired()
    alpha.goals([person], GoalTerms("sales_vs_plan"))
    alpha.read(person, "sales_vs_plan", "95")
    score_people(month=MARCH, **alpha.by)
    page = text(browser().get("/admin/"))
    assert "75.00" in page
    assert "0 of 1 people reached their goals" in page
    assert "指标达成" in text(browser(language="zh-hans").get("/admin/"))


def test_other_roles_and_tenants_see_nothing(browser, alpha, beta_person, tenant_b):
    with tenant_context(tenant_b.id):
        score_people(month=MARCH, **alpha.by)
        id_ = Score.objects.get().id
    client = browser()
    assert "E0001" not in text(client.get(f"{ADMIN}score/"))
    assert client.get(f"{ADMIN}score/{id_}/change/", follow=True).request["PATH_INFO"] == "/admin/"
    assert browser(Role.RECRUITER).get(f"{ADMIN}score/").status_code == 403


def test_who_may_only_look_gets_no_buttons(browser, alpha, hired):
    alpha.goals([hired()], GoalTerms("sales_vs_plan"))
    client, goal = browser(Role.AUDITOR), Goal.objects.get()
    assert "record/" not in text(client.get(f"{ADMIN}goal/{goal.id}/change/"))
    assert client.post(f"{ADMIN}goal/{goal.id}/record/", {"value": "1"}).status_code == 403
