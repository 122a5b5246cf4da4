"""The connection sends the tenant with the first statement of each transaction and never lets two mix."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from psycopg2.sql import SQL

from hrsaas.tenancy.context import TenantMissing, TenantSwitched, tenant_context
from hrsaas.tenancy.models import Tenant, TenantKey

NOW = datetime(2026, 4, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("live_db", "one_key_each")


@pytest.fixture
def one_key_each(live_db: None) -> None:
    for tenant_id, wrapped in ((1, "alpha's"), (2, "beta's")):
        with tenant_context(tenant_id):
            TenantKey.objects.create(wrapped=wrapped, created_at=NOW)


def raw(sql: Any = "SELECT wrapped FROM tenancy_tenantkey", params: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def test_raw_sql_sees_only_the_active_tenant() -> None:
    with tenant_context(1):
        assert raw() == ["alpha's"]
    with tenant_context(2):
        assert raw() == ["beta's"]


def test_without_a_tenant_nothing_is_seen_and_nothing_can_be_written() -> None:
    assert raw() == []
    assert list(TenantKey.objects.all()) == []
    assert list(TenantKey.across_tenants.all()) == []
    with pytest.raises(TenantMissing):
        TenantKey(wrapped="x", created_at=NOW).save()
    with pytest.raises(DatabaseError, match="row-level security"):
        TenantKey(wrapped="x", created_at=NOW, tenant_id=1).save()


def test_writing_for_another_tenant_is_refused_by_the_database() -> None:
    with tenant_context(1), pytest.raises(DatabaseError, match="row-level security"):
        TenantKey(wrapped="x", created_at=NOW, tenant_id=2).save()
    with tenant_context(1):
        assert TenantKey.across_tenants.filter(tenant_id=2).update(wrapped="stolen") == 0
        assert TenantKey.across_tenants.filter(tenant_id=2).delete()[0] == 0


def test_a_row_cannot_be_moved_to_another_tenant() -> None:
    with tenant_context(1), pytest.raises(DatabaseError, match="row-level security"):
        TenantKey.objects.update(tenant_id=2)


def test_a_queryset_made_at_import_time_follows_the_tenant_of_the_moment() -> None:
    rows = TenantKey.objects.values_list("wrapped", flat=True)
    with tenant_context(1):
        assert list(rows.all()) == ["alpha's"]
    with tenant_context(2):
        assert list(rows.all()) == ["beta's"]
    assert list(rows.all()) == []


def test_switching_the_tenant_inside_a_transaction_is_refused() -> None:
    with tenant_context(1), transaction.atomic():
        assert raw() == ["alpha's"]
        with tenant_context(2), pytest.raises(TenantSwitched):
            raw()
        with tenant_context(None), pytest.raises(TenantSwitched):
            raw()


def test_leaving_a_savepoint_keeps_the_tenant() -> None:
    with tenant_context(1), transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raw()
            raise ZeroDivisionError
        assert raw() == ["alpha's"]


def test_the_first_statement_of_a_transaction_may_be_a_savepoint() -> None:
    with tenant_context(1), transaction.atomic(), transaction.atomic():
        assert raw() == ["alpha's"]


def test_raw_begin_and_rollback_keep_the_guard() -> None:
    with tenant_context(1), connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT wrapped FROM tenancy_tenantkey")
        assert cursor.fetchall() == [("alpha's",)]
        cursor.execute("ROLLBACK")
    with tenant_context(2):
        assert raw() == ["beta's"]


def test_after_a_failed_statement_the_next_transaction_has_its_own_tenant() -> None:
    with tenant_context(1), pytest.raises(ProgrammingError):
        raw("SELECT no_such_column FROM tenancy_tenantkey")
    with tenant_context(2):
        assert raw() == ["beta's"]


def test_nothing_of_the_setting_survives_the_transaction() -> None:
    with tenant_context(1):
        assert raw("SELECT current_setting('app.tenant_id', true)") == ["1"]
    assert raw("SELECT current_setting('app.tenant_id', true)") in ([None], [""])


def test_a_reconnect_keeps_the_guard() -> None:
    with tenant_context(1):
        assert raw() == ["alpha's"]
        connection.close()
        assert raw() == ["alpha's"]


def test_composed_sql_and_parameters_with_percent_signs_pass() -> None:
    with tenant_context(1):
        assert raw(SQL("SELECT wrapped FROM tenancy_tenantkey WHERE wrapped LIKE %s"), ["alpha%"]) == ["alpha's"]


def test_executemany_guards_every_row() -> None:
    with tenant_context(1), connection.cursor() as cursor:
        cursor.executemany("UPDATE tenancy_tenantkey SET wrapped = %s", [["one"], ["two"]])
    with tenant_context(1):
        assert raw() == ["two"]
    with tenant_context(2):
        assert raw() == ["beta's"]


@pytest.mark.parametrize("name", ["copy_expert", "copy_to", "copy_from", "callproc"])
def test_copy_and_procedures_outside_a_transaction_are_refused(name: str) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "copy_expert": ("COPY tenancy_tenantkey TO STDOUT", StringIO()),
        "copy_to": (StringIO(), "tenancy_tenantkey"),
        "copy_from": (StringIO(), "tenancy_tenantkey"),
        "callproc": ("now",),
    }
    with tenant_context(1), connection.cursor() as cursor, pytest.raises(psycopg2.ProgrammingError):
        getattr(cursor.cursor, name)(*arguments[name])


def test_copy_inside_a_transaction_gives_the_tenants_rows() -> None:
    out = StringIO()
    with tenant_context(1), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.cursor.copy_expert("COPY (SELECT wrapped FROM tenancy_tenantkey) TO STDOUT", out)
    assert out.getvalue() == "alpha's\n"


@pytest.mark.parametrize("atomic", [False, True])
def test_iterating_in_chunks_gives_the_tenants_rows(atomic: bool) -> None:
    with tenant_context(1):
        if atomic:
            with transaction.atomic():
                rows = list(TenantKey.objects.values_list("wrapped", flat=True).iterator(chunk_size=1))
        else:
            rows = list(TenantKey.objects.values_list("wrapped", flat=True).iterator(chunk_size=1))
    assert rows == ["alpha's"]


def _in_thread(work: Callable[[], Any]) -> Any:
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def test_a_thread_starts_without_a_tenant_and_sees_nothing(django_db_blocker: Any) -> None:
    with tenant_context(1):
        assert _in_thread(raw) == []
        assert _in_thread(lambda: copy_context().run(raw)) == []
        context = copy_context()
        assert _in_thread(lambda: context.run(raw)) == ["alpha's"]


def test_async_code_keeps_its_own_tenant() -> None:
    async def read(tenant_id: int) -> list[str]:
        with tenant_context(tenant_id):
            await asyncio.sleep(0)
            return [key.wrapped async for key in TenantKey.objects.all()]

    async def both() -> list[list[str]]:
        return list(await asyncio.gather(*(read(one) for one in (1, 2, 1, 2))))

    assert asyncio.run(both()) == [["alpha's"], ["beta's"], ["alpha's"], ["beta's"]]


def test_the_runtime_role_cannot_choose_the_tenant_in_a_query_nor_empty_a_table() -> None:
    with tenant_context(1), pytest.raises(ProgrammingError, match="permission denied"):
        raw("SELECT set_config('app.tenant_id', '2', false)")
    with tenant_context(1), pytest.raises(ProgrammingError, match="permission denied"):
        raw("TRUNCATE tenancy_tenantkey")
    with pytest.raises(ProgrammingError, match="permission denied"):
        Tenant.objects.update(name_zh="x")


def test_maintenance_sees_all_tenants_but_only_when_asked() -> None:
    every = TenantKey.across_tenants.using("maintenance").order_by("tenant_id")
    assert [key.wrapped for key in every] == ["alpha's", "beta's"]
    with tenant_context(1):
        assert [key.wrapped for key in TenantKey.objects.using("maintenance")] == ["alpha's"]


def test_ids_are_unique_rising_and_tell_no_count() -> None:
    with tenant_context(1):
        made = TenantKey.objects.bulk_create([TenantKey(wrapped=str(n), created_at=NOW) for n in range(500)])
    ids = [key.pk for key in made]
    assert len(set(ids)) == 500
    assert all(isinstance(one, int) and one > 10**15 for one in ids)
    assert {later - earlier for earlier, later in zip(ids, ids[1:], strict=False)} != {1}
