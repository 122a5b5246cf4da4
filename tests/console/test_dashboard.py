"""The home dashboard: registered widgets, by permission, with something to say when there is nothing yet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from hrsaas.access.rules.permissions import Role
from hrsaas.console import widgets
from hrsaas.console.widgets import Bar, Number, Series, Widget
from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.usefixtures("db", "probe_site")


@pytest.fixture(autouse=True)
def _registered(probe_site: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(widgets, "_registry", {})
    series = Series(["Jan", "Feb"], [("People", [1, 2])])
    for widget in (
        Widget("heads", "Headcount", "people.employee.view", lambda actor, now: Number("4,312", note="today")),
        Widget("close", "Month close", "people.employee.view", lambda actor, now: Bar(40, "40 %"), kind="bar"),
        Widget("none", "Offers", "people.employee.view", lambda actor, now: None, empty="No offers yet"),
        Widget("chart", "Growth", "people.employee.view", lambda actor, now: series, kind="line_chart"),
        Widget("void", "Empty chart", "people.employee.view", lambda actor, now: Series([], []), kind="bar_chart"),
        Widget("pay", "Pay total", "payroll.run.view", lambda actor, now: Number("¥1")),
    ):
        widgets.register(widget)
    yield


def test_cards_and_charts_are_drawn_with_their_figures(browser: Callable[..., Client], tenant_a: Tenant) -> None:
    response = browser(tenant_a).get("/admin/")
    page = response.content.decode()
    for text in ("Headcount", "4,312", "40 %", "No offers yet", "Pay total"):
        assert text in page
    assert page.count('class="chart"') == 1
    (chart, _empty) = response.context_data["charts"]
    assert json.loads(chart.chart)["datasets"][0]["data"] == [1, 2]


def test_a_widget_is_for_those_who_may_see_its_figures(browser: Callable[..., Client], tenant_a: Tenant) -> None:
    assert "Pay total" not in browser(tenant_a, Role.RECRUITER).get("/admin/").content.decode()


def test_an_empty_dashboard_says_how_to_begin(
    browser: Callable[..., Client], tenant_a: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widgets, "_registry", {})
    assert "Import people or load a template" in browser(tenant_a).get("/admin/").content.decode()
