"""Exports: the columns and rows that the person sees, in CSV and XLSX, with nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from hrsaas.audit.models import Entry
from hrsaas.console.exports import harmless
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

CSV, XLSX = "/admin/people/orgunit/export-csv/", "/admin/people/orgunit/export-xlsx/"
pytestmark = pytest.mark.usefixtures("db", "probe_site")
Browser = Callable[..., Client]
UnitOf = Callable[..., OrgUnit]


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def csv_rows(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(response).decode("utf-8-sig"))))


def test_csv_has_the_lists_columns_and_the_tenants_rows(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant, tenant_b: Tenant
) -> None:
    unit_of(tenant_a, "a", "门店 <1>"), unit_of(tenant_b, "b", "Theirs")
    response = browser(tenant_a).get(CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    heading, *rows = csv_rows(response)
    assert len(heading) == 3
    assert [row[:2] for row in rows] == [["a", "门店 <1>"]]


def test_the_filters_of_the_list_hold_and_its_pages_do_not(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    for number in range(60):
        unit_of(tenant_a, f"u{number:02}", "Many")
    unit_of(tenant_a, "x", "Other")
    client = browser(tenant_a)
    assert len(csv_rows(client.get(CSV, {"q": "many"}))) == 61
    assert len(csv_rows(client.get(CSV, {"code": "x"}))) == 2


def test_the_export_links_keep_the_filters(browser: Browser, tenant_a: Tenant) -> None:
    page = browser(tenant_a).get("/admin/people/orgunit/", {"q": "many"}).content.decode()
    assert "export-csv/?q=many" in page
    assert "export-xlsx/?q=many" in page


def test_xlsx_has_the_same_rows(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit_of(tenant_a, "a", "One")
    book = load_workbook(io.BytesIO(content(browser(tenant_a).get(XLSX))))
    _heading, row = book.active.iter_rows(values_only=True)
    assert row == ("a", "One", "One")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_begin_like_a_formula_become_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("path", [CSV, XLSX])
def test_no_formula_gets_into_the_file(browser: Browser, unit_of: UnitOf, tenant_a: Tenant, path: str) -> None:
    unit_of(tenant_a, "a", "=HYPERLINK(1)")
    data = content(browser(tenant_a).get(path))
    if path == CSV:
        assert b",'=HYPERLINK(1)" in data
    else:
        cells = [cell for row in load_workbook(io.BytesIO(data)).active.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)


def test_an_export_is_in_the_audit_trail_without_the_rows(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit_of(tenant_a, "a", "Secret name")
    content(browser(tenant_a).get(CSV))
    with tenant_context(tenant_a.id):
        entry = Entry.objects.get(action="console.export")
    assert entry.new == {"rows": 1, "columns": ["code", "name", "marked"], "format": "csv"}
    assert entry.subject_type == "people.orgunit"


def test_who_may_not_view_may_not_export(browser: Browser, tenant_a: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.console.probe_urls import UnitAdmin

    monkeypatch.setattr(UnitAdmin, "noun", "payroll.run")
    from hrsaas.access.rules.permissions import Role

    assert browser(tenant_a, Role.RECRUITER).get(CSV).status_code == 403
