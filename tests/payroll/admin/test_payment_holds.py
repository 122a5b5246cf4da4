"""Held payments and void bank files on pages and through the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hrsaas.access.rules.permissions import Role
from payroll.models import PayFile, PaymentHold, PayRun
from tests.payroll.conftest import JANUARY, Payroll
from tests.payroll.services.test_pay_files import made


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    shop.hire("E1", bank_account="6222021234567891")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: Callable[..., Client]) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def test_held_on_the_page_of_a_payslip_and_released_on_its_own(shop: Payroll, closed: PayRun, officer: Client) -> None:
    page = f"/admin/payroll/payslip/{shop.slip(JANUARY, 'E1').pk}"
    assert "Hold the payment" in officer.get(f"{page}/change/").content.decode()
    assert officer.post(f"{page}/hold/", {"reason": "账号有误"}).status_code == 302
    hold = PaymentHold.objects.get(run=closed)
    assert "账号有误" in officer.get("/admin/payroll/paymenthold/?held=yes").content.decode()
    assert officer.post(f"/admin/payroll/paymenthold/{hold.pk}/release/", {"note": "已更正"}).status_code == 302
    assert PaymentHold.objects.get().release_note == "已更正"


def test_several_months_are_held_from_the_list(shop: Payroll, closed: PayRun, officer: Client) -> None:
    employee = shop.slip(JANUARY, "E1").employee
    given = {"employee": employee.pk, "month": "2026-01-01", "months": 3, "reason": "争议"}
    assert officer.post("/admin/payroll/paymenthold/hold/", given).status_code == 302
    assert PaymentHold.objects.count() == 3


def test_held_and_released_through_the_api(shop: Payroll, closed: PayRun, officer: Client) -> None:
    employee = shop.slip(JANUARY, "E1").employee
    given = {"employee": str(employee.pk), "month": "2026-01-01", "months": 2, "reason": "争议"}
    answer = officer.post("/api/v1/payroll/holds/", given, content_type="application/json")
    assert (answer.status_code, len(answer.json()["holds"])) == (201, 2)
    address = f"/api/v1/payroll/holds/{answer.json()['holds'][0]['id']}/release/"
    assert officer.post(address, {"note": "ok"}, content_type="application/json").json()["released_by"]
    again = officer.post(address, {"note": "ok"}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "payroll.hold.released")


def test_a_bank_file_is_declared_void(shop: Payroll, closed: PayRun, officer: Client) -> None:
    first = made(shop, closed, "bank", layout="icbc")
    assert officer.post(f"/admin/payroll/payfile/{first.pk}/void/", {"reason": "格式"}).status_code == 302
    assert PayFile.objects.get().state == "void"
    second = made(shop, closed, "bank", layout="icbc")
    address = f"/api/v1/payroll/files/{second.pk}/void/"
    assert officer.post(address, {"reason": "格式"}, content_type="application/json").json()["state"] == "void"
