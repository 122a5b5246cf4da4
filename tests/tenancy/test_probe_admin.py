"""Somebody in alpha opens every page of the admin with beta's ids, and every role opens every change list.

Pages come from the site's own URLs and its registry: a new ModelAdmin or action is probed as soon as it exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from hrsaas.access.rules.permissions import ADMIN_SITE, ROLE_PERMISSIONS, Role
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.backend.connection import TenantConnection
from hrsaas.tenancy.context import tenant_context
from tests import servers
from tests.factories import make_user
from tests.tenancy import rows
from tests.tenancy.intruders import Resident, residents, text_of
from tests.tenancy.routes import URLCONF, Route, all_routes, call_id
from tests.tenancy.rows import ALPHA, SECRET, TRACE

PAGES = [route for route in all_routes() if route.template.startswith("/admin/")]
OF_ROWS = [route for route in PAGES if "object_id" in route.names and "/r/" not in route.template]
ADMINS = sorted(tenant_site._registry.values(), key=lambda one: one.model._meta.label)
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
    with residents(django_db_blocker) as both:
        yield both


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch, world: Any) -> None:
    monkeypatch.setattr(TenantConnection, "switch_in_transaction", False)


@pytest.fixture(scope="module")
def beta_as_it_was(world: Any) -> Iterator[Callable[[], bool]]:
    superuser: Any = servers.superuser()
    with superuser.cursor() as cursor:
        before = rows.digest_of_beta(cursor)
        yield lambda: rows.digest_of_beta(cursor) == before
    superuser.close()


@pytest.fixture
def alpha(world: tuple[Resident, Resident], beta_as_it_was: Callable[[], bool]) -> Iterator[APIClient]:
    """Alpha's user with every role; afterwards beta has what it had."""
    yield world[0].browser()
    assert beta_as_it_was()


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
    """Lists, exports, forms of actions, menus, search, dashboard. ``s``, ``q`` and ``term`` are what they search by."""
    path = route.path(SECRET)
    for parameters in ({}, {"q": "beta-secret", "s": "beta-secret", "term": "beta-secret", "extended": "1"}):
        answer = alpha.get(path, parameters)
        assert answer.status_code in (200, 301, 302, 400, 403, 404, 405), answer.content[-2000:]
        assert TRACE not in text_of(answer)
    answer = alpha.post(path, {"confirmed": "1"}, format="multipart")
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
@pytest.mark.parametrize("model_admin", ADMINS, ids=_label)
def test_a_role_opens_the_lists_that_its_permissions_say(
    browser_of: Callable[[Role], APIClient], model_admin: Any, role: Role
) -> None:
    for name in ("changelist", "export_csv"):
        answer = browser_of(role).get(_page(model_admin, name))
        assert answer.status_code == _expected(role, f"{model_admin.noun}.view"), (name, answer.content[-500:])


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("model_admin", "action"), LIST_ACTIONS, ids=_label)
def test_a_role_opens_the_actions_that_its_permissions_say(
    browser_of: Callable[[Role], APIClient], model_admin: Any, action: ServiceAction, role: Role
) -> None:
    answer = browser_of(role).get(_page(model_admin, action.name))
    assert answer.status_code == _expected(role, action.permission_of(model_admin)), answer.content[-500:]


def _expected(role: Role, permission: str) -> int:
    if role not in ADMIN_SITE:
        return 302  # to the sign-in page
    return 200 if permission in ROLE_PERMISSIONS[role] else 403
