"""A list of one row and a list of many cost the same number of queries, whatever is listed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.contract import bodies
from tests.contract.filled import Filled
from tests.tenancy.routes import Route, call_id, list_routes

MOST = 12
# Lists that are long in the filled tenant; if one of them were short the comparison would say nothing.
LONG = (
    "people/employees",
    "people/assignments",
    "access/users",
    "attendance/punches",
    "day-results",
    "payslips",
    "jobs",
    "goals",
)


@pytest.fixture
def client(retail: Filled, unhurried: None) -> APIClient:
    client = APIClient(SERVER_NAME=retail.host)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {retail.secret}")
    return client


def _cost(client: APIClient, path: str, **parameters: Any) -> tuple[int, int]:
    """(rows, queries) of the list; not the first time, which fills caches."""
    client.get(path, parameters)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, parameters)
    assert answer.status_code == 200, answer.content
    return len(answer.json()["results"]), len(queries)


@pytest.mark.parametrize("route", list_routes(), ids=call_id)
def test_many_rows_cost_as_many_queries_as_one(client: APIClient, retail: Filled, route: Route) -> None:
    view = route.view()
    view.action = "list"
    expand = {"expand": ",".join(getattr(view.serializer_class, "expandable", {}))}
    for parameters in ({}, expand) if expand["expand"] else ({},):
        _one, few = _cost(client, route.template, page_size=1, **parameters)
        rows, many = _cost(client, route.template, page_size=100, **parameters)
        assert many == few <= MOST
        assert rows > 1 or not any(name in route.template for name in LONG)


def test_every_list_can_be_paged() -> None:
    assert [one.template for one in list_routes() if "page_size" not in bodies.query_names(one.template)] == []
