"""One product and one Chromium for all tests here; every test gets windows of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import product as products
from tests.browser.product import Product
from tests.tools import require_tool

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Milliseconds. The machine may be busy with the rest of the suite.
PATIENCE = 20_000


@pytest.fixture(scope="package")
def chromium() -> str:
    return require_tool("chromium", "/usr/bin/chromium")


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Playwright gives every launch a fresh user data folder."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def product(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with products.running(tmp_path_factory.mktemp("product")) as running:
        yield running


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a window with cookies of its own; what its pages' scripts complain about fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": WIDE, "locale": "zh-CN", **options})
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert not complaints


@pytest.fixture
def page(window: Callable[..., BrowserContext]) -> Page:
    return window().new_page()


@pytest.fixture(scope="package")
def sessions() -> dict[tuple[str, str], Any]:
    """Cookies of those who have signed in: checking a password is slow on purpose."""
    return {}


@pytest.fixture
def signed_in(
    product: Product, window: Callable[..., BrowserContext], sessions: dict[tuple[str, str], Any]
) -> Callable[..., Page]:
    """The first page of somebody who is signed in, in a window of its own: ``signed_in("retail", "hr")``."""

    def make(slug: str, name: str, **options: Any) -> Page:
        cookies = sessions.get((slug, name))
        page = window(storage_state=cookies, **options).new_page()
        if cookies:
            page.goto(product.at(slug))
        else:
            sign_in(page, product.at(slug), f"{name}@{slug}.example.com")
        expect(page.locator("#nav-sidebar-apps")).to_be_attached()
        sessions[slug, name] = page.context.storage_state()
        return page

    return make


def sign_in(page: Page, address: str, email: str, password: str = products.PASSWORD) -> None:
    """Fill the form in and send it; where that leads is for the caller to say."""
    page.goto(address)
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="登录").click()
