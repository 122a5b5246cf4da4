"""Performance through the API: roles, reach, rows, counts of queries, explanations."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from hrsaas.tenancy.context import tenant_context
from performance.models import Goal, Kpi, Reading, Score
from performance.services.goals import GoalTerms
from performance.services.scores import score_people
from tests.performance.conftest import MARCH

API = "/api/v1/performance/"
SALES = GoalTerms("sales_vs_plan")


@pytest.fixture
def owner(alpha, api_for, tenant_a):
    return api_for(tenant_a, Role.PERFORMANCE_OWNER)


def post(client, path, body, status=201):
    response = client.post(f"{API}{path}", body, format="json")
    assert response.status_code == status, response.content
    return response.json() if response.content else None


def results(client, path, **query):
    response = client.get(f"{API}{path}", query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def scored(alpha, person, value="95"):
    alpha.goals([person], SALES)
    alpha.read(person, "sales_vs_plan", value)
    score_people(month=MARCH, **alpha.by)


def test_goals_are_set_read_scored_locked_and_explained(owner, alpha, hired):
    person = hired()
    goals = [{"kpi": "sales_vs_plan", "target": "100"}, {"kpi": "gross_margin"}]
    body = {"employees": [str(person.id)], "month": "2026-03-01", "goals": goals}
    assert post(owner, "goals/", body) == {"added": 2, "changed": 0, "unchanged": 0, "kept": 0}
    goals[0]["target"] = "90"
    assert post(owner, "goals/", body)["changed"] == 1
    rows = [{"employee_code": person.code, "kpi": "sales_vs_plan", "month": "2026-03-01", "value": "85"}]
    assert post(owner, "readings/", {"source": "crm", "rows": rows}) == {"added": 1, "repeated": 0}
    assert post(owner, "readings/", {"source": "crm", "rows": rows}) == {"added": 0, "repeated": 1}
    (month,) = results(owner, "months/")
    assert post(owner, f"months/{month['id']}/score/", {}, 200)["scored"] == 1
    assert post(owner, f"months/{month['id']}/lock/", {}, 200)["state"] == "locked"
    (row,) = results(owner, "scores/", month="2026-03-01")
    assert (row["score"], row["coefficient"], row["coverage"]) == ("50.00", "0.5000", "0.7500")
    why = owner.get(f"{API}scores/{row['id']}/explanation/").json()
    assert why["coefficient"] == "0.5000"
    missing, sales = why["steps"]
    assert sales["zh"] == "销售达成率：读数 85 %（来源 crm），底线 80、目标 90、挑战 120，得 50.00 分，占权重 75.00%"
    assert sales["en"] == (
        "sales vs plan: reading 85 % (from crm), floor 80, target 90, stretch 120, 50.00 points, 75.00% of the weight"
    )
    assert (missing["score"], missing["reading"], sales["reading"]) == (None, None, str(Reading.objects.get().id))
    assert post(owner, "readings/", {"source": "crm", "rows": rows}, 409)["code"] == "performance.month.locked"


def test_goals_for_a_unit_reach_the_units_below_and_leave_other_periods_alone(owner, alpha, hired):
    hired(), hired(unit=alpha.organisation.till), hired(unit=alpha.organisation.office)
    body = {"unit": str(alpha.organisation.shop.id), "month": "2026-03-01", "goals": [{"kpi": "sales_vs_plan"}]}
    assert post(owner, "goals/", body)["added"] == 2
    body = {"position": str(alpha.organisation.cashier.id), "month": "2026-03-01", "goals": [{"kpi": "sales_vs_plan"}]}
    assert post(owner, "goals/", body) == {"added": 1, "changed": 0, "unchanged": 2, "kept": 0}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"goals": [{"kpi": "juggling"}]}, "performance.goal.kpi_unknown"),
        ({"goals": [{"kpi": "sales_vs_plan"}] * 2}, "performance.goal.kpi_twice"),
        ({"goals": [{"kpi": "sales_vs_plan", "floor": "100"}]}, "performance.kpi.floor_equals_target"),
        ({"goals": [{"kpi": "sales_vs_plan", "floor": "101"}]}, "performance.kpi.bands_out_of_order"),
        ({"goals": [{"kpi": "sales_vs_plan", "weight": "0"}]}, "performance.kpi.weight"),
        ({"month": "2026-03-02"}, "performance.month.not_first_day"),
        ({"month": None}, None),
        ({"employees": ["1"]}, None),
        ({"goals": []}, None),
    ],
)
def test_wrong_goals_are_refused_and_nothing_is_written(owner, hired, change, code):
    body = {"employees": [str(hired().id)], "month": "2026-03-01", "goals": [{"kpi": "sales_vs_plan"}]}
    found = post(owner, "goals/", body | change, 400)
    assert code is None or found["code"] == code
    assert Goal.objects.count() == 0


def test_wrong_readings_are_listed_by_row_in_both_languages_and_nothing_is_written(owner, alpha, hired):
    person = hired()
    alpha.goals([person], SALES)
    good = {"employee_code": person.code, "kpi": "sales_vs_plan", "month": "2026-03-01", "value": "85"}
    rows = [
        good, good, good | {"employee_code": "X"}, good | {"kpi": "juggling"}, good | {"kpi": "gross_margin"},
        good | {"month": "2026-04-01"},
    ]  # fmt: skip
    found = post(owner, "readings/", {"source": "crm", "rows": rows}, 400)
    assert found["code"] == "performance.reading.rows"
    faults = [(fault["row"], fault["code"].rsplit(".", 1)[1]) for fault in found["errors"]]
    assert faults == [(1, "twice"), (2, "employee_unknown"), (3, "kpi_unknown"), (4, "no_goal"), (5, "no_goal")]
    assert Reading.objects.count() == 0


def test_a_kpi_is_made_and_changed_and_bands_out_of_order_are_refused(owner, alpha):
    kpi = {
        "code": "nps", "name": "净推荐值", "direction": "higher", "floor": "0", "target": "30", "stretch": "50",
        "weight": "10",
    }  # fmt: skip
    made = post(owner, "kpis/", kpi)
    assert post(owner, "kpis/", kpi, 409)["code"] == "performance.kpi.code_taken"
    changed = owner.patch(f"{API}kpis/{made['id']}/", {"target": "60"}, format="json")
    assert (changed.status_code, changed.json()["code"]) == (400, "performance.kpi.bands_out_of_order")
    assert owner.patch(f"{API}kpis/{made['id']}/", {"is_active": False}, format="json").json()["is_active"] is False
    assert Kpi.objects.get(code="nps").target == 30


def test_a_goal_with_readings_is_not_taken_back(owner, alpha, hired):
    person = hired()
    alpha.goals([person], SALES, GoalTerms("gross_margin"))
    alpha.read(person, "sales_vs_plan", "90")
    by_kpi = {goal.kpi.code: goal for goal in Goal.objects.select_related("kpi")}
    assert owner.delete(f"{API}goals/{by_kpi['gross_margin'].id}/").status_code == 204
    refused = owner.delete(f"{API}goals/{by_kpi['sales_vs_plan'].id}/")
    assert (refused.status_code, refused.json()["code"]) == (409, "performance.goal.has_readings")


def test_a_manager_reaches_his_units_but_not_himself(alpha, hired, api_for, tenant_a):
    boss, mine, other = hired(), hired(unit=alpha.organisation.till), hired(unit=alpha.organisation.office)
    for person in (boss, mine, other):
        scored(alpha, person)
    client = api_for(tenant_a, Role.MANAGER, unit=alpha.organisation.till, employee=boss)
    assert {row["employee"] for row in results(client, "goals/")} == {str(boss.id), str(mine.id)}
    assert {row["employee"] for row in results(client, "scores/")} == {str(boss.id), str(mine.id)}
    row = {"kpi": "sales_vs_plan", "month": "2026-03-01", "value": "120"}
    for person, status in ((mine, 201), (boss, 400), (other, 400)):
        body = {"source": "manual", "rows": [row | {"employee_code": person.code}]}
        post(client, "readings/", body, status)
    goals = {"month": "2026-03-01", "goals": [{"kpi": "gross_margin"}]}
    post(client, "goals/", goals | {"employees": [str(boss.id)]}, 404)
    post(client, "goals/", goals | {"employees": [str(mine.id)]})


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.RECRUITER, ()), (Role.ATTENDANCE_CLERK, ()), (Role.PAYROLL_OFFICER, ("scores/",))]
)
def test_other_roles_are_refused(alpha, api_for, tenant_a, role, allowed):
    client = api_for(tenant_a, role)
    for path in ("kpis/", "goals/", "readings/", "scores/"):
        assert client.get(f"{API}{path}").status_code == (200 if path in allowed else 403), path


def test_an_employee_sees_his_own_score_only(alpha, hired, api_for, tenant_a):
    me, other = hired(), hired()
    scored(alpha, me), scored(alpha, other)
    client = api_for(tenant_a, Role.EMPLOYEE, employee=me)
    assert [row["employee"] for row in results(client, "scores/")] == [str(me.id)]
    stranger = Score.objects.get(employee=other)
    assert client.get(f"{API}scores/{stranger.id}/explanation/").status_code == 404


def test_the_other_tenants_rows_are_not_there(owner, alpha, hired, beta_person, tenant_b):
    scored(alpha, hired())
    with tenant_context(tenant_b.id):
        score_people(month=MARCH, **alpha.by)
        strangers = {"goals": Goal.objects.get().id, "scores": Score.objects.get().id, "kpis": Kpi.objects.first().id}
    for path, id_ in strangers.items():
        assert owner.get(f"{API}{path}/{id_}/").status_code == 404
        assert str(id_) not in {row["id"] for row in results(owner, f"{path}/")}
    body = {"employees": [str(beta_person.id)], "month": "2026-03-01", "goals": [{"kpi": "gross_margin"}]}
    post(owner, "goals/", body, 400)


@pytest.mark.parametrize("path", ["goals/?expand=employee,kpi", "readings/", "scores/?expand=employee", "kpis/"])
def test_a_list_of_many_takes_as_many_queries_as_a_list_of_one(owner, alpha, hired, path):
    counts = []
    for size in (1, 8):
        for _number in range(size):
            scored(alpha, hired())
        owner.get(f"{API}{path}")
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(f"{API}{path}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("month", ["9999-12-01", "0001-01-01"])
def test_months_at_the_end_of_the_calendar_are_no_server_error(owner, hired, month):
    assert results(owner, "goals/", month=month) == []
    row = {"employee_code": hired().code, "kpi": "sales_vs_plan", "month": month, "value": "1"}
    post(owner, "readings/", {"source": "crm", "rows": [row]}, 400)
    body = {"unit": "1", "month": month, "goals": [{"kpi": "sales_vs_plan"}]}
    post(owner, "goals/", body, 400)
