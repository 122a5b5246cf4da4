"""Payroll over the API: what each role sees and may do, in two tenants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Employee
from payroll.models import MonthlyInput, PayItem, PayRun
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll

SignIn = Callable[..., Client]
BASE = "/api/v1/payroll"


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(
        f"{BASE}/{path}", body if body is not None else {}, content_type="application/json", headers=headers
    )


@pytest.fixture
def january(shop: Payroll) -> PayRun:
    for code in ("E1", "E2"):
        shop.hire(code)
        shop.full_month(code, JANUARY, sales="1000")
    return shop.calculate(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def test_a_formula_is_checked_live_in_both_languages(officer: Client) -> None:
    answer = post(officer, "items/formula-check/", {"code": "commission", "formula": "销售额 * 没有"}).json()
    assert answer["ok"] is False
    (error,) = answer["errors"]
    assert (error["code"], error["position"]) == ("payroll.formula.unknown_name", 6)
    assert error["zh"] and error["en"]
    answer = post(officer, "items/formula-check/", {"code": "commission", "formula": "[personal sales] * 0.1"}).json()
    assert answer["ok"] is True


def test_items_are_created_changed_and_retired(officer: Client, shop: Payroll) -> None:
    body = {
        "code": "heat", "name": "高温津贴", "name_en": "heat allowance", "category": "earning", "order": 165,
        "formula": "实出勤天数 * 10",
    }  # fmt: skip
    made = post(officer, "items/", body)
    assert made.status_code == 201, made.content
    item = made.json()
    assert (item["formula"], item["formula_en"]) == ("实出勤天数 * 10", "[days attended] * 10")
    assert post(officer, "items/", body).json()["code"] == "payroll.item.code_taken"
    address = f"{BASE}/items/{item['id']}/"
    change = {"formula": "实出勤天数 * 12"}
    assert officer.patch(address, change, content_type="application/json").status_code == 428
    etag = officer.get(address).headers["ETag"]
    changed = officer.patch(address, change, content_type="application/json", headers={"If-Match": etag})
    assert changed.json()["formula"] == "实出勤天数 * 12"
    assert officer.delete(address, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert not PayItem.objects.get(code="heat").is_active


def test_a_bad_formula_is_a_problem_with_its_position(officer: Client) -> None:
    body = {"code": "x", "name": "x", "name_en": "x", "category": "info", "order": 1, "formula": "1 +"}
    problem = post(officer, "items/", body)
    assert problem.status_code == 400
    assert problem.headers["Content-Type"].startswith("application/problem+json")
    assert problem.json()["code"] == "payroll.formula.syntax"


def test_values_are_written_in_bulk_or_not_at_all(officer: Client, shop: Payroll) -> None:
    shop.hire("E1")
    good = {"employee": "E1", "month": "2026-01-01", "input": "销售额", "value": "1234.50"}
    assert post(officer, "values/bulk/", [good]).json() == {"saved": 1}
    assert MonthlyInput.objects.get().number == 123_450
    refused = post(officer, "values/bulk/", [good | {"value": "1"}, good | {"employee": "E9"}])
    assert refused.status_code == 400
    assert MonthlyInput.objects.get().number == 123_450


def test_a_run_goes_from_submission_to_lock_by_two_people(
    january: PayRun, shop: Payroll, officer: Client, sign_in: SignIn
) -> None:
    run = f"runs/{january.id}"
    assert post(officer, f"{run}/review/", {"note": "ok"}).json()["state"] == "reviewed"
    assert post(officer, f"{run}/submit/").json()["is_submitted"] is True
    own = post(officer, f"{run}/approve/", {"approve": True})
    assert (own.status_code, own.json()["code"]) == (403, "approvals.request.own")
    other = sign_in(shop, Role.PAYROLL_OFFICER)
    assert post(other, f"{run}/approve/", {"approve": True}).json()["state"] == "approved"
    assert post(other, f"{run}/lock/").json()["state"] == "locked"
    assert post(other, f"{run}/submit/").status_code == 409


def test_a_run_says_by_when_it_has_to_be_paid(january: PayRun, officer: Client) -> None:
    assert officer.get(f"{BASE}/runs/{january.id}/").json()["due_on"] == "2026-02-10"


def test_the_hr_admin_neither_approves_nor_locks(january: PayRun, shop: Payroll, sign_in: SignIn) -> None:
    admin = sign_in(shop, Role.HR_ADMIN)
    for action in ("approve", "lock"):
        assert post(admin, f"runs/{january.id}/{action}/", {"approve": True}).status_code == 403


def test_employees_see_only_their_own_locked_payslips(january: PayRun, shop: Payroll, sign_in: SignIn) -> None:
    employee = sign_in(shop, Role.EMPLOYEE, employee=Employee.objects.get(code="E1"))
    assert employee.get(f"{BASE}/payslips/").json()["results"] == []
    shop.lock(JANUARY)
    (slip,) = employee.get(f"{BASE}/payslips/").json()["results"]
    assert slip["employee_code"] == "E1"
    detail = employee.get(f"{BASE}/payslips/{slip['id']}/").json()
    assert "pension_base" not in [line["code"] for line in detail["lines"]]
    tree = employee.get(f"{BASE}/payslips/{slip['id']}/explain/?item=net").json()
    assert tree["code"] == "net" and tree["children"]
    other = shop.slip(JANUARY, "E2").id
    assert employee.get(f"{BASE}/payslips/{other}/").status_code == 404
    assert employee.get(f"{BASE}/payslips/{other}/explain/?item=net").status_code == 404
    assert employee.get(f"{BASE}/runs/").status_code == 403


def test_another_tenant_s_rows_are_not_there(january: PayRun, ward: Payroll, sign_in: SignIn) -> None:
    stranger = sign_in(ward, Role.PAYROLL_OFFICER)
    slip = january.payslips.first()
    assert stranger.get(f"{BASE}/payslips/{slip.id}/").status_code == 404
    assert stranger.get(f"{BASE}/runs/{january.id}/").status_code == 404
    assert post(stranger, f"runs/{january.id}/submit/").status_code == 404
    assert stranger.get(f"{BASE}/payslips/").json()["results"] == []


def test_a_list_costs_the_same_for_one_and_for_many(january: PayRun, shop: Payroll, officer: Client) -> None:
    def queries(path: str) -> int:
        officer.get(f"{BASE}/{path}")
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(f"{BASE}/{path}").status_code == 200
        return len(captured)

    before = {path: queries(path) for path in ("payslips/", "items/", "runs/", "values/", "inputs/")}
    for number in range(20):
        shop.hire(f"X{number}")
        shop.full_month(f"X{number}", FEBRUARY)
    shop.calculate(JANUARY)
    shop.calculate(FEBRUARY)
    assert {path: queries(path) for path in before} == before


def test_functions_are_documented(officer: Client) -> None:
    names = [one["names"][0] for one in officer.get(f"{BASE}/items/functions/").json()]
    assert {"IF", "ROUND", "CUMTAX", "TIER"} <= set(names)


def test_a_calculation_is_started_as_a_job(shop: Payroll, officer: Client) -> None:
    shop.hire("E1")
    answer = post(officer, "runs/calculate/", {"month": "2026-01-01"})
    assert answer.status_code == 202
    assert answer.json()["job"]


def test_a_formula_is_tried_on_a_person(shop: Payroll, officer: Client) -> None:
    employee = shop.hire("E1")
    shop.full_month("E1", JANUARY, sales="500")
    body = {"code": "commission", "formula": "销售额 / 3", "employee": str(employee.id), "month": "2026-01-01"}
    assert post(officer, "items/formula-try/", body).json()["value"] == "166.67"
