"""The month from open to locked payslips, by the people whose work it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.product import Product

pytestmark = pytest.mark.browser
# Milliseconds for the worker's part of a month of 60 people.
CLOSING = 60_000


def test_a_month_is_closed_approved_by_somebody_else_locked_and_explained(
    signed_in: Callable[..., Page], product: Product
) -> None:
    maker = signed_in("retail", "payroll")
    _close_last_month(maker, product)

    _open_last_run(maker, product)
    _do(maker, "确认复核")
    _do(maker, "提交审批")
    expect(maker.locator("[role=status]")).to_contain_text("须由他人审批")
    _approve(maker)
    expect(maker.get_by_text("不能审批自己提交的申请")).to_be_visible()

    checker = signed_in("retail", "finance")
    _open_last_run(checker, product)
    _approve(checker)
    _do(checker, "锁定")
    expect(checker.get_by_role("group").filter(has_text="工资单摘要")).to_contain_text("已锁定")
    expect(checker.locator("[data-steps] .run-done").filter(has_text="已锁定")).to_contain_text("finance@retail")

    checker.goto(product.at("retail", "/admin/attendance/dayresult/"))
    checker.locator("#result_list tbody a").first.click()
    expect(checker.get_by_role("group").filter(has_text="计算依据")).to_contain_text("日历")

    _open_last_run(checker, product)
    checker.get_by_role("link", name="本批次工资单").click()
    checker.locator("#result_list tbody a").first.click()
    lines = checker.locator("[data-lines] tr")
    assert lines.count() > 20
    _follow_to_the_inputs(checker, lines.filter(has_text="个人所得税"))


def _close_last_month(page: Page, product: Product) -> None:
    page.goto(product.at("retail", "/admin/months/monthclose/"))
    page.get_by_role("link", name="月结").last.click()
    page.get_by_role("button", name="确认").click()
    job = page.locator("#job")
    expect(job).to_be_visible()
    # The page moves by itself.
    expect(job).to_have_attribute("data-state", "succeeded", timeout=CLOSING)
    expect(page.locator("[data-bar]")).to_have_attribute("aria-valuenow", "100")


def _open_last_run(page: Page, product: Product) -> None:
    page.goto(product.at("retail", "/admin/payroll/payrun/"))
    page.locator("#result_list tbody a").first.click()


def _do(page: Page, action: str) -> None:
    page.get_by_role("link", name=action).first.click()
    page.get_by_role("button", name="确").or_(page.get_by_role("button", name="是")).first.click()


def _approve(page: Page) -> None:
    page.get_by_role("link", name="审批或退回").first.click()
    page.get_by_role("button", name="确认").click()


def _follow_to_the_inputs(page: Page, line: Locator) -> None:
    """Open everything under the line: formulas down to entered values, days and table rows."""
    line.first.get_by_role("link").click()
    tree = page.locator("[data-explanation]")
    expect(tree).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    expect(tree).to_contain_text("基本工资")
