"""Lists: same number of queries for any number of rows, sparse and expanded fields, search, scope, tenants apart."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.people.models import Assignment, Employee, OrgUnit
from hrsaas.people.services.employees import hire
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

UNITS, ASSIGNMENTS = "/api/v1/units/", "/api/v1/assignments/"


@pytest.fixture
def hired(db: None, actor: Actor, now: datetime) -> Callable[..., Employee]:
    """hired(tenant, n, unit=…): people in a unit of the tenant; the unit, if it was made, is called n."""

    def make(tenant: Tenant, name: str, unit: OrgUnit | None = None) -> Employee:
        with tenant_context(tenant.id):
            unit = unit or create_unit(code=name, name=name, actor=actor, now=now)
            position = create_position(code=f"p-{name}", name=name, actor=actor, now=now)
            return hire(
                code=name, name=name, unit=unit, position=position, hire_date=date(2026, 1, 1), base_pay_fen=500_000,
                work_city="上海", actor=actor, now=now,
            )  # fmt: skip

    return make


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", [ASSIGNMENTS, f"{ASSIGNMENTS}?expand=unit&page_size=200", f"{UNITS}?page_size=200"])
def test_a_hundred_rows_cost_as_many_queries_as_one(
    alpha: Client, tenant_a: Tenant, hired: Callable[..., Employee], actor: Actor, now: datetime, path: str
) -> None:
    hired(tenant_a, "E0")
    one = queries(alpha, path)
    for number in range(1, 25):
        hired(tenant_a, f"E{number}")
    assert queries(alpha, path) == one <= 12


def test_ids_are_strings(alpha: Client, tenant_a: Tenant, hired: Callable[..., Employee]) -> None:
    employee = hired(tenant_a, "E1")
    (row,) = alpha.get(ASSIGNMENTS).json()["results"]
    assert row["employee"] == str(employee.pk)
    assert isinstance(row["id"], str)


def test_fields_picks_and_expand_puts_the_object_in_place_of_its_id(
    alpha: Client, tenant_a: Tenant, hired: Callable[..., Employee]
) -> None:
    hired(tenant_a, "E1")
    (row,) = alpha.get(ASSIGNMENTS, {"fields": "unit,work_city", "expand": "unit"}).json()["results"]
    assert set(row) == {"unit", "work_city"}
    assert row["unit"]["name"] == "E1"


@pytest.mark.parametrize(("parameter", "code"), [("fields", "api.fields.unknown"), ("expand", "api.expand.unknown")])
def test_unknown_fields_and_expansions_are_refused(alpha: Client, parameter: str, code: str) -> None:
    response = alpha.get(ASSIGNMENTS, {parameter: "salary"})
    assert response.status_code == 400
    assert response.json()["code"] == code


def test_search_filter_and_page_size(alpha: Client, tenant_a: Tenant, actor: Actor, now: datetime) -> None:
    with tenant_context(tenant_a.id):
        for code in ("a", "b", "c"):
            create_unit(code=code, name=f"Unit {code}", actor=actor, now=now)
    assert [row["code"] for row in alpha.get(UNITS, {"search": "unit b"}).json()["results"]] == ["b"]
    assert [row["code"] for row in alpha.get(UNITS, {"code": "c"}).json()["results"]] == ["c"]
    first = alpha.get(UNITS, {"page_size": 2}).json()
    assert (first["count"], len(first["results"])) == (3, 2)
    assert "page=2" in first["next"]


def test_a_page_is_never_larger_than_the_limit(alpha: Client) -> None:
    from hrsaas.api.pagination import LARGEST_PAGE, Page

    assert Page.max_page_size == LARGEST_PAGE
    assert alpha.get(UNITS, {"page_size": 10**9}).status_code == 200
    assert alpha.get(UNITS, {"page": 10**9}).status_code == 404


def test_streams_go_by_cursor_without_a_count(alpha: Client, tenant_a: Tenant, hired: Callable[..., Employee]) -> None:
    for number in range(3):
        hired(tenant_a, f"E{number}")
    first = alpha.get(ASSIGNMENTS, {"page_size": 2}).json()
    assert "count" not in first
    rest = alpha.get(first["next"]).json()
    assert len(first["results"]) == 2
    assert len(rest["results"]) == 1
    assert alpha.get(ASSIGNMENTS, {"cursor": "nonsense"}).status_code == 404


def test_a_stream_is_read_in_either_order_and_both_ways_whatever_is_equal(
    alpha: Client, tenant_a: Tenant, hired: Callable[..., Employee]
) -> None:
    """All assignments begin on one day: more equal rows than a page has."""
    for number in range(7):
        hired(tenant_a, f"E{number}")
    newest_first = [row["id"] for row in alpha.get(ASSIGNMENTS).json()["results"]]
    for ordering in ("start_date", "-start_date", "id", "-id", "start_date,-id"):
        forwards, last = walk(alpha, {"page_size": 2, "ordering": ordering}, "next")
        assert forwards == (newest_first if ordering.endswith(("-id", "-start_date")) else newest_first[::-1])
        backwards, first = walk(alpha, last, "previous")
        assert backwards == forwards and first["previous"] is None


def walk(client: Client, begin: Any, way: str) -> tuple[list[str], Any]:
    """The ids over all pages in the order of the list, and the last page; begin: parameters or a page."""
    page = begin if "results" in begin else client.get(ASSIGNMENTS, begin).json()
    ids: list[str] = [row["id"] for row in page["results"]]
    while page[way]:
        page = client.get(page[way]).json()
        here = [row["id"] for row in page["results"]]
        ids = ids + here if way == "next" else here + ids
    return ids, page


def test_rows_that_come_while_somebody_pages_move_nothing(
    alpha: Client, tenant_a: Tenant, hired: Callable[..., Employee]
) -> None:
    for number in range(4):
        hired(tenant_a, f"E{number}")
    first = alpha.get(ASSIGNMENTS, {"page_size": 2, "ordering": "id"}).json()
    hired(tenant_a, "E5")
    rest, _last = walk(alpha, alpha.get(first["next"]).json(), "next")
    assert len(rest) == 3 and not {row["id"] for row in first["results"]} & set(rest)


FORGED = ("", "7", "null", "[]", '["2026-01-01"]', '["x", "y"]', "[null, null]", "[1e999, 7]", '["2026-01-01", {}]')


@pytest.mark.parametrize("position", FORGED)
def test_a_forged_cursor_finds_nothing(alpha: Client, position: str) -> None:
    cursor = b64encode(urlencode({"p": position}).encode()).decode()
    answer = alpha.get(ASSIGNMENTS, {"cursor": cursor, "ordering": "start_date"})
    assert answer.status_code == 404


def test_an_order_that_is_not_offered_is_refused_with_what_is(alpha: Client) -> None:
    answer = alpha.get(ASSIGNMENTS, {"ordering": "-employee"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "api.ordering.unknown"
    assert "start_date, id" in answer.json()["detail_en"] and "start_date, id" in answer.json()["detail_zh"]


def test_a_tenants_list_has_nothing_of_the_other(
    alpha: Client, beta: Client, tenant_a: Tenant, hired: Callable[..., Employee]
) -> None:
    hired(tenant_a, "E1")
    assert len(alpha.get(ASSIGNMENTS).json()["results"]) == 1
    assert beta.get(ASSIGNMENTS).json()["results"] == []


def test_an_employee_sees_only_his_own_rows(
    tenant_a: Tenant, caller: Callable[..., Client], hired: Callable[..., Employee]
) -> None:
    me, _other = hired(tenant_a, "E1"), hired(tenant_a, "E2")
    client = caller(tenant_a, Role.EMPLOYEE, employee=me)
    assert [row["employee"] for row in client.get(ASSIGNMENTS).json()["results"]] == [str(me.pk)]


def test_another_persons_row_is_a_404_like_one_that_does_not_exist(
    tenant_a: Tenant, caller: Callable[..., Client], hired: Callable[..., Employee]
) -> None:
    me, other = hired(tenant_a, "E1"), hired(tenant_a, "E2")
    client = caller(tenant_a, Role.EMPLOYEE, employee=me)
    with tenant_context(tenant_a.id):
        theirs = Assignment.objects.get(employee=other)
    assert client.get(f"{ASSIGNMENTS}{theirs.pk}/").status_code == 404


def test_reading_and_writing_need_the_nouns_permission(
    db: None, tenant_a: Tenant, caller: Callable[..., Client]
) -> None:
    recruiter = caller(tenant_a, Role.RECRUITER)
    assert recruiter.get(UNITS).status_code == 200
    refused = recruiter.post(UNITS, {"code": "x", "name": "X"}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["permission"] == "people.unit.change"


def test_a_view_that_forgot_its_noun_answers_nobody(alpha: Client) -> None:
    assert alpha.get("/api/v1/nounless/").status_code == 403


def test_a_module_that_is_not_activated_is_refused(alpha: Client, tenant_a: Tenant) -> None:
    from hrsaas.api.permissions import require_module
    from hrsaas.errors import DomainError

    tenant: Any = Tenant(modules=["recruiting"])
    require_module(tenant, "recruiting.offer.view")
    require_module(tenant, "people.unit.view")
    with pytest.raises(DomainError) as refused:
        require_module(tenant, "payroll.run.view")
    assert refused.value.code == "tenancy.module.inactive"
