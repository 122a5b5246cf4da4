"""Lists say what to do next; months are filtered by month."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.usefixtures("db")
Browser = Callable[..., Client]
NEXT_STEPS = {
    "people/employee": "hire/", "people/orgunit": "create/", "attendance/attendancesettings": "install/",
    "performance/kpi": "install/", "payroll/payitem": "install/", "recruiting/jobprofile": "adopt/",
    "integrations/import": "upload/", "months/monthclose": "close/", "payroll/payrun": "calculate/",
}  # fmt: skip


@pytest.mark.parametrize("page", NEXT_STEPS)
def test_an_empty_list_offers_the_next_step(browser: Browser, tenant_a: Tenant, page: str) -> None:
    text = browser(tenant_a).get(f"/admin/{page}/").content.decode()
    empty = text[text.index("data-empty") :]
    assert f"/admin/{page}/{NEXT_STEPS[page]}" in empty


def test_a_search_without_results_offers_to_undo_it(browser: Browser, tenant_a: Tenant) -> None:
    text = browser(tenant_a).get("/admin/people/employee/?q=nobody").content.decode()
    assert 'href="?"' in text[text.index("data-empty") :]


@pytest.mark.parametrize("page", ["payroll/payslip", "payroll/monthlyinput", "performance/score", "performance/goal"])
@pytest.mark.parametrize("month", ["2026-02", "2026-13", "nonsense"])
def test_a_month_that_somebody_typed_never_breaks_a_list(
    browser: Browser, tenant_a: Tenant, page: str, month: str
) -> None:
    assert browser(tenant_a).get(f"/admin/{page}/?month={month}").status_code == 200
