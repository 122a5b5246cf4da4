"""The editor's try-out, what changed between formula sets, the steps of a run, recalculated people, exported items."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from payroll.models import FormulaSetVersion, PayItem, PayRun, PayScheme
from payroll.services.pay_items import save_item
from payroll.services.pay_schemes import create_scheme
from tests.payroll.conftest import FEBRUARY, FULL_MONTH, JANUARY, Payroll

SignIn = Callable[..., Client]
TRY = "/admin/payroll/payitem/try/"


@pytest.fixture
def officer(shop: Payroll, sign_in: SignIn) -> Client:
    return sign_in(shop, Role.PAYROLL_OFFICER)


@pytest.fixture
def january(shop: Payroll) -> PayRun:
    """E1 is sound, E2 lacks the month's attendance."""
    shop.hire("E1")
    shop.hire("E2")
    shop.full_month("E1", JANUARY, sales="1000")
    return shop.calculate(JANUARY)


def page_of(run: PayRun) -> str:
    return f"/admin/payroll/payrun/{run.pk}"


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return str(answer.content.decode())


def test_a_formula_is_tried_out_and_nothing_is_saved(officer: Client, shop: Payroll) -> None:
    employee = shop.hire("E1")
    shop.full_month("E1", JANUARY, sales="500")
    before = PayItem.objects.get(code="commission").formula
    body = {"code": "commission", "employee": employee.pk, "month": "2026-01", "formula": "销售额\n / 3"}
    answer = officer.post(TRY, body).content.decode()
    assert "166.67" in answer and "[personal sales]" in answer
    assert PayItem.objects.get(code="commission").formula == before
    refused = officer.post(TRY, body | {"formula": "销售额 *"}).content.decode()
    assert 'role="alert"' in refused and "166.67" not in refused
    assert "Person" in officer.post(TRY, body | {"employee": ""}).content.decode()


def test_a_formula_is_tried_in_its_own_scheme(officer: Client, shop: Payroll) -> None:
    employee = shop.hire("E1")
    by = {"actor": shop.actor, "now": shop.now}
    ward = create_scheme(code="ward", name="护士", name_en="Nurses", pack="healthcare", **by)
    body = {
        "code": "new_item", "employee": employee.pk, "month": "2026-01", "formula": "IFERROR(小夜班费, 0) + 7",
        "scheme": ward.pk,
    }  # fmt: skip
    assert "7.00" in officer.post(TRY, body).content.decode()
    default = PayScheme.objects.exclude(pk=ward.pk).get()
    assert 'role="alert"' in officer.post(TRY, body | {"scheme": default.pk}).content.decode()


def test_an_item_is_edited_by_the_names_of_its_own_scheme(officer: Client, shop: Payroll) -> None:
    by = {"actor": shop.actor, "now": shop.now}
    ward = create_scheme(code="ward", name="护士", name_en="Nurses", pack="healthcare", **by)
    gross = PayItem.objects.get(scheme=ward, code="gross")
    shared = {"scheme": ward, "formula": 'SUMITEMS("earning")'}
    save_item(code="gross", changes={"name": "护士应发", "name_en": "nurses gross"}, **shared, **by)
    other = PayItem.objects.filter(scheme=ward, formula__contains="[@gross]").exclude(pk=gross.pk).first()
    page = shown(officer, f"/admin/payroll/payitem/{other.pk}/change/")
    assert "[nurses gross]" in page and f'data-scheme="{ward.pk}"' in page


def test_who_may_not_see_payslips_may_not_try(shop: Payroll, sign_in: SignIn, officer: Client) -> None:
    recruiter = sign_in(shop, Role.RECRUITER)
    assert recruiter.post(TRY, {}).status_code == 403
    assert officer.get(TRY).status_code == 405


def test_a_run_links_to_what_changed_since_the_month_before(officer: Client, shop: Payroll, january: PayRun) -> None:
    save_item(code="commission", formula="销售额 * 0.07", actor=shop.actor, now=shop.now)
    shop.full_month("E1", FEBRUARY)
    february = shop.calculate(FEBRUARY)
    assert "What changed in the formulas since 2026-01" in shown(officer, f"{page_of(february)}/change/")
    address = f"/admin/payroll/formulasetversion/{february.formula_set_id}/diff/"
    page = shown(officer, f"{address}?with={january.formula_set_id}")
    assert 'data-code="commission"' in page and "<ins" in page and "0.07" in page
    assert 'data-code="commission"' not in shown(officer, address), "compared with today's formulas"
    assert "Nothing changed" in shown(officer, f"{address}?with={february.formula_set_id}")
    assert officer.get(f"{address}?with=77").status_code == 404


def test_versions_are_listed_with_their_runs_in_the_same_statements(
    officer: Client, shop: Payroll, january: PayRun
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert "2026-01" in shown(officer, "/admin/payroll/formulasetversion/")
        return len(captured)

    statements()
    few = statements()
    save_item(code="commission", formula="销售额 * 0.07", actor=shop.actor, now=shop.now)
    shop.calculate(JANUARY)
    assert FormulaSetVersion.objects.count() == 2
    assert statements() == few


def test_the_steps_say_what_comes_next_and_why_not(
    officer: Client, shop: Payroll, january: PayRun, sign_in: SignIn
) -> None:
    page = f"{page_of(january)}/change/"
    assert "1 payslip has errors" in shown(officer, page)
    shop.full_month("E2", JANUARY)
    shop.calculate(JANUARY)
    assert 'data-next="review"' in shown(officer, page)
    run = shop.submit(PayRun.objects.get())
    assert 'data-next="approve"' in shown(officer, page)
    assert "This is for payroll officers" in shown(sign_in(shop, Role.HR_ADMIN), page)
    assert "somebody else has to approve" not in shown(officer, page)
    assert run.maker_label in shown(officer, page)


def test_chosen_people_are_calculated_again(officer: Client, shop: Payroll, january: PayRun) -> None:
    assert f"{page_of(january)}/recalculate/" in shown(officer, f"{page_of(january)}/change/")
    shop.enter("E2", JANUARY, **FULL_MONTH)
    unknown = officer.post(f"{page_of(january)}/recalculate/", {"codes": "E2, E9"})
    assert "E9" in unknown.content.decode() and unknown.status_code == 200
    answer = officer.post(f"{page_of(january)}/recalculate/", {"codes": ["E1", "E2"]}, follow=True)
    assert "2 people calculated again" in answer.content.decode()
    assert PayRun.objects.get().error_count == 0


def test_payslips_that_are_ticked_are_calculated_again(officer: Client, shop: Payroll, january: PayRun) -> None:
    shop.enter("E2", JANUARY, **FULL_MONTH)
    slip = shop.slip(JANUARY, "E2")
    body = {"action": "recalculate", "_selected_action": [slip.pk], "confirmed": "1"}
    assert officer.post("/admin/payroll/payslip/", body).status_code == 302
    assert shop.slip(JANUARY, "E2").error is None


def test_payslips_of_one_run_are_exported_with_their_items(officer: Client, shop: Payroll, january: PayRun) -> None:
    def header(query: str) -> list[str]:
        content = b"".join(officer.get(f"/admin/payroll/payslip/export-csv/{query}").streaming_content)
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert {row[0] for row in rows[1:]} == {"E1", "E2"}
        return rows[0]

    assert "sales commission" in header(f"?run__id__exact={january.pk}") or "commission" in " ".join(
        header(f"?run__id__exact={january.pk}")
    )
    assert "commission" not in " ".join(header(""))
    unit = shop.unit.pk
    assert "E1" in shown(officer, f"/admin/payroll/payslip/?unit__id__exact={unit}&error=no")
    assert (
        "E2" not in shown(officer, f"/admin/payroll/payslip/?unit__id__exact={unit}&error=no").split("result_list")[1]
    )
