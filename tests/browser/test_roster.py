"""From the industry template to the locked month: the roster by keyboard, punches from a file, a correction by two."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.product import Product

pytestmark = pytest.mark.browser
# Corrections reach back 31 days: what happens, happens at the end of the last month.
LAST_DAY = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
LAST_MONTH = LAST_DAY.replace(day=1)
START = LAST_DAY.day - 3  # the column of the third day from the end
# Milliseconds for the worker to import a file or to compute a month of four people.
WORKING = 60_000


def test_a_month_from_the_template_to_the_lock(
    signed_in: Callable[..., Page], product: Product, tmp_path: Path
) -> None:
    page = signed_in("plant", "attendance")

    def to(path: str) -> None:
        page.goto(product.at("plant", f"/admin/{path}"))

    to("attendance/installedpack/gallery/discrete_manufacturing/")
    page.get_by_role("button", name="安装此模板").click()
    expect(page.locator("#result_list")).to_contain_text("离散制造")

    to(f"attendance/rosterday/grid/?month={LAST_MONTH:%Y-%m}")
    unit = page.locator("select[name=unit] option", has_text="装配车间").get_attribute("value")
    to(f"attendance/rosterday/grid/?month={LAST_MONTH:%Y-%m}&unit={unit}")
    _plan_by_keyboard(page)
    _publish(page)

    punches = [f"P1,{LAST_DAY}T07:55", f"P1,{LAST_DAY}T17:04", f"P2,{LAST_DAY}T07:58"]
    (tmp_path / "punches.csv").write_text("\n".join(["employee_code,punched_at", *punches]), encoding="utf-8")
    to("integrations/import/upload/")
    page.locator("select[name=kind]").select_option("punches")
    page.locator("input[type=file]").set_input_files(tmp_path / "punches.csv")
    page.get_by_role("button", name="确认").click()
    page.get_by_role("link", name="应用").click()
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#job")).to_have_attribute("data-state", "succeeded", timeout=WORKING)

    to("attendance/correction/ask/")
    page.locator("input[name=employee]").fill("P2")
    page.locator("input[name=date]").fill(f"{LAST_DAY}")
    page.locator("select[name=direction]").select_option("out")
    page.locator("input[name=punched_at]").fill(f"{LAST_DAY}T17:02")
    page.locator("textarea[name=reason]").fill("忘记打卡")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#result_list")).to_contain_text("白雪")

    other = signed_in("plant", "hr")
    other.goto(product.at("plant", "/admin/approvals/approvalrequest/"))
    other.locator("#result_list tbody a").first.click()
    other.get_by_role("link", name="批准").first.click()
    other.get_by_role("button", name="确认").click()

    to("attendance/attendancemonth/")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="请员工确认").first.click()
    _confirm(page)
    expect(page.locator("#job")).to_have_attribute("data-state", "succeeded", timeout=WORKING)
    to("attendance/dayresult/?q=P2")
    expect(page.locator("#result_list")).to_contain_text("17:02")
    to("attendance/attendancemonth/")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="锁定").first.click()
    _confirm(page)
    expect(page.get_by_role("group").filter(has_text="锁定人")).to_contain_text("已锁定")

    to(f"attendance/rosterday/grid/?month={LAST_MONTH:%Y-%m}&unit={unit}")
    expect(page.get_by_text("该月已锁定")).to_be_visible()
    expect(page.locator("[data-do=save]")).to_have_count(0)


def _plan_by_keyboard(page: Page) -> None:
    """P1 to P3 on CD at the end of the month, P4 at night; a mistake undone; nothing but keys."""
    cell, keys = _cell(page), page.keyboard
    status = page.locator("#roster-status")
    cell(0, 0).focus()
    keys.type("cd")
    expect(cell(0, 0)).to_have_text("CD")
    keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowDown")
    keys.press("Control+r")
    expect(cell(0, 1)).to_have_text("CD")
    keys.press("Control+d")
    expect(cell(2, 1)).to_have_text("CD")
    expect(page.locator("td[aria-selected=true]")).to_have_count(9)
    keys.press("Delete")
    expect(cell(2, 1)).to_have_text("–")
    keys.press("Control+z")
    expect(cell(2, 1)).to_have_text("CD")

    cell(3, 0).focus()
    keys.type("n")
    keys.press("ArrowRight")
    keys.type("w")
    keys.press("ArrowRight")
    keys.press("-")
    expect(cell(3, 2)).to_have_text("–")
    expect(cell(3, 1)).to_have_attribute("aria-label", _containing("白班（十二小时）"))
    rest = page.locator("[data-rule=rest]", has_text="丁宁")
    expect(rest).to_contain_text("11 小时")
    keys.press("ArrowLeft")
    keys.press("-")
    expect(rest).to_have_count(0)
    keys.type("zz")
    expect(status).to_contain_text("没有这个班次")
    keys.press("Control+s")
    expect(status).to_contain_text("12 天已保存")
    expect(page.locator("td.rg-unsaved")).to_have_count(0)


def _publish(page: Page) -> None:
    page.locator("#roster-publish summary").click()
    page.locator("#roster-publish").get_by_role("button", name="发布").click()
    expect(page.locator("#roster-status")).to_contain_text("已发布")
    expect(page.locator(".rg-note").first).to_contain_text("attendance@plant.example.com")
    expect(_cell(page)(0, 0)).to_have_class(_containing("rg-published"))


def _cell(page: Page) -> Callable[[int, int], Locator]:
    rows = page.locator("#roster-grid tbody tr")
    return lambda row, column: rows.nth(row).locator("td").nth(START + column)


def _confirm(page: Page) -> None:
    page.get_by_role("button", name="确").or_(page.get_by_role("button", name="是")).first.click()


def _containing(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))
