"""Findings, variances, acknowledgements and what-if calculations by REST."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import leave
from payroll.models import PayRun
from payroll.services import what_ifs
from payroll.services.reviews import acknowledge_findings
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll, inside

SignIn = Callable[..., Client]


@pytest.fixture
def january(shop: Payroll) -> PayRun:
    for code in ("E1", "E2"):
        shop.hire(code, base_pay_fen=200_000)
        shop.full_month(code, JANUARY, sales="1000")
    return shop.calculate(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def test_findings_are_paged_and_filtered(officer: Client, january: PayRun) -> None:
    page = f"/api/v1/payroll/runs/{january.pk}/findings/"
    found = officer.get(page, {"page_size": 3}).json()
    assert (found["count"], len(found["results"])) == (4, 3)
    assert found["results"][0]["kind"] == "below_minimum_wage"
    assert found["results"][0]["employee_code"] == "E1"
    assert officer.get(page, {"kind": "no_bank_account"}).json()["count"] == 2
    assert officer.get(page, {"severity": "info"}).json()["count"] == 0
    assert officer.get(page, {"open": "true"}).json()["count"] == 2
    assert officer.get(page, {"kind": "nonsense"}).status_code == 400


@pytest.mark.parametrize(("measure", "key"), [("item", "attended_pay"), ("unit", None), ("person", None)])
def test_variances_by_item_unit_and_person(officer: Client, january: PayRun, measure: str, key: str | None) -> None:
    answer = officer.get(f"/api/v1/payroll/runs/{january.pk}/variances/", {"by": measure}).json()
    row = answer["results"][0]
    assert key is None or row["key"] == key
    assert row["difference_fen"] == row["now_fen"] - row["before_fen"]
    assert officer.get(f"/api/v1/payroll/runs/{january.pk}/variances/", {"by": "moon"}).status_code == 400


def test_a_review_needs_its_stops_acknowledged(officer: Client, january: PayRun) -> None:
    page = f"/api/v1/payroll/runs/{january.pk}"
    refused = officer.post(f"{page}/review/", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "payroll.run.open_findings")
    body = {"kind": "below_minimum_wage", "reason": "interns"}
    assert officer.post(f"{page}/acknowledge/", body, content_type="application/json").status_code == 201
    assert officer.post(f"{page}/review/", {}, content_type="application/json").json()["state"] == "reviewed"


def test_how_many_findings_of_each_kind_there_are(officer: Client, january: PayRun) -> None:
    page = f"/api/v1/payroll/runs/{january.pk}"
    counts = officer.get(f"{page}/finding-counts/").json()
    assert [(row["kind"], row["count"], row["open"]) for row in counts] == [
        ("below_minimum_wage", 2, 2), ("no_bank_account", 2, 0)
    ]  # fmt: skip
    assert counts[0]["title_zh"] == "低于最低工资"


def test_a_run_says_which_differences_of_earlier_months_it_does_not_pay(
    officer: Client, january: PayRun, shop: Payroll
) -> None:
    by = {"actor": shop.actor, "now": shop.now}
    acknowledge_findings(run=january, kind="below_minimum_wage", reason="interns", **by)
    shop.lock(JANUARY)
    leave(employee=Employee.objects.get(code="E1"), leave_date=date(2026, 1, 31), **by)
    shop.enter("E1", JANUARY, sales="60000")
    shop.full_month("E2", FEBRUARY)
    february = shop.calculate(FEBRUARY)
    (unpaid,) = officer.get(f"/api/v1/payroll/runs/{february.pk}/").json()["unpaid_differences"]
    assert (unpaid["code"], "E1" in unpaid["zh"]) == ("payroll.retro.left", True)
    assert officer.get(f"/api/v1/payroll/runs/{january.pk}/").json()["unpaid_differences"] == []
    shown = officer.get(f"/admin/payroll/payrun/{february.pk}/change/").content.decode()
    assert "Differences of earlier months that this run does not pay" in shown
    assert unpaid["en"] in shown


def test_a_change_is_tried_at_once_or_as_a_job(
    officer: Client, january: PayRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/api/v1/payroll/runs/{january.pk}/what-if/"
    body = {"formulas": {"commission": "销售额 * 0.5"}}
    answer = officer.post(page, body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["result"]["sums"]["gross"]["difference_fen"] == 98_000
    monkeypatch.setattr(what_ifs, "CHUNK", 1)
    started = officer.post(page, body, content_type="application/json")
    assert started.status_code == 202
    kept = officer.get(f"/api/v1/payroll/what-ifs/{started.json()['what_if']}/").json()
    assert (kept["is_done"], kept["result"]) == (False, {})


def test_another_tenant_and_another_role_see_nothing_of_it(
    january: PayRun, shop: Payroll, ward: Payroll, sign_in: SignIn
) -> None:
    clerk = sign_in(shop, Role.ATTENDANCE_CLERK)
    with inside(ward):
        stranger = sign_in(ward, Role.PAYROLL_OFFICER)
    for part in ("findings", "finding-counts", "variances"):
        assert clerk.get(f"/api/v1/payroll/runs/{january.pk}/{part}/").status_code == 403
        assert stranger.get(f"/api/v1/payroll/runs/{january.pk}/{part}/").status_code == 404


def test_what_changed_since_the_calculation_and_calculating_these_again(
    officer: Client, january: PayRun, shop: Payroll, sign_in: SignIn
) -> None:
    page = f"/api/v1/payroll/runs/{january.pk}"
    nothing = {
        "formulas": False, "earlier_runs": False, "people": 0, "missing": 0, "surplus": 0, "sources": [],
    }  # fmt: skip
    assert officer.get(f"{page}/changes/").json() == nothing
    shop.enter("E2", JANUARY, sales="2000")
    found = officer.get(f"{page}/changes/").json()
    (source,) = found["sources"]
    assert (found["people"], source["source"], source["en"], source["people"]) == (
        1, "entered", "Entered or imported values", 1
    )  # fmt: skip
    assert source["inputs"] == [{"code": "sales", "zh": "销售额", "en": source["inputs"][0]["en"], "people": 1}]
    (row,) = officer.get(f"{page}/findings/", {"kind": "inputs_changed"}).json()["results"]
    assert (row["employee_code"], row["item"], row["value"], row["other"]) == ("E2", "sales", 200_000, 100_000)
    again = officer.post(f"{page}/recalculate-changed/", {}, content_type="application/json")
    assert again.json() == {"people": 1, "changed": 1, "errors": 0}
    assert officer.get(f"{page}/changes/").json() == nothing
    nobody = sign_in(shop, Role.EMPLOYEE)
    assert nobody.get(f"{page}/changes/").status_code in (403, 404)
    assert nobody.post(f"{page}/recalculate-changed/").status_code in (403, 404)


def test_another_tenant_reaches_neither(january: PayRun, ward: Payroll, sign_in: SignIn) -> None:
    stranger = sign_in(ward, Role.PAYROLL_OFFICER)
    assert stranger.get(f"/api/v1/payroll/runs/{january.pk}/changes/").status_code == 404
    assert stranger.post(f"/api/v1/payroll/runs/{january.pk}/recalculate-changed/").status_code == 404
