"""Writing a formula with help, trying it out, seeing what changed, and putting one person's payslip right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import Product

pytestmark = pytest.mark.browser
# Milliseconds for the worker to calculate 60 people.
CALCULATING = 60_000
LAST_MONTH = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)


@pytest.fixture
def editor(signed_in: Callable[..., Page], product: Product) -> Page:
    """The page of the hospital's attended pay."""
    page = signed_in("hospital", "payroll")
    page.goto(product.at("hospital", "/admin/payroll/payitem/?q=attended_pay"))
    page.locator("#result_list tbody a").first.click()
    expect(page.locator(".formula-entry").first).to_be_attached()
    return page


def test_names_are_completed_by_pinyin_initials_with_the_keyboard(editor: Page) -> None:
    area, offered = editor.locator("textarea[name=formula]"), editor.locator(".formula-word")
    area.fill("")
    area.press_sequentially("jbgz")
    expect(offered.first).to_contain_text("基本工资")
    area.press("Enter")
    area.press_sequentially(" + xian")
    offered.filter(has_text="限额").first.click()
    expect(area).to_have_value("基本工资 + 限额(")
    area.press_sequentially('基本工资, 参数("公积')
    expect(offered.first).to_contain_text("公积金")
    area.press("Tab")
    expect(area).to_have_value('基本工资 + 限额(基本工资, 参数("公积金"')


def test_a_mistake_is_marked_at_its_place_and_its_suggestion_taken(editor: Page) -> None:
    area = editor.locator("textarea[name=formula]")
    area.fill("基本工资 + 基本公资")
    area.press("Escape")
    mark = editor.locator(".formula-marks mark")
    expect(mark).to_have_text("基本公资")
    editor.get_by_role("button", name="基本工资", exact=True).click()
    expect(area).to_have_value("基本工资 + 基本工资")
    expect(editor.locator(".formula-fine")).to_be_visible()
    expect(mark).to_have_count(0)


def test_a_formula_is_tried_out_on_a_person(editor: Page) -> None:
    editor.locator("textarea[name=formula]").fill("基本工资\n  * 2")
    editor.locator(".formula-help summary").click()
    editor.locator(".formula-help input").fill("绝对")
    expect(editor.locator(".formula-entry")).to_have_count(1)
    panel = editor.locator("[data-formula-try]")
    panel.locator(".select2-selection").click()
    editor.locator(".select2-search__field").fill("0016")
    editor.locator(".select2-results__option", has_text="0016").first.click()
    panel.locator("input[type=month]").fill(f"{LAST_MONTH:%Y-%m}")
    panel.get_by_role("button", name="试算").click()
    result = editor.locator("[data-formula-result]")
    expect(result.locator("[data-value]")).to_contain_text(".00")
    expect(result.locator("[data-explanation]")).to_contain_text("基本工资")


def test_one_person_of_a_run_is_calculated_again_and_changed_formulas_are_shown(
    signed_in: Callable[..., Page], product: Product
) -> None:
    page = signed_in("hospital", "payroll")
    page.goto(product.at("hospital", "/admin/payroll/payrun/calculate/"))
    page.locator("input[name=month]").fill(f"{LAST_MONTH:%Y-%m}-01")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("[data-job]")).to_have_attribute("data-state", "succeeded", timeout=CALCULATING)
    page.goto(product.at("hospital", "/admin/payroll/payrun/"))
    page.locator("#result_list tbody a").first.click()
    expect(page.locator("[data-steps] [aria-current=step]")).to_contain_text("已复核")
    expect(page.locator("[data-next]")).to_contain_text("请处理后重算")
    page.locator("[data-errors] tr").first.get_by_role("button", name="重算").click()
    expect(page.get_by_text("已重算 1 人")).to_be_visible()

    page.goto(product.at("hospital", "/admin/payroll/payitem/?q=attended_pay"))
    page.locator("#result_list tbody a").first.click()
    page.locator("textarea[name=formula]").fill("基本工资 / 应出勤天数 * 实出勤天数 * 1.05")
    page.locator("textarea[name=formula]").press("Escape")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(product.at("hospital", "/admin/payroll/payrun/"))
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="本批次公式与今天的差异").click()
    changed = page.locator("[data-code=attended_pay]")
    expect(changed.locator("ins").last).to_contain_text("1.05")
