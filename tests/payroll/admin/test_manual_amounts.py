"""Amounts set by hand on the pages of runs and payslips, and through the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hrsaas.access.rules.permissions import Role
from payroll.models import ManualAmount
from payroll.services import calculations
from tests.payroll.conftest import JANUARY, Payroll

REASON = {"item": "commission", "amount": "7000.00", "reason": "客户投诉已核实"}


@pytest.fixture
def january(shop: Payroll) -> Payroll:
    shop.hire("M1", base_pay_fen=1_200_000)
    shop.full_month("M1", JANUARY, sales="10000")
    shop.calculate(JANUARY)
    return shop


@pytest.fixture
def officer(january: Payroll, sign_in: Callable[..., Client]) -> Client:
    return sign_in(january, Role.PAYROLL_OFFICER)


def test_on_the_page_of_a_payslip(january: Payroll, officer: Client) -> None:
    slip = january.slip(JANUARY, "M1")
    page = f"/admin/payroll/payslip/{slip.pk}"
    assert "Set an amount by hand" in officer.get(f"{page}/change/").content.decode()
    assert officer.post(f"{page}/set_amount/", REASON).status_code == 302
    assert january.amounts(JANUARY, "M1")["commission"] == 700_000
    shown = officer.get(f"{page}/change/").content.decode()
    assert "is set to 7,000.00 by hand" in shown
    assert "The formula gives 100.00" in shown
    why = officer.get(f"{page}/explain/net/").content.decode()
    assert "客户投诉已核实" in why
    assert "The formula would have given 100.00" in why


def test_on_the_page_of_a_run_and_back_on_its_own(january: Payroll, officer: Client) -> None:
    run, employee = calculations.run_of(JANUARY), january.slip(JANUARY, "M1").employee
    address = f"/admin/payroll/payrun/{run.pk}/set_amount/"
    assert officer.get(address).status_code == 200
    assert officer.post(address, {**REASON, "employee": employee.pk}).status_code == 302
    row = ManualAmount.objects.get()
    assert "员工M1" in officer.get("/admin/payroll/manualamount/").content.decode()
    assert officer.post(f"/admin/payroll/manualamount/{row.pk}/take_back/").status_code == 302
    assert january.amounts(JANUARY, "M1")["commission"] == 10_000


def test_through_the_api(january: Payroll, officer: Client) -> None:
    run, employee = calculations.run_of(JANUARY), january.slip(JANUARY, "M1").employee
    given = {
        "run": str(run.pk), "employee": str(employee.pk), "item": "commission", "amount_fen": 700_000, "reason": "约定",
    }  # fmt: skip
    made = officer.post("/api/v1/payroll/manual-amounts/", given, content_type="application/json")
    assert (made.status_code, made.json()["formula_fen"]) == (201, 10_000)
    refused = officer.post("/api/v1/payroll/manual-amounts/", {**given, "item": "net"}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (400, "payroll.manual_amount.no_item")
    assert officer.delete(f"/api/v1/payroll/manual-amounts/{made.json()['id']}/").status_code == 204
    assert january.amounts(JANUARY, "M1")["commission"] == 10_000


def test_an_auditor_reads_and_does_not_set(january: Payroll, sign_in: Callable[..., Client]) -> None:
    auditor = sign_in(january, Role.AUDITOR)
    slip = january.slip(JANUARY, "M1")
    assert auditor.get("/admin/payroll/manualamount/").status_code == 200
    assert auditor.post(f"/admin/payroll/payslip/{slip.pk}/set_amount/", REASON).status_code == 403
    assert not ManualAmount.objects.exists()
