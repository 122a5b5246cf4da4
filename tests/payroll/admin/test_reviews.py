"""The review of a run and what-if calculations in the admin, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hrsaas.access.rules.permissions import Role
from hrsaas.audit.models import Entry
from payroll.models import FindingAcknowledgement, PayItem, PayRun, WhatIf
from tests.payroll.conftest import JANUARY, Payroll

SignIn = Callable[..., Client]


@pytest.fixture
def january(shop: Payroll) -> PayRun:
    shop.hire("E1", base_pay_fen=200_000)
    shop.full_month("E1", JANUARY, sales="1000")
    return shop.calculate(JANUARY)


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


def text(client: Client, path: str, **more: str) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, (path, answer.status_code, answer.get("Location"))
    return str(answer.content.decode())


def test_the_runs_page_counts_findings_and_leads_to_them(officer: Client, january: PayRun) -> None:
    shown = text(officer, f"/admin/payroll/payrun/{january.pk}/change/")
    assert "Below the minimum wage" in shown
    assert "1 not acknowledged" in shown
    assert f"/admin/payroll/payrun/{january.pk}/review-findings/?kind=below_minimum_wage" in shown


def test_the_page_shows_findings_and_variances_in_both_languages(officer: Client, january: PayRun) -> None:
    page = f"/admin/payroll/payrun/{january.pk}/review-findings/"
    shown = text(officer, page)
    assert "wage 2,210.00 without overtime and night allowances, minimum wage 2,740.00" in shown
    assert "By org unit" in shown
    chinese = text(officer, page, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "低于最低工资" in chinese
    assert "按部门" in chinese
    assert "No bank account" not in text(officer, f"{page}?kind=below_minimum_wage").split("data-findings")[1]


def test_whoever_confirms_the_review_reads_what_comes_first_and_gets_there(officer: Client, january: PayRun) -> None:
    run = f"/admin/payroll/payrun/{january.pk}"
    findings = f"{run}/review-findings/?open=1&amp;kind=below_minimum_wage"
    shown = text(officer, f"{run}/review/")
    assert "1 finding must be put right or acknowledged first." in shown
    assert (
        f'<a class="text-primary-600 dark:text-primary-500" href="{findings}">Below the minimum wage · 1</a>' in shown
    )
    assert f'href="{run}/change/"' in shown.split("<form")[-1], "back to the run"
    assert f'href="{run}/review-findings/?open=1"' in text(officer, f"{run}/change/").split("data-next")[1]
    listed = text(officer, findings.replace("&amp;", "&")).split("data-findings")[1]
    ((link, employee),) = re.findall(r'href="([^"]*/acknowledge/\?kind=below_minimum_wage&amp;employee=(\d+))"', listed)
    form = text(officer, link.replace("&amp;", "&"))
    assert '<option value="below_minimum_wage" selected>' in form
    assert f'<option value="{employee}" selected' in form
    officer.post(f"{run}/acknowledge/", {"kind": "below_minimum_wage", "employee": employee, "reason": "an intern"})
    assert "data-todo" not in text(officer, f"{run}/review/")
    assert "must be put right" not in text(officer, f"{run}/change/")
    assert "Nothing is left here." in text(officer, f"{run}/review-findings/?open=1")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_findings_are_exported_and_noted(officer: Client, january: PayRun, kind: str) -> None:
    answer = officer.get(f"/admin/payroll/payrun/{january.pk}/review-findings.{kind}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if kind == "csv":
        assert len(content.decode("utf-8-sig").splitlines()) == 3
        assert "E1" in content.decode("utf-8-sig")
    assert Entry.objects.filter(action="console.export").count() == 1


def test_a_finding_is_acknowledged_with_its_reason(officer: Client, january: PayRun) -> None:
    address = reverse("admin:payroll_payrun_acknowledge", args=[january.pk])
    assert address in text(officer, f"/admin/payroll/payrun/{january.pk}/change/")
    officer.post(address, {"kind": "below_minimum_wage", "reason": "intern"})
    assert FindingAcknowledgement.objects.get().reason == "intern"
    assert "not acknowledged" not in text(officer, f"/admin/payroll/payrun/{january.pk}/change/")


def test_a_draft_has_no_review_page(officer: Client, shop: Payroll, january: PayRun) -> None:
    PayRun.objects.filter(pk=january.pk).update(state="calculating")
    assert officer.get(f"/admin/payroll/payrun/{january.pk}/review-findings/").status_code == 404
    assert officer.get(f"/admin/payroll/payrun/{january.pk}/change/").status_code == 200


def test_others_do_not_see_the_review(shop: Payroll, january: PayRun, sign_in: SignIn) -> None:
    clerk = sign_in(shop, Role.ATTENDANCE_CLERK)
    assert clerk.get(f"/admin/payroll/payrun/{january.pk}/review-findings/").status_code in (302, 403, 404)


def test_a_formula_is_tried_on_the_last_locked_month(officer: Client, shop: Payroll) -> None:
    shop.hire("E1")
    shop.full_month("E1", JANUARY, sales="1000")
    shop.calculate(JANUARY)
    shop.lock(JANUARY)
    item = PayItem.objects.get(code="commission")
    address = reverse("admin:payroll_payitem_what_if", args=[item.pk])
    assert address in text(officer, f"/admin/payroll/payitem/{item.pk}/change/")
    assert "personal sales" in text(officer, address)
    refused = officer.post(address, {"formula": "[personal sales] * nothing"})
    assert "nothing" in refused.content.decode()
    answer = officer.post(address, {"formula": "[personal sales] * 0.5"}, follow=True)
    shown = answer.content.decode()
    assert "1 people, 1 paid differently, 0 whom the formula would fail." in shown
    assert "490.00" in shown
    assert WhatIf.objects.count() == 1


def test_the_runs_page_says_what_changed_since_and_recalculates_these(
    officer: Client, shop: Payroll, january: PayRun
) -> None:
    page = f"/admin/payroll/payrun/{january.pk}/change/"
    assert "data-stale" not in text(officer, page)
    shop.enter("E1", JANUARY, sales="9000")
    shown = text(officer, page)
    assert "Changed since the calculation" in shown
    assert re.search(r"Entered or imported values</strong><span>1 person</span>.*?\(1\)", shown)
    chinese = text(officer, page, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert "核算后有变动" in chinese
    assert "销售额 (1)" in chinese or "销售额（1）" in chinese
    again = f"/admin/payroll/payrun/{january.pk}/recalculate_changed/"
    assert again in shown
    answer = officer.post(again, {"confirmed": "yes"}, follow=True)
    assert "1 payslips changed" in answer.content.decode()
    assert "data-stale" not in text(officer, page)
