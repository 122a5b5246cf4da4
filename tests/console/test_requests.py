"""Request ids, the request log, sign-in, and the probes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from hrsaas.access.rules.permissions import Role
from hrsaas.console.logs import ContextFilter, request_context
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from tests.console.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("db")
ClientFor = Callable[..., Client]


def test_every_answer_has_a_request_id_and_a_harmless_one_is_kept(client_for: ClientFor, tenant_a: Tenant) -> None:
    client = client_for(tenant_a)
    assert len(client.get("/healthz")["X-Request-ID"]) == 32
    assert client.get("/healthz", headers={"X-Request-ID": "from-a-proxy-1"})["X-Request-ID"] == "from-a-proxy-1"
    assert client.get("/healthz", headers={"X-Request-ID": "a\tb" * 9})["X-Request-ID"] != "a\tb" * 9


@pytest.mark.usefixtures("probe_site")
def test_one_log_line_tells_tenant_user_route_status_and_time_but_nothing_typed(
    browser: ClientFor, tenant_a: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser(tenant_a)
    with caplog.at_level(logging.INFO, logger="hrsaas.requests"):
        caplog.clear()
        client.get("/admin/people/orgunit/", {"q": "Zhang San"})
    (line,) = [record for record in caplog.records if record.name == "hrsaas.requests"]
    facts: Any = line.__dict__
    assert (facts["tenant"], facts["method"], facts["status"]) == (tenant_a.id, "GET", 200)
    assert facts["user"] is not None
    assert facts["route"] == "admin/people/orgunit/"
    assert facts["ms"] > 0
    assert "Zhang" not in str(facts)


def test_other_log_lines_carry_the_context_and_never_the_request(tenant_a: Tenant) -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "text", (), None)
    record.request = "<WSGIRequest: GET '/?name=Zhang'>"
    with tenant_context(tenant_a.id), request_context("r-1"):
        assert ContextFilter().filter(record)
    assert (record.tenant, record.request_id) == (tenant_a.id, "r-1")  # type: ignore[attr-defined]
    assert not hasattr(record, "request")


def test_sign_in_lets_the_right_people_in(browser: ClientFor, client_for: ClientFor, tenant_a: Tenant) -> None:
    browser(tenant_a), browser(tenant_a, Role.EMPLOYEE)
    client = client_for(tenant_a, headers={"Accept-Language": "en"})
    sign_in = {"username": "employee@example.com", "password": PASSWORD, "next": "/admin/"}
    refused = client.post("/admin/login/", sign_in)
    assert "not this site" in refused.content.decode()
    entered = client.post("/admin/login/", {**sign_in, "username": "hr_admin@example.com"})
    assert entered.status_code == 302


def test_a_changed_password_needs_the_old_one_and_is_audited(browser: ClientFor, tenant_a: Tenant) -> None:
    from hrsaas.audit.models import Entry

    client = browser(tenant_a)
    new = "another horse battery"
    wrong = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", wrong).status_code == 200
    changed = client.post("/admin/password_change/", {**wrong, "old_password": PASSWORD})
    assert changed.status_code == 302
    assert client.get("/admin/password_change/done/").status_code == 200
    with tenant_context(tenant_a.id):
        assert Entry.objects.filter(action="access.user.set_password").count() == 1


def test_probes_answer_on_every_host(client_for: ClientFor, tenant_a: Tenant) -> None:
    for client in (client_for(None), client_for(tenant_a), Client(SERVER_NAME="nobody.hr.test")):
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json() == {"status": "ok", "database": "ok", "valkey": "ok"}


def test_readiness_fails_without_valkey(client_for: ClientFor, settings: Any) -> None:
    dead = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=dead):
        response = client_for(None).get("/readyz")
    assert response.status_code == 503
    assert response.json()["valkey"] == "unreachable"


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "找不到"), ("en", "Not found")])
def test_pages_that_do_not_exist_say_so_in_the_readers_language(
    client_for: ClientFor, tenant_a: Tenant, language: str, text: str
) -> None:
    response = client_for(tenant_a).get("/nowhere", headers={"Accept-Language": language})
    assert response.status_code == 404
    assert text in response.content.decode()


def test_log_lines_are_json() -> None:
    from pythonjsonlogger.json import JsonFormatter

    record = logging.LogRecord("x", logging.INFO, __file__, 1, "text", (), None)
    ContextFilter().filter(record)
    line = JsonFormatter("%(message)s %(tenant)s %(user)s %(request_id)s").format(record)
    assert json.loads(line) == {"message": "text", "tenant": None, "user": None, "request_id": ""}
