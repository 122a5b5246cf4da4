"""Files, receipts and disputes over the API: who may, what comes back, nothing of another tenant."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Employee
from payroll.models import PayFile, PayRun
from tests.payroll.conftest import JANUARY, Payroll
from tests.payroll.services.test_pay_files import finish_job

SignIn = Callable[..., Client]
BASE = "/api/v1/payroll"


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{BASE}/{path}", body or {}, content_type="application/json")


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    for code in ("E1", "E2"):
        shop.hire(code, bank_account=f"622202123456789{code[1]}")
        shop.full_month(code, JANUARY)
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def as_employee(shop: Payroll, sign_in: SignIn, code: str) -> Client:
    return sign_in(shop, Role.EMPLOYEE, employee=Employee.objects.get(code=code))


def test_a_file_is_asked_for_watched_and_downloaded(officer: Client, shop: Payroll, closed: PayRun) -> None:
    asked = post(officer, "files/", {"run": str(closed.pk), "kind": "payslips", "options": {"layout": "envelope"}})
    assert asked.status_code == 202, asked.content
    body = asked.json()
    assert (body["state"], body["options"]["layout"], "password" in body) == ("preparing", "envelope", False)
    early = officer.get(f"{BASE}/files/{body['id']}/download/")
    assert (early.status_code, early.json()["code"]) == (409, "payroll.file.not_ready")
    finish_job(PayFile.objects.get(id=body["id"]), shop)
    ready = officer.get(f"{BASE}/files/{body['id']}/").json()
    assert (ready["state"], ready["row_count"], ready["amount_fen"]) == ("ready", 2, closed.net_fen)
    answer = officer.get(f"{BASE}/files/{body['id']}/download/")
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert len([name for name in names if name.endswith(".pdf")]) == 2
    assert "attachment" in answer["Content-Disposition"]


def test_only_who_makes_files_downloads_them(
    officer: Client, shop: Payroll, ward: Payroll, sign_in: SignIn, closed: PayRun
) -> None:
    made = post(officer, "files/", {"run": str(closed.pk), "kind": "bank"}).json()
    finish_job(PayFile.objects.get(id=made["id"]), shop)
    auditor, employee = sign_in(shop, Role.AUDITOR), as_employee(shop, sign_in, "E1")
    assert auditor.get(f"{BASE}/files/{made['id']}/").status_code == 200
    assert auditor.get(f"{BASE}/files/{made['id']}/download/").status_code == 403
    assert employee.get(f"{BASE}/files/").status_code == 403
    assert post(employee, "files/", {"run": str(closed.pk), "kind": "bank"}).status_code == 403
    stranger = sign_in(ward, Role.PAYROLL_OFFICER)
    assert stranger.get(f"{BASE}/files/{made['id']}/download/").status_code == 404


def test_an_employee_reads_prints_and_confirms_the_own_payslip(shop: Payroll, sign_in: SignIn, closed: PayRun) -> None:
    mine, slip = as_employee(shop, sign_in, "E1"), shop.slip(JANUARY, "E1")
    assert mine.get(f"{BASE}/payslips/{slip.pk}/").status_code == 200
    pdf = mine.get(f"{BASE}/payslips/{slip.pk}/pdf/")
    assert "员工E1" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    confirmed = post(mine, f"payslips/{slip.pk}/confirm/")
    assert confirmed.status_code == 200, confirmed.content
    assert confirmed.json()["confirmed_at"] and confirmed.json()["confirmed_from"].startswith("api")
    (receipt,) = mine.get(f"{BASE}/receipts/").json()["results"]
    assert receipt["payslip"] == str(slip.pk)


def test_nobody_touches_the_payslip_of_somebody_else(
    officer: Client, shop: Payroll, sign_in: SignIn, closed: PayRun
) -> None:
    other, slip = as_employee(shop, sign_in, "E2"), shop.slip(JANUARY, "E1")
    for path in ("confirm", "dispute"):
        assert post(other, f"payslips/{slip.pk}/{path}/", {"text": "?"}).status_code == 404
        assert post(officer, f"payslips/{slip.pk}/{path}/", {"text": "?"}).json()["code"] == "payroll.payslip.not_own"
    assert other.get(f"{BASE}/payslips/{slip.pk}/pdf/").status_code == 404
    assert officer.get(f"{BASE}/payslips/{slip.pk}/pdf/?layout=strips").status_code == 200


def test_a_dispute_is_raised_and_answered(officer: Client, shop: Payroll, sign_in: SignIn, closed: PayRun) -> None:
    mine, slip = as_employee(shop, sign_in, "E1"), shop.slip(JANUARY, "E1")
    raised = post(mine, f"payslips/{slip.pk}/dispute/", {"text": "少了加班费"})
    assert raised.status_code == 201, raised.content
    (found,) = officer.get(f"{BASE}/disputes/?answered=false").json()["results"]
    assert post(mine, f"disputes/{found['id']}/answer/", {"answer": "ja"}).status_code == 403
    assert as_employee(shop, sign_in, "E2").get(f"{BASE}/disputes/").json()["results"] == []
    answered = post(officer, f"disputes/{found['id']}/answer/", {"answer": "下月补发"}).json()
    assert (answered["answer"], bool(answered["answered_at"])) == ("下月补发", True)


def test_accounts_are_set_from_a_day_on(officer: Client, shop: Payroll) -> None:
    body = {
        "category": "earning",
        "side": "debit",
        "account": "5001.01",
        "name": "生产成本",
        "start_date": "2026-01-01",
    }
    assert post(officer, "accounts/", body).status_code == 201
    assert post(officer, "accounts/", body | {"start_date": "2026-03-01", "account": "5002"}).status_code == 201
    rows = officer.get(f"{BASE}/accounts/?ordering=start_date").json()["results"]
    assert [(row["account"], row["end_date"]) for row in rows] == [("5001.01", "2026-03-01"), ("5002", None)]
    wrong = post(officer, "accounts/", body | {"side": "credit"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "payroll.account.side")
