"""Files of a closed run in the admin: buttons, the page of a file, the download; receipts and disputes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client

from hrsaas.access.rules.permissions import Role
from payroll.models import PayFile, PayRun, PayslipDispute
from payroll.services.payslip_receipts import dispute_payslip
from payroll.services.voucher_accounts import set_account
from tests.payroll.conftest import JANUARY, Payroll
from tests.payroll.services.test_pay_files import finish_job
from tests.payroll.services.test_payslip_receipts import employee

SignIn = Callable[..., Client]


@pytest.fixture
def closed(shop: Payroll) -> PayRun:
    shop.hire("E1", bank_account="6222021234567891")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


@pytest.mark.parametrize(
    ("button", "data", "name"),
    [
        ("payslip_files", {"layout": "a4", "bundle": "together", "protect": "none"}, ".pdf"),
        ("bank_file", {"layout": "cmb"}, ".xlsx"),
        ("other_file", {"kind": "voucher", "format": "json"}, ".json"),
        ("other_file", {"kind": "tax", "format": "csv"}, ".xlsx"),
    ],
)
def test_a_closed_run_has_its_files_made_and_downloaded(
    officer: Client, shop: Payroll, closed: PayRun, button: str, data: dict[str, str], name: str
) -> None:
    page = f"/admin/payroll/payrun/{closed.pk}/{button}/"
    assert officer.get(page).status_code == 200
    answer = officer.post(page, data)
    file = PayFile.objects.get()
    assert answer["Location"].endswith(f"/payroll/payfile/{file.pk}/change/")
    finish_job(file, shop)
    assert officer.get(answer["Location"]).status_code == 200
    sent = officer.post(f"/admin/payroll/payfile/{file.pk}/download/")
    assert name in sent["Content-Disposition"]
    assert len(b"".join(sent.streaming_content)) == PayFile.objects.get().size


def test_an_open_run_offers_no_files(officer: Client, shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    assert "bank_file" not in officer.get(f"/admin/payroll/payrun/{run.pk}/change/").content.decode()
    refused = officer.post(f"/admin/payroll/payrun/{run.pk}/bank_file/", {"layout": "cmb"})
    assert "Lock the run first." in refused.content.decode()


def test_lists_and_pages_open_and_a_dispute_is_answered(officer: Client, shop: Payroll, closed: PayRun) -> None:
    dispute_payslip(slip=shop.slip(JANUARY, "E1"), text="少了", actor=employee(shop, "E1"), now=shop.now)
    set_account(
        category="tax", side="credit", account="2221", name="税", start_date=JANUARY, actor=shop.actor, now=shop.now
    )
    officer.post(f"/admin/payroll/payrun/{closed.pk}/bank_file/", {"layout": "icbc"})
    for page in ("payfile", "payslipreceipt", "payslipdispute", "voucheraccount", "payslip"):
        assert officer.get(f"/admin/payroll/{page}/").status_code == 200
        row = apps.get_model("payroll", page).objects.first()
        assert officer.get(f"/admin/payroll/{page}/{row.pk}/change/").status_code == 200
    dispute = PayslipDispute.objects.get()
    officer.post(f"/admin/payroll/payslipdispute/{dispute.pk}/answer/", {"answer": "补发"})
    dispute.refresh_from_db()
    assert dispute.answer == "补发"


def test_a_payslip_prints_from_its_page(officer: Client, shop: Payroll, closed: PayRun) -> None:
    slip = shop.slip(JANUARY, "E1")
    page = officer.get(f"/admin/payroll/payslip/{slip.pk}/change/").content.decode()
    assert f"/admin/payroll/payslip/{slip.pk}/pdf/" in page
    assert "/confirm/" not in page
    assert officer.post(f"/admin/payroll/payslip/{slip.pk}/pdf/", {"layout": "a4"}).content.startswith(b"%PDF")
