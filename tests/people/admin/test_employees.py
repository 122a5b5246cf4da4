"""The admin's pages about people: few queries, buttons by right, refusals in the form, pay by permission."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.people.models import Assignment, Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.tenancy.context import tenant_context
from tests.people.conftest import hiring

LIST = "/admin/people/employee/"


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_a_page_of_many_people_takes_few_queries_whatever_their_number(browser, tenant_a, actor, now):
    client, counts = browser(tenant_a), []
    for offset, size in ((0, 60), (100, 1000)):
        rows = [NewHire(f"N{offset + i}", "李四", "shop", "cashier", date(2026, 1, 1), 1, "上海") for i in range(size)]
        hire_many(rows=rows, actor=actor, now=now)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            text(client.get(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_the_list_shows_the_tenants_people_finds_and_filters(browser, tenant_a, tenant_b, beta_organisation, hired,
                                                             organisation, actor, now):  # fmt: skip
    hired(name="单雄信", phone="13812345678"), hired(name="张伟", unit=organisation.till)
    with tenant_context(tenant_b.id):
        stranger = hiring(beta_organisation, actor, now)(name="陌生人")
    client = browser(tenant_a)
    assert "陌生人" not in text(client.get(LIST))
    for query, found, hidden in (
        ("q=shan", "单雄信", "张伟"), ("q=5678", "单雄信", "张伟"), (f"unit={organisation.till.id}", "张伟", "单雄信"),
    ):  # fmt: skip
        page = text(client.get(f"{LIST}?{query}"))
        assert found in page
        assert hidden not in page
    assert "张伟" in text(client.get(f"{LIST}?unit={organisation.office.id}&status=active"))
    assert "张伟" not in text(client.get(f"{LIST}?status=left"))
    assert (
        client.get(f"{LIST}{stranger.id}/change/", follow=True).request["PATH_INFO"] != f"{LIST}{stranger.id}/change/"
    )


def test_hire_transfer_pay_and_leave_through_forms(browser, tenant_a, organisation, hired):
    client, boss = browser(tenant_a), hired(code="BOSS")
    hire = {
        "code": "E1", "name": "曾国藩", "hire_date": "2026-02-01", "unit": organisation.shop.id,
        "position": organisation.cashier.id, "manager": "BOSS", "work_city": "上海", "employment_type": "full_time",
        "base_pay": "5000.50",
    }  # fmt: skip
    assert text(client.get(f"{LIST}hire/"))
    assert client.post(f"{LIST}hire/", hire).status_code == 302
    employee = Employee.objects.get(code="E1")
    page = f"{LIST}{employee.id}/"
    for name, data in (
        ("transfer", {"on_date": "2026-03-01", "unit": organisation.till.id}),
        ("change_pay", {"on_date": "2026-04-01", "base_pay": "6000"}),
        ("change_details", {"phone": "13812345678"}),
        ("leave", {"leave_date": "2026-05-01"}),
    ):
        assert text(client.get(f"{page}{name}/"))
        answer = client.post(f"{page}{name}/", data)
        assert answer.status_code == 302, answer.content.decode()
    found = as_of(employee, date(2026, 4, 30))
    assert (found.unit, found.base_pay_fen, found.manager, found.end_date) == (
        organisation.till, 600_000, boss, date(2026, 5, 1),
    )  # fmt: skip
    shown = text(client.get(f"{page}change/"))
    assert "13812345678" in shown
    assert "6,000.00" in shown


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("transfer", {"on_date": "2020-01-01", "work_city": "x"}, "no assignment"),
        ("transfer", {"on_date": "2026-03-01"}, "Nothing would change"),
        ("transfer", {"on_date": "2026-03-01", "manager": "nobody"}, "Select a valid choice"),
        ("leave", {"leave_date": "2026-01-01"}, "after the hire date"),
        ("leave", {"leave_date": "soon"}, "Enter a valid date"),
    ],
)
def test_a_refusal_is_shown_in_the_form_and_nothing_is_written(browser, tenant_a, hired, name, data, said):
    employee = hired()
    page = text(browser(tenant_a).post(f"{LIST}{employee.id}/{name}/", data))
    assert said in page
    assert Assignment.objects.get(employee=employee).end_date is None


def test_who_may_not_see_pay_or_numbers_sees_masks_and_no_buttons(browser, tenant_a, hired):
    employee = hired(phone="13812345678", base_pay_fen=987_600)
    client = browser(tenant_a, "recruiter")
    shown = text(client.get(LIST)) + text(client.get(f"{LIST}{employee.id}/change/"))
    assert "138****5678" in shown
    assert "9,876.00" not in shown
    assert "/transfer/" not in shown
    assert client.post(f"{LIST}{employee.id}/leave/", {"leave_date": "2026-05-01"}).status_code == 403
    for kind in ("csv", "xlsx"):
        assert client.get(f"{LIST}export-{kind}/").status_code == 200


def test_managers_and_employees_have_no_business_here(browser, tenant_a, organisation, hired):
    for client in (
        browser(tenant_a, "manager", unit=organisation.shop),
        browser(tenant_a, "employee", employee=hired()),
    ):
        assert client.get(LIST).status_code == 302


def test_the_dashboard_counts_heads(browser, tenant_a, hired):
    hired(), hired()
    assert "Headcount" in text(browser(tenant_a).get("/admin/"))


class TestUnits:
    UNITS = "/admin/people/orgunit/"

    def test_units_are_made_renamed_and_moved(self, browser, tenant_a, organisation, hired):
        client = browser(tenant_a)
        hired(unit=organisation.till)
        assert "收银" in text(client.get(self.UNITS))
        assert client.post(f"{self.UNITS}create/", {"code": "west", "name": "西区"}).status_code == 302
        page = f"{self.UNITS}{organisation.shop.id}/"
        assert client.post(f"{page}rename/", {"name": "旗舰店", "name_en": "Flagship"}).status_code == 302
        assert client.post(f"{page}move/", {"parent": ""}).status_code == 302
        organisation.shop.refresh_from_db()
        assert (organisation.shop.name, organisation.shop.parent) == ("旗舰店", None)
        assert "旗舰店" in text(client.get(f"{page}change/"))

    def test_a_cycle_is_refused_in_the_form(self, browser, tenant_a, organisation):
        page = browser(tenant_a).post(f"{self.UNITS}{organisation.office.id}/move/", {"parent": organisation.till.id})
        assert "below itself" in text(page)

    def test_positions_are_made_and_renamed(self, browser, tenant_a, organisation):
        client, path = browser(tenant_a), "/admin/people/position/"
        assert client.post(f"{path}create/", {"code": "nurse", "name": "护士"}).status_code == 302
        renamed = client.post(f"{path}{organisation.cashier.id}/rename/", {"name": "收款员"})
        assert renamed.status_code == 302
        page = text(client.get(path))
        assert "护士" in page
        assert "收款员" in page
