"""Finding, importing and exporting people; what a role may not do; a telephone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.product import Product

pytestmark = pytest.mark.browser
HEADER = "code,name,unit,position,hire_date,base_pay,city\n"


@pytest.fixture
def upload(signed_in: Callable[..., Page], product: Product, tmp_path: Path) -> Callable[[str], Page]:
    """Give a people file to the hospital's HR; returns the page with its preview."""
    page = signed_in("hospital", "hr")

    def send(text: str) -> Page:
        (tmp_path / "people.csv").write_text(text, encoding="utf-8")
        page.goto(product.at("hospital", "/admin/integrations/import/upload/"))
        page.locator("input[type=file]").set_input_files(tmp_path / "people.csv")
        page.get_by_role("button", name="确认").click()
        expect(page.get_by_role("group").filter(has_text="people.csv")).to_be_visible()
        return page

    return send


def test_somebody_is_found_by_the_initials_of_the_pinyin(signed_in: Callable[..., Page], product: Product) -> None:
    page = signed_in("retail", "hr")
    page.goto(product.at("retail", "/admin/people/employee/"))
    name = page.locator("#result_list .field-name").nth(5).inner_text()
    page.locator("#result_list tbody tr").nth(5).get_by_role("link").first.click()
    pinyin = page.get_by_text("拼音").locator("xpath=ancestor::div[contains(@class, 'field-')][1]").inner_text()
    initials = "".join(word[0] for word in pinyin.split()[1:])
    page.goto(product.at("retail", "/admin/people/employee/"))
    page.locator("#searchbar").fill(initials)
    page.locator("#searchbar").press("Enter")
    expect(page.locator("#result_list")).to_contain_text(name)
    assert page.locator("#result_list tbody tr").count() < 10


def test_the_command_search_finds_people_from_anywhere(signed_in: Callable[..., Page]) -> None:
    page = signed_in("retail", "hr")
    page.keyboard.press("Control+k")
    page.locator("#search-input-command").press_sequentially("0016")
    expect(page.get_by_role("link", name="(0016)")).to_be_visible()


def test_a_file_with_a_bad_line_names_it_and_a_good_one_is_applied(upload: Callable[[str], Page]) -> None:
    page = upload(HEADER + "B001,张小凡,W1,nurse,2026-02-30,8000,杭州\n")
    shown = page.get_by_role("group").filter(has_text="people.csv")
    expect(shown).to_contain_text("2026-02-30")
    expect(page.get_by_role("link", name="应用")).to_have_count(0)

    page = upload(HEADER + "B001,张小凡,W1,nurse,2026-02-03,8000,杭州\n")
    page.get_by_role("link", name="应用").click()
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#job")).to_have_attribute("data-state", "succeeded")
    page.get_by_role("link", name="员工", exact=False).first.click()
    page.locator("#searchbar").fill("zxf")
    page.locator("#searchbar").press("Enter")
    expect(page.locator("#result_list")).to_contain_text("张小凡")


def test_a_list_is_exported_as_it_is_filtered(signed_in: Callable[..., Page], product: Product) -> None:
    page = signed_in("retail", "auditor")
    page.goto(product.at("retail", "/admin/people/employee/?q=0016"))
    page.get_by_text("导出").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.reader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:2] == ["工号", "姓名"]
    assert [row[0].lstrip("'") for row in rows[1:]] == ["0016"]


def test_a_clerk_gets_no_payslips(signed_in: Callable[..., Page], product: Product) -> None:
    page = signed_in("retail", "attendance")
    expect(page.get_by_role("link", name="日结果")).to_be_attached()
    expect(page.get_by_role("link", name="工资单")).to_have_count(0)
    expect(page.locator("[data-widget='payroll.run']")).to_have_count(0)
    answer = page.goto(product.at("retail", "/admin/payroll/payslip/"))
    assert answer is not None and answer.status == 403
    expect(page.get_by_role("heading")).to_be_visible()


def test_an_auditor_looks_and_changes_nothing(signed_in: Callable[..., Page], product: Product) -> None:
    page = signed_in("retail", "auditor")
    page.goto(product.at("retail", "/admin/people/employee/"))
    expect(page.locator("#result_list")).to_be_visible()
    expect(page.get_by_role("link", name="办理入职")).to_have_count(0)
    answer = page.goto(product.at("retail", "/admin/people/employee/hire/"))
    assert answer is not None and answer.status == 403


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/people/employee/", "/admin/attendance/rosterday/grid/", "/admin/payroll/payitem/"]
)
def test_pages_fit_a_telephone(signed_in: Callable[..., Page], product: Product, path: str) -> None:
    page = signed_in("retail", "hr", viewport=PHONE)
    page.goto(product.at("retail", path))
    expect(page.locator("[data-widget], table").first).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1] == PHONE["width"]
