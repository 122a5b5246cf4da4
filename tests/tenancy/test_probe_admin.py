"""Somebody in alpha opens every page of the admin with beta's ids, and every role opens every change list.

Pages come from the site's own URLs and its registry: a new ModelAdmin or action is probed as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from hrsaas.access.models import User
from hrsaas.access.rules.permissions import ADMIN_SITE, ROLE_PERMISSIONS, Role
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.backend.connection import TenantConnection
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.factories import make_user
from tests.tenancy import rows
from tests.tenancy.intruders import Resident, residents, text_of
from tests.tenancy.routes import URLCONF, Route, all_routes, call_id
from tests.tenancy.rows import ALPHA, SECRET, TRACE

PAGES = [route for route in all_routes() if route.template.startswith("/admin/")]
OF_ROWS = [route for route in PAGES if "object_id" in route.names and "/r/" not in route.template]
ADMINS = sorted(tenant_site._registry.values(), key=lambda one: one.model._meta.label)
SEARCHES = {"search": {"s": "beta-secret", "extended": "1"}, "rows": {"term": "beta-secret"}}
LIST_ACTIONS = [
    (one, action)
    for one in ADMINS
    for action in vars(type(one)).values()
    if isinstance(action, ServiceAction) and action.on == "list"
]


def _label(value: Any) -> str:
    return getattr(value, "name", "") or value.model._meta.label


@pytest.fixture(scope="module")
def world(django_db_blocker: Any) -> Iterator[tuple[Resident, Resident]]:
    """Afterwards beta has what it had."""
    with residents(django_db_blocker) as both, rows.beta_left_alone():
        yield both


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch, world: Any) -> None:
    monkeypatch.setattr(TenantConnection, "switch_in_transaction", False)


@pytest.fixture
def alpha(world: tuple[Resident, Resident]) -> APIClient:
    """Alpha's user with every role."""
    return world[0].browser()


def _page(model_admin: Any, name: str, *args: Any) -> str:
    meta = model_admin.model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=args, urlconf=URLCONF)


def test_every_admin_is_of_the_tenants_kind() -> None:
    assert [one for one in ADMINS if not isinstance(one, TenantAdmin)] == []
    assert len(ADMINS) > 10
    assert len(OF_ROWS) > 4 * len(ADMINS)


@pytest.mark.parametrize("route", OF_ROWS, ids=call_id)
def test_a_page_of_another_tenants_row_does_not_exist(alpha: APIClient, route: Route) -> None:
    """Change, delete, history and all actions, looked at and sent off."""
    for answer in (
        alpha.get(route.path(SECRET)),
        alpha.post(route.path(SECRET), {"confirmed": "1"}, format="multipart"),
    ):
        assert answer.status_code in (301, 302, 403, 404, 405), answer.content[-2000:]
        assert TRACE not in text_of(answer)


@pytest.mark.parametrize("route", [one for one in PAGES if one not in OF_ROWS], ids=call_id)
def test_no_page_shows_another_tenants_rows(alpha: APIClient, route: Route) -> None:
    """Lists, exports, forms of actions, menus, search, dashboard."""
    path = route.path(SECRET)
    searched = {"q": "beta-secret"} if "_changelist" in (route.name or "") else SEARCHES.get(route.name or "")
    answers = [alpha.get(path), alpha.post(path, {"confirmed": "1"}, format="multipart")]
    answers += [alpha.get(path, searched)] if searched else []
    for answer in answers:
        assert answer.status_code < 500, answer.content[-2000:]
        assert TRACE not in text_of(answer)


@pytest.mark.parametrize("model_admin", ADMINS, ids=_label)
class TestAdmin:
    def test_no_filter_or_menu_brings_another_tenants_rows(self, alpha: APIClient, model_admin: Any) -> None:
        meta = model_admin.model._meta
        paths = [f"{_page(model_admin, 'changelist')}?{name}={SECRET}" for name in _filters(model_admin)] + [
            f"/admin/rows/{meta.app_label}/{meta.model_name}/?term={text}" for text in ("", "beta-secret", SECRET)
        ]
        for path in paths:
            answer = alpha.get(path)
            assert answer.status_code in (200, 302), (path, answer.content[-2000:])
            assert TRACE not in text_of(answer)

    def test_ticked_rows_of_another_tenant_are_not_acted_on(self, alpha: APIClient, model_admin: Any) -> None:
        for name in (getattr(one, "name", one) for one in model_admin.actions):
            ticked = {"action": name, ACTION_CHECKBOX_NAME: SECRET, "confirmed": "1"}
            answer = alpha.post(_page(model_admin, "changelist"), ticked, format="multipart")
            assert answer.status_code < 500
            assert TRACE not in text_of(answer)

    def test_the_probe_is_not_blind(self, world: tuple[Resident, Resident], model_admin: Any) -> None:
        """Beta's own user does reach beta's secret: it is shown, or so odd that showing it breaks."""
        answer = world[1].visitor.get(_page(model_admin, "changelist"))
        assert answer.status_code == 500 or TRACE in text_of(answer) or str(SECRET) in text_of(answer)


def _filters(model_admin: Any) -> list[str]:
    names = []
    for one in model_admin.list_filter:
        one = one[0] if isinstance(one, tuple) else one
        if isinstance(one, type) and issubclass(one, admin.SimpleListFilter):
            names.append(one.parameter_name)
        elif isinstance(one, str):
            names += [f"{one}__id__exact", f"{one}__exact"]
    return names


@pytest.fixture(scope="module")
def browser_of(world: tuple[Resident, Resident]) -> Callable[[Role], APIClient]:
    """One browser for each role, which has no other."""
    made: dict[Role, APIClient] = {}

    def find(role: Role) -> APIClient:
        if role not in made:
            with tenant_context(ALPHA):
                unit = OrgUnit.objects.get(code="top") if role is Role.MANAGER else None
                made[role] = Resident(ALPHA, make_user(role, now=timezone.now(), unit=unit), "").browser()
        return made[role]

    return find


@pytest.mark.parametrize("role", list(Role))
class TestRole:
    """Pages that a role may open are drawn above; here every decision is asked for and every refusal seen."""

    def test_lists_are_shown_as_the_permissions_say(
        self, browser_of: Callable[[Role], APIClient], tenant_a: Tenant, role: Role
    ) -> None:
        client = browser_of(role)
        request = _request(client, tenant_a)
        wrong = {}
        with tenant_context(ALPHA):
            for one in ADMINS:
                found = one.has_view_permission(request)
                if found != (f"{one.noun}.view" in ROLE_PERMISSIONS[role]):
                    wrong[one.noun] = found
        assert wrong == {}

    def test_pages_that_are_not_for_the_role_are_refused(
        self, browser_of: Callable[[Role], APIClient], role: Role
    ) -> None:
        client, expected = browser_of(role), 403 if role in ADMIN_SITE else 302  # 302: to the sign-in page
        wrong = {}
        for one in ADMINS:
            for name, permission in _pages(one):
                if role not in ADMIN_SITE or permission not in ROLE_PERMISSIONS[role]:
                    status = client.get(_page(one, name)).status_code
                    wrong |= {} if status == expected else {(one.noun, name): status}
        assert wrong == {}


def _pages(model_admin: Any) -> list[tuple[str, str]]:
    """(name, permission) of the pages that are about no single row."""
    view = f"{model_admin.noun}.view"
    actions = [(one.name, one.permission_of(model_admin)) for owner, one in LIST_ACTIONS if owner is model_admin]
    return [("changelist", view), ("export_csv", view), *actions]


def _request(client: APIClient, tenant: Tenant) -> Any:
    """What a page of the admin is given when this client asks."""
    with tenant_context(tenant.id):
        user = User.objects.get(pk=client.session["_auth_user_id"])
    request: Any = RequestFactory().get("/admin/")
    request.tenant, request.user, request.session = tenant, user, client.session
    return request
