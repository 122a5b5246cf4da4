"""Writes: once per Idempotency-Key, only over what was seen, all or nothing in bulk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hrsaas.access.actors import Actor
from hrsaas.api.idempotency import LIFETIME, remove_expired
from hrsaas.api.models import IdempotencyKey
from hrsaas.api.tasks import remove_expired_keys
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.people.services.employees import hire
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

UNITS, EMPLOYEES = "/api/v1/units/", "/api/v1/employees/"
NEW = {"code": "shop", "name": "Shop"}


def post(client: Client, body: Any, path: str = UNITS, **headers: str) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def units(tenant: Tenant) -> list[str]:
    with tenant_context(tenant.id):
        return list(OrgUnit.objects.order_by("code").values_list("code", flat=True))


# --- Idempotency-Key


def test_a_repeated_write_is_done_once_and_answered_alike(alpha: Client, tenant_a: Tenant) -> None:
    first = post(alpha, NEW, Idempotency_Key="k1")
    again = post(alpha, NEW, Idempotency_Key="k1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert units(tenant_a) == ["shop"]


def test_a_key_does_not_fit_another_request(alpha: Client) -> None:
    post(alpha, NEW, Idempotency_Key="k1")
    other = post(alpha, {**NEW, "name": "Other"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "api.idempotency.mismatch")


def test_a_refused_write_leaves_its_key_free(alpha: Client, tenant_a: Tenant) -> None:
    assert post(alpha, {"code": "shop"}, Idempotency_Key="k1").status_code == 400
    assert post(alpha, NEW, Idempotency_Key="k1").status_code == 201
    assert units(tenant_a) == ["shop"]


def test_two_tenants_and_two_users_may_use_the_same_key(
    alpha: Client, beta: Client, tenant_a: Tenant, tenant_b: Tenant
) -> None:
    assert post(alpha, NEW, Idempotency_Key="k1").status_code == 201
    assert post(beta, NEW, Idempotency_Key="k1").status_code == 201
    assert units(tenant_a) == units(tenant_b) == ["shop"]


@pytest.mark.parametrize("key", ["", "x" * 201, "键"])
def test_bad_keys_are_refused(alpha: Client, key: str) -> None:
    response = post(alpha, NEW, Idempotency_Key=key)
    assert (response.status_code, response.json()["code"]) == (400, "api.idempotency.bad_key")


def test_keys_live_for_a_day(alpha: Client, tenant_a: Tenant, now: datetime) -> None:
    post(alpha, NEW, Idempotency_Key="k1")
    with tenant_context(tenant_a.id):
        IdempotencyKey.objects.update(created_at=now)
        assert remove_expired(now=now + LIFETIME) == 0
        assert remove_expired(now=now + LIFETIME + timedelta(seconds=1)) == 1


def test_the_hourly_task_forgets_old_keys_of_every_tenant(
    alpha: Client, beta: Client, tenant_a: Tenant, tenant_b: Tenant, now: datetime
) -> None:
    for client, tenant in ((alpha, tenant_a), (beta, tenant_b)):
        post(client, NEW, Idempotency_Key="k1")
        with tenant_context(tenant.id):
            IdempotencyKey.objects.update(created_at=now - timedelta(days=9_000))
    remove_expired_keys()
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            assert not IdempotencyKey.objects.exists()


def test_stored_answers_are_encrypted(alpha: Client, tenant_a: Tenant) -> None:
    post(alpha, NEW, Idempotency_Key="k1")
    with tenant_context(tenant_a.id), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM api_idempotencykey")
        assert "Shop" not in cursor.fetchone()[0]


def test_of_two_writes_at_once_one_is_done(live_db: None, tenant_a: Tenant, caller: Callable[..., Client]) -> None:
    client = caller(tenant_a)
    answers: list[int] = []
    ready = threading.Barrier(4)

    def send() -> None:
        own = Client(SERVER_NAME=client.defaults["SERVER_NAME"])
        own.cookies = client.cookies
        ready.wait()
        answers.append(post(own, NEW, Idempotency_Key="k1").status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert units(tenant_a) == ["shop"]


# --- ETag and If-Match


@pytest.fixture
def employee(db: None, tenant_a: Tenant, actor: Actor, now: datetime) -> Employee:
    with tenant_context(tenant_a.id):
        return hire(
            code="E1", name="张三", unit=create_unit(code="u", name="U", actor=actor, now=now),
            position=create_position(code="p", name="P", actor=actor, now=now), hire_date=date(2026, 1, 1),
            base_pay_fen=1, work_city="上海", actor=actor, now=now,
        )  # fmt: skip


def patch(client: Client, employee: Employee, name: str, **headers: str) -> Any:
    path = f"{EMPLOYEES}{employee.pk}/"
    return client.patch(path, {"name": name}, content_type="application/json", headers=headers)


def test_a_write_over_what_was_seen_is_done_and_gives_a_new_tag(alpha: Client, employee: Employee) -> None:
    seen = alpha.get(f"{EMPLOYEES}{employee.pk}/")["ETag"]
    written = patch(alpha, employee, "李四", If_Match=seen)
    assert written.status_code == 200
    assert written["ETag"] == alpha.get(f"{EMPLOYEES}{employee.pk}/")["ETag"] != seen


def test_a_write_over_what_somebody_changed_meanwhile_is_refused(alpha: Client, employee: Employee) -> None:
    seen = alpha.get(f"{EMPLOYEES}{employee.pk}/")["ETag"]
    patch(alpha, employee, "李四", If_Match=seen)
    stale = patch(alpha, employee, "王五", If_Match=seen)
    assert stale.status_code == 412
    assert alpha.get(f"{EMPLOYEES}{employee.pk}/").json()["name"] == "李四"


def test_a_write_without_if_match_is_refused(alpha: Client, employee: Employee) -> None:
    response = patch(alpha, employee, "李四")
    assert (response.status_code, response.json()["code"]) == (428, "api.if_match.missing")


# --- bulk


def test_many_rows_in_one_request(alpha: Client, tenant_a: Tenant) -> None:
    response = post(alpha, [{"code": code, "name": code} for code in "abc"], f"{UNITS}bulk/")
    assert response.status_code == 201
    assert response.json()["created"] == len(response.json()["ids"]) == 3
    assert units(tenant_a) == ["a", "b", "c"]


def test_one_wrong_row_and_nothing_is_written(alpha: Client, tenant_a: Tenant) -> None:
    rows = [{"code": "a", "name": "A"}, {"code": "b"}, {"code": "c" * 11, "name": "C"}]
    response = post(alpha, rows, f"{UNITS}bulk/")
    assert response.status_code == 400
    faults = [(fault["row"], fault["field"], fault["code"]) for fault in response.json()["errors"]]
    assert faults == [(1, "name", "required"), (2, "code", "max_length")]
    assert units(tenant_a) == []


@pytest.mark.parametrize("body", [{}, [], [{"code": "a", "name": "A"}] * 1_001])
def test_bulk_takes_one_to_a_thousand_rows(alpha: Client, tenant_a: Tenant, body: Any) -> None:
    assert post(alpha, body, f"{UNITS}bulk/").status_code == 400
    assert units(tenant_a) == []
