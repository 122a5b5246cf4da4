"""Who gets in, and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.product import OPERATOR, Product

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("slug", "name"), [("retail", "晨光连锁超市"), ("hospital", "仁和医院")])
def test_each_tenant_has_its_own_door_and_name(signed_in: Callable[..., Page], slug: str, name: str) -> None:
    page = signed_in(slug, "hr")
    expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.locator("[data-widget='people.headcount']")).to_be_visible()


def test_the_dashboard_shows_figures_and_charts(signed_in: Callable[..., Page]) -> None:
    page = signed_in("retail", "hr")
    expect(page.locator("[data-widget='people.headcount']")).to_contain_text("59")
    expect(page.locator("[data-widget='people.headcount']")).to_contain_text("另有 1 名数字员工")
    chart = page.locator("[data-widget='people.headcount_by_month'] canvas")
    expect(chart).to_be_visible()
    page.wait_for_function("canvas => Boolean(window.Chart && Chart.getChart(canvas))", arg=chart.element_handle())


def test_a_wrong_password_is_refused_in_words(page: Page, product: Product) -> None:
    sign_in(page, product.at("retail"), "hr@retail.example.com", "not the password")
    expect(page.get_by_text("邮箱或密码不正确")).to_be_visible()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_the_door_of_one_tenant_does_not_know_the_users_of_another(page: Page, product: Product) -> None:
    sign_in(page, product.at("retail"), "hr@hospital.example.com")
    expect(page.get_by_text("邮箱或密码不正确")).to_be_visible()


def test_guessing_ends_at_the_lockout_page(page: Page, product: Product) -> None:
    def guess() -> None:
        sign_in(page, product.at("hospital"), "recruiter@hospital.example.com", "a guess")

    guess()
    for _once_more in range(4):
        expect(page.get_by_text("邮箱或密码不正确")).to_be_visible()
        guess()
    expect(page).to_have_title("429")
    guess_again = page.goto(product.at("hospital", "/admin/login/"))
    assert guess_again is not None and guess_again.ok
    sign_in(page, product.at("hospital"), "recruiter@hospital.example.com")  # even the right password is too late
    expect(page).to_have_title("429")


def test_a_session_of_one_tenant_is_none_at_another(signed_in: Callable[..., Page], product: Product) -> None:
    page = signed_in("retail", "hr")
    (session,) = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    assert session["domain"] == "retail.localhost"
    page.goto(product.at("hospital"))
    expect(page.locator("input[name=password]")).to_be_visible()
    # Carried over by hand it is worth nothing either.
    page.context.add_cookies([{**session, "domain": "hospital.localhost"}])
    page.goto(product.at("hospital"))
    expect(page.locator("input[name=password]")).to_be_visible()


def test_employees_have_no_admin(page: Page, product: Product) -> None:
    sign_in(page, product.at("retail"), "employee@retail.example.com")
    expect(page.get_by_text("您的账号")).to_be_visible()
    expect(page.locator("input[name=password]")).to_be_visible()


def test_an_operator_enters_a_tenant_by_a_grant_that_the_tenant_sees(
    page: Page, product: Product, signed_in: Callable[..., Page]
) -> None:
    sign_in(page, product.at(""), OPERATOR)
    page.goto(product.at("", "/admin/tenancy/tenant/"))
    page.get_by_role("link", name="hospital").click()
    page.get_by_role("link", name="进入").click()
    page.get_by_label("原因").fill("Ticket 4711")
    page.get_by_role("button", name="确认").click()
    page.get_by_role("button", name="进入 Enter").click()
    expect(page.get_by_role("link", name="仁和医院")).to_be_visible()
    page.goto(product.at("hospital", "/admin/people/employee/"))
    expect(page.locator("#result_list")).to_be_visible()
    witness = signed_in("hospital", "auditor")
    witness.goto(product.at("hospital", "/admin/audit/entry/"))
    expect(witness.locator("#result_list")).to_contain_text(OPERATOR)


def test_the_operator_console_shows_no_page_of_a_tenant(page: Page, product: Product) -> None:
    sign_in(page, product.at(""), OPERATOR)
    expect(page.locator("#nav-sidebar-apps")).to_be_visible()
    answer = page.goto(product.at("", "/admin/people/employee/"))
    assert answer is not None and answer.status == 404


def test_the_language_switches_and_stays(window: Callable[..., BrowserContext], signed_in: Callable[..., Page]) -> None:
    page = signed_in("hospital", "performance")
    _choose(page, "English")
    expect(page.get_by_role("link", name="Renhe Hospital")).to_be_visible()
    page.get_by_role("link", name="Employees").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Employees")
    _choose(page, "简体中文")
    expect(page.get_by_role("heading", level=1)).to_contain_text("员工")


def _choose(page: Page, language: str) -> None:
    page.get_by_text("unfold_more").click()
    page.get_by_role("button", name=language).click()
