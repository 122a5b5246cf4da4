"""The base of the admin: rights by role, writes by services only, refusals as messages, tenants apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

UNITS = "/admin/people/orgunit/"
pytestmark = pytest.mark.usefixtures("db", "probe_site")
Browser = Callable[..., Client]
UnitOf = Callable[..., OrgUnit]


def names(tenant: Tenant) -> list[str]:
    with tenant_context(tenant.id):
        return list(OrgUnit.objects.order_by("code").values_list("name", flat=True))


def test_the_list_shows_the_tenants_rows_and_nothing_of_the_other(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant, tenant_b: Tenant
) -> None:
    unit_of(tenant_a, "a", "Ours"), unit_of(tenant_b, "b", "Theirs")
    page = browser(tenant_a).get(UNITS).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page


def test_another_tenants_row_cannot_be_opened(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant, tenant_b: Tenant
) -> None:
    theirs = unit_of(tenant_b, "b", "Theirs")
    client = browser(tenant_a)
    for path in (f"{UNITS}{theirs.pk}/change/", f"{UNITS}{theirs.pk}/rename_it/"):
        response = client.get(path, follow=True)
        assert "Theirs" not in response.content.decode()
        assert response.status_code == 404 or response.redirect_chain


def test_a_page_of_many_rows_takes_few_queries(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    client = browser(tenant_a)
    for number in range(60):
        unit_of(tenant_a, f"u{number}")
    client.get(UNITS)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(UNITS).status_code == 200
    assert len(captured) <= 25


@pytest.mark.parametrize("role", [Role.HR_ADMIN, Role.RECRUITER, Role.AUDITOR])
def test_who_may_view_the_noun_sees_the_page(browser: Browser, tenant_a: Tenant, role: Role) -> None:
    assert browser(tenant_a, role).get(UNITS).status_code == 200


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.INTEGRATION])
def test_employees_and_programs_do_not_enter(browser: Browser, tenant_a: Tenant, role: Role) -> None:
    response = browser(tenant_a, role).get(UNITS)
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_only_what_has_a_service_can_be_written(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit = unit_of(tenant_a, "a")
    client = browser(tenant_a)
    assert client.post(f"{UNITS}{unit.pk}/change/", {"code": "a", "name": "X"}).status_code == 403
    assert client.post(f"{UNITS}{unit.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/people/employee/add/").status_code == 403
    assert names(tenant_a) == ["Unit"]


def test_a_viewer_gets_no_form_and_no_buttons(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit = unit_of(tenant_a, "a")
    client = browser(tenant_a, Role.RECRUITER)
    page = client.get(f"{UNITS}{unit.pk}/change/").content.decode()
    assert "rename_it" not in page
    assert client.get(f"{UNITS}add/").status_code == 403
    assert client.post(f"{UNITS}{unit.pk}/rename_it/", {"name": "X"}).status_code == 403
    assert names(tenant_a) == ["Unit"]


def test_adding_calls_the_service_and_needs_no_log_of_djangos(browser: Browser, tenant_a: Tenant) -> None:
    response = browser(tenant_a).post(f"{UNITS}add/", {"code": "a", "name": "New"}, follow=True)
    assert response.status_code == 200
    assert names(tenant_a) == ["New"]
    assert "django_admin_log" not in connection.introspection.table_names()


def test_a_refusal_by_the_service_stands_at_its_field_with_what_was_typed(browser: Browser, tenant_a: Tenant) -> None:
    response = browser(tenant_a).post(f"{UNITS}add/", {"code": "refused", "name": "Typed name"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Not this code." in page
    assert "Typed name" in page
    assert names(tenant_a) == []


def test_a_duplicate_is_a_message_not_an_error(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit_of(tenant_a, "a")
    response = browser(tenant_a).post(f"{UNITS}add/", {"code": "a", "name": "Again"})
    assert response.status_code == 200
    assert names(tenant_a) == ["Unit"]


# --- service actions


def test_an_action_asks_then_calls_the_service(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit = unit_of(tenant_a, "a")
    client = browser(tenant_a)
    page = client.get(f"{UNITS}{unit.pk}/change/").content.decode()
    assert f"{UNITS}{unit.pk}/rename_it/" in page
    form = client.get(f"{UNITS}{unit.pk}/rename_it/").content.decode()
    assert 'name="name"' in form
    assert 'type="date"' in form
    done = client.post(f"{UNITS}{unit.pk}/rename_it/", {"name": "Better"}, follow=True)
    assert "Now called Better" in done.content.decode()
    assert names(tenant_a) == ["Better"]


def test_a_refused_action_shows_why_and_writes_nothing(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    unit = unit_of(tenant_a, "a")
    client = browser(tenant_a, language="zh-hans")
    page = client.post(f"{UNITS}{unit.pk}/rename_it/", {"name": "refused"}).content.decode()
    assert "不能用这个名字。" in page
    assert names(tenant_a) == ["Unit"]


def test_an_action_that_breaks_a_constraint_shows_a_message(browser: Browser, tenant_a: Tenant) -> None:
    response = browser(tenant_a).post(f"{UNITS}clash_now/")
    assert response.status_code == 200
    assert "There is already such an entry." in response.content.decode()
    assert names(tenant_a) == []


def test_an_action_of_another_permission_is_hidden_and_refused(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant
) -> None:
    unit = unit_of(tenant_a, "a")
    client = browser(tenant_a)
    assert "for_payroll" not in client.get(f"{UNITS}{unit.pk}/change/").content.decode()
    assert client.post(f"{UNITS}{unit.pk}/for_payroll/").status_code == 403


def test_an_action_that_makes_no_sense_for_a_row_is_not_offered(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant
) -> None:
    unit = unit_of(tenant_a, "fixed")
    assert "rename_it" not in browser(tenant_a).get(f"{UNITS}{unit.pk}/change/").content.decode()


def test_an_action_on_ticked_rows_asks_first(browser: Browser, unit_of: UnitOf, tenant_a: Tenant) -> None:
    ticked = [unit_of(tenant_a, code).pk for code in "ab"]
    unit_of(tenant_a, "c")
    client = browser(tenant_a)
    chosen = {"action": "count_them", "_selected_action": ticked}
    assert "2 entries are selected." in client.post(UNITS, chosen).content.decode()
    done = client.post(UNITS, {**chosen, "confirmed": "1"}, follow=True)
    assert "2 counted" in done.content.decode()


def test_a_form_can_ask_for_one_of_many_rows_without_loading_them(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant, tenant_b: Tenant
) -> None:
    unit, other = unit_of(tenant_a, "a", "Harbour"), unit_of(tenant_a, "b", "Station")
    theirs = unit_of(tenant_b, "c", "Harbour of theirs")
    client = browser(tenant_a)
    path = f"{UNITS}{unit.pk}/rename_it/"
    form = client.get(path).content.decode()
    assert "/admin/rows/people/orgunit/" in form
    assert "Station" not in form
    assert "Kind b" in form
    offered = client.get("/admin/rows/people/orgunit/", {"term": "harbour"}).json()
    assert offered == {"results": [{"id": str(unit.pk), "text": str(unit)}]}
    again = client.post(path, {"name": "", "parent": other.pk}).content.decode()
    assert "Station" in again
    assert client.post(path, {"name": "X", "parent": theirs.pk}).status_code == 200
    assert names(tenant_a) == ["Harbour", "Station"]


def test_rows_are_offered_to_those_who_may_view_them(browser: Browser, tenant_a: Tenant) -> None:
    assert browser(tenant_a, Role.RECRUITER).get("/admin/rows/people/orgunit/").status_code == 200
    assert browser(tenant_a).get("/admin/rows/payroll/payrun/").status_code == 403


# --- around


def test_the_command_search_finds_rows_of_the_tenant_only(
    browser: Browser, unit_of: UnitOf, tenant_a: Tenant, tenant_b: Tenant
) -> None:
    unit_of(tenant_a, "a", "Harbour shop"), unit_of(tenant_b, "b", "Harbour clinic")
    page = browser(tenant_a).get("/admin/search/", {"s": "harbour", "extended": "1"}).content.decode()
    assert "Harbour shop" in page
    assert "Harbour clinic" not in page


def test_the_sidebar_has_what_the_role_may_see(browser: Browser, tenant_a: Tenant) -> None:
    assert UNITS in browser(tenant_a).get("/admin/").content.decode()


def test_the_language_can_be_switched(browser: Browser, tenant_a: Tenant) -> None:
    client = browser(tenant_a)
    assert "People" in client.get("/admin/").content.decode()
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/admin/"})
    page = client.get("/admin/").content.decode()
    assert "人员" in page
    assert "阿尔法零售" in page
