"""Payroll in the admin: the editor, the run and its buttons, payslips and their explanation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from payroll.models import PayItem, PayRun, PayScheme
from tests.payroll.conftest import JANUARY, Payroll

SignIn = Callable[..., Client]


@pytest.fixture
def january(shop: Payroll) -> PayRun:
    shop.hire("E1")
    shop.full_month("E1", JANUARY, sales="1000")
    return shop.calculate(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.get("Location"))
    return str(answer.content.decode())


@pytest.mark.parametrize(
    "page",
    ["payitem", "payinput", "paygroup", "parametertable", "formulasetversion", "monthlyinput", "payrun", "payslip"],
)
def test_every_list_and_every_page_opens(officer: Client, january: PayRun, page: str) -> None:
    text(officer, f"/admin/payroll/{page}/")
    row = apps.get_model("payroll", page).objects.first()
    text(officer, f"/admin/payroll/{page}/{row.pk}/change/")


def test_the_editor_shows_names_and_saves_through_the_service(officer: Client, shop: Payroll) -> None:
    item = PayItem.objects.get(code="attended_pay")
    page = f"/admin/payroll/payitem/{item.pk}/change/"
    shown = text(officer, page)
    assert "[base pay] / [days due]" in shown
    assert "data-check=" in shown
    body = {
        "name": item.name, "name_en": item.name_en, "category": item.category, "order": item.order,
        "rounding": item.rounding, "is_shown": "on",
    }  # fmt: skip
    refused = officer.post(page, body | {"formula": "[base pay] * nothing"})
    assert refused.status_code == 200
    assert "character 14" in refused.content.decode()
    assert officer.post(page, body | {"formula": "基本工资"}).status_code == 302
    item.refresh_from_db()
    assert item.formula == "[@base_pay]"


def test_a_new_item_is_added_in_the_editor(officer: Client, shop: Payroll) -> None:
    body = {
        "code": "heat", "name": "高温津贴", "name_en": "heat allowance", "category": "earning", "order": "165",
        "scale": "2", "rounding": "HALF_UP", "formula": "实出勤天数 * 10", "is_shown": "on",
        "scheme": PayScheme.objects.get().pk,
    }  # fmt: skip
    assert officer.post("/admin/payroll/payitem/add/", body).status_code == 302
    assert PayItem.objects.get(code="heat").formula == "[@attended_days] * 10"


def test_the_run_page_shows_errors_and_totals(officer: Client, shop: Payroll, january: PayRun) -> None:
    shop.hire("E2")
    shop.calculate(JANUARY)
    shown = text(officer, f"/admin/payroll/payrun/{january.pk}/change/")
    assert "data-errors" in shown and "E2" in shown and "days due" in shown
    assert "data-totals" in shown and "commission" in shown


def test_buttons_move_the_run_on_for_those_who_may(
    officer: Client, shop: Payroll, january: PayRun, sign_in: SignIn
) -> None:
    page = f"/admin/payroll/payrun/{january.pk}"
    assert officer.post(f"{page}/review/", {"note": "ok"}).status_code == 302
    assert officer.post(f"{page}/submit/").status_code == 302
    own = officer.post(f"{page}/approve/", {"approve": "yes", "comment": ""})
    assert "You cannot decide your own request" in own.content.decode()
    other = sign_in(shop, Role.PAYROLL_OFFICER)
    assert other.post(f"{page}/approve/", {"approve": "yes", "comment": ""}).status_code == 302
    assert other.post(f"{page}/lock/").status_code == 302
    assert PayRun.objects.get().state == PayRun.State.LOCKED


def test_the_hr_admin_sees_no_button_that_he_may_not_use(shop: Payroll, january: PayRun, sign_in: SignIn) -> None:
    admin = sign_in(shop, Role.HR_ADMIN)
    shown = text(admin, f"/admin/payroll/payrun/{january.pk}/change/")
    assert f"{january.pk}/review/" in shown
    assert f"{january.pk}/lock/" not in shown
    assert admin.post(f"/admin/payroll/payrun/{january.pk}/lock/").status_code == 403


def test_the_payslip_lists_its_lines_and_each_explains_itself(
    officer: Client, shop: Payroll, january: PayRun, sign_in: SignIn
) -> None:
    slip = shop.slip(JANUARY, "E1")
    shown = text(officer, f"/admin/payroll/payslip/{slip.pk}/change/")
    assert "data-lines" in shown and f"/admin/payroll/payslip/{slip.pk}/explain/net/" in shown
    tree = text(officer, f"/admin/payroll/payslip/{slip.pk}/explain/net/")
    assert "data-explanation" in tree and "Entered for 2026-01: 1000.00" in tree
    recruiter = sign_in(shop, Role.RECRUITER)
    assert recruiter.get(f"/admin/payroll/payslip/{slip.pk}/explain/net/").status_code in (403, 404)


def test_the_other_tenant_s_payslip_is_not_there(
    shop: Payroll, january: PayRun, ward: Payroll, sign_in: SignIn
) -> None:
    stranger = sign_in(ward, Role.PAYROLL_OFFICER)
    slip = shop.slip(JANUARY, "E1")
    assert stranger.get(f"/admin/payroll/payslip/{slip.pk}/explain/net/").status_code == 404
    assert "员工E1" not in text(stranger, "/admin/payroll/payslip/")


def test_the_dashboard_tells_the_state_of_the_run_and_the_cost(officer: Client, january: PayRun) -> None:
    shown = text(officer, "/admin/")
    assert "Pay run" in shown and "Labour cost by month" in shown


def test_a_list_costs_the_same_queries_for_more_payslips(officer: Client, shop: Payroll, january: PayRun) -> None:
    def queries() -> int:
        text(officer, "/admin/payroll/payslip/")
        with CaptureQueriesContext(connection) as captured:
            text(officer, "/admin/payroll/payslip/")
        return len(captured)

    few = queries()
    for number in range(15):
        shop.hire(f"X{number}")
        shop.full_month(f"X{number}", JANUARY)
    shop.calculate(JANUARY)
    assert queries() == few <= 25
