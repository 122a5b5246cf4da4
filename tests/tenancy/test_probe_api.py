"""Somebody in alpha calls every route of the API with what belongs to beta, and somebody of beta calls them at alpha.

The routes come from the URL configuration, bodies and filters from the OpenAPI description: a new one is probed as
soon as it exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import DatabaseError, connection
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.api import views
from hrsaas.api.permissions import permission_for
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.backend.connection import TenantConnection
from hrsaas.tenancy.context import tenant_context
from tests.contract import bodies
from tests.factories import make_user
from tests.tenancy import rows
from tests.tenancy.intruders import HOSTS, Resident, residents, text_of
from tests.tenancy.routes import Route, all_routes, api_calls, api_routes, call_id, list_routes
from tests.tenancy.rows import ALPHA, BETA, SECRET, TRACE

CALLS = api_calls()
DETAILS = [call for call in CALLS if call[0].names]
OPEN = [call for call in CALLS if call[0].is_open(call[2])]
CLOSED = [call for call in CALLS if call not in OPEN]
# What anybody may call: signing in, and what the API is like. Another open route needs a reason to be here.
OPEN_TEMPLATES = {"/api/v1/session/", "/api/schema/", "/api/docs/"}


@pytest.fixture(scope="module")
def world(django_db_blocker: Any) -> Iterator[tuple[Resident, Resident]]:
    """Afterwards beta has what it had."""
    with residents(django_db_blocker) as both, rows.beta_left_alone():
        yield both


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch, world: Any) -> None:
    monkeypatch.setattr(TenantConnection, "switch_in_transaction", False)
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"token": "100000/min", "sign_in": "100000/min"})


@pytest.fixture(params=["session", "token"])
def alpha(request: pytest.FixtureRequest, world: tuple[Resident, Resident]) -> APIClient:
    """Alpha's user with every role."""
    return world[0].browser() if request.param == "session" else world[0].program()


def call(client: APIClient, route: Route, method: str, path: str | None = None) -> Any:
    body = bodies.request_of(route.template, method, str(SECRET))
    return getattr(client, method)(path or route.path(SECRET), **body, headers={"If-Match": "*"})


def test_every_route_is_known() -> None:
    assert {route.template for route in api_routes()} >= {"/api/v1/people/employees/<pk>/", "/api/v1/imports/"}
    assert {route.template for route, _method, _action in OPEN} == OPEN_TEMPLATES
    undescribed = [
        (route.template, method)
        for route, method, _action in CALLS
        if route.template.startswith("/api/v1/") and bodies.operation(route.template, method) is None
    ]
    assert undescribed == []


@pytest.mark.parametrize(("route", "method", "action"), DETAILS, ids=call_id)
def test_an_id_of_another_tenant_is_nowhere(alpha: APIClient, route: Route, method: str, action: str) -> None:
    response = call(alpha, route, method)
    assert response.status_code == 404, response.content
    assert TRACE not in text_of(response)


@pytest.mark.parametrize(("route", "method", "action"), [one for one in CALLS if one not in DETAILS], ids=call_id)
def test_what_is_listed_or_written_is_ones_own(alpha: APIClient, route: Route, method: str, action: str) -> None:
    """Bodies name beta's rows wherever an id may stand."""
    response = call(alpha, route, method)
    assert response.status_code < 500, response.content
    assert TRACE not in text_of(response)


@pytest.mark.parametrize("route", list_routes(), ids=call_id)
def test_no_filter_search_or_order_brings_another_tenants_rows(world: tuple[Resident, Resident], route: Route) -> None:
    client, names = world[0].browser(), bodies.query_names(route.template)
    assert names, "every list can at least be paged"
    for name in names:
        for value in (SECRET, "beta-secret"):
            response = client.get(route.path(SECRET), {name: value})
            assert response.status_code in (200, 400, 404), response.content
            assert TRACE not in text_of(response)


@pytest.mark.parametrize("route", list_routes(), ids=call_id)
def test_the_probe_is_not_blind(world: tuple[Resident, Resident], route: Route) -> None:
    """Beta's own user does reach beta's secret: it is shown, or so odd that showing it breaks."""
    response = world[1].visitor.get(route.path(SECRET))
    assert response.status_code == 500 or str(SECRET) in text_of(response) or TRACE in text_of(response)


@pytest.mark.parametrize(("route", "method", "action"), CLOSED, ids=call_id)
def test_sessions_and_tokens_of_another_tenant_are_worth_nothing(
    world: tuple[Resident, Resident], route: Route, method: str, action: str
) -> None:
    carried = APIClient(SERVER_NAME=HOSTS[ALPHA])
    carried.cookies = deepcopy(world[1].visitor.cookies)
    for client in (carried, world[1].program(host=ALPHA), APIClient(SERVER_NAME=HOSTS[ALPHA])):
        response = call(client, route, method)
        assert response.json()["code"] in ("access.sign_in_first", "access.token.unknown"), response.content
        assert TRACE not in text_of(response)


class _Broken(RuntimeError):
    pass


@pytest.mark.parametrize("how", ["rendering", "database"])
@pytest.mark.parametrize("route", list_routes(), ids=call_id)
def test_a_request_that_breaks_shows_nothing_and_leaves_nothing_behind(
    world: tuple[Resident, Resident], monkeypatch: pytest.MonkeyPatch, route: Route, how: str
) -> None:
    """Beta's request fails, on a connection that alpha's takes over."""
    path = route.path(SECRET)
    with monkeypatch.context() as patched:
        _break(patched, how)
        broken = world[1].visitor.get(path)
    assert broken.status_code == 500
    assert TRACE not in text_of(broken)
    assert _seen_without_tenant(route) == 0
    after = world[0].browser().get(path)
    assert after.status_code == 200
    assert TRACE not in text_of(after)


def _break(patched: pytest.MonkeyPatch, how: str) -> None:
    def render(*args: Any, **kwargs: Any) -> bytes:
        raise _Broken

    def respond(self: Any, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM people_employee")

    if how == "rendering":
        patched.setattr(JSONRenderer, "render", render)
    else:
        patched.setattr(views.TenantViewSet, "finalize_response", respond)


def _seen_without_tenant(route: Route) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{route.view.queryset.model._meta.db_table}"')
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("role", list(Role))
def test_a_role_lists_what_its_permissions_say(world: tuple[Resident, Resident], role: Role) -> None:
    """Every list with every role, against the table of permissions."""
    with tenant_context(ALPHA):
        user = make_user(role, now=world[0].user.created_at, unit=None if role is not Role.MANAGER else _top())
    client = Resident(ALPHA, user, "").browser()
    wrong = {}
    for route in list_routes():
        view = route.view()
        view.action = "list"
        allowed = permission_for(view, "GET") in ROLE_PERMISSIONS[role]
        status = client.get(route.template).status_code
        if status != (200 if allowed else 403):
            wrong[route.template] = status
    assert wrong == {}


def _top() -> OrgUnit:
    return OrgUnit.objects.get(code="top")


@pytest.mark.parametrize(
    "route", [one for one in all_routes() if not one.of_api and not one.template.startswith("/admin/")], ids=call_id
)
def test_other_pages_show_nothing_of_another_tenant(alpha: APIClient, route: Route) -> None:
    for method in ("get", "post"):
        response = getattr(alpha, method)(route.path(SECRET))
        assert TRACE not in text_of(response)


def test_beta_itself_has_the_secret(world: tuple[Resident, Resident]) -> None:
    with tenant_context(BETA), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_employee WHERE id = %s", [SECRET])
        assert cursor.fetchone() == (1,)
    with tenant_context(ALPHA), connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("SELECT 1/0")
    with tenant_context(ALPHA), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_employee WHERE id = %s", [SECRET])
        assert cursor.fetchone() == (0,)
