"""A real tenant for the contract tests: the retail demo with last month closed, and somebody who may do everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from rest_framework.throttling import SimpleRateThrottle

from hrsaas.access.actors import Origin, system_actor
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.tokens import issue_token
from hrsaas.jobs.services.jobs import run
from hrsaas.months.services.closes import start
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.backend.connection import TenantConnection
from hrsaas.tenancy.context import tenant_context
from integrations.services.demos import load_demo
from tests.conftest import SHANGHAI, wipe
from tests.contract.filled import Filled
from tests.factories import make_user

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def retail(django_db_blocker: Any) -> Iterator[Filled]:
    """Committed, wiped at the end of the module."""
    cache.clear()
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(TenantConnection, "switch_in_transaction", False)
        try:
            yield _fill()
        finally:
            connection.close()
            wipe()
            cache.clear()


def _fill() -> Filled:
    actor = system_actor("tests", via="command")
    tenant = load_demo(slug="retail", password="correct horse battery", actor=actor, now=NOW)
    with tenant_context(tenant.id):
        month = NOW.date().replace(month=3)
        run(start(month=month, actor=actor, now=NOW, publish=False).id)
        start(month=month.replace(month=2), actor=actor, now=NOW, publish=False)  # a second one, that waits
        user = make_user(*Role, now=NOW, unit=OrgUnit.objects.order_by("code")[0])
        rights = actor_for_user(user, Origin())
        expires_at = datetime.now(tz=SHANGHAI) + timedelta(days=1)
        _token, secret = issue_token(
            user=user, name="t", scopes=rights.permissions, expires_at=expires_at, actor=rights, now=NOW
        )
    return Filled(tenant, user, secret)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No throttle: these tests call more often than a client may."""
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"token": "100000/min", "sign_in": "100000/min"})


@pytest.fixture(autouse=True)
def _as_in_production(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "retail" in request.fixturenames:
        monkeypatch.setattr(TenantConnection, "switch_in_transaction", False)
