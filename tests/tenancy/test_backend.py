"""The connection sends the tenant with the first statement of each transaction and never lets two mix."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from psycopg2.sql import SQL

from hrsaas.people.models import Position
from hrsaas.tenancy.context import TenantMissing, TenantSwitched, tenant_context
from hrsaas.tenancy.models import Tenant

pytestmark = pytest.mark.usefixtures("live_db", "one_row_each")


@pytest.fixture
def one_row_each(live_db: None) -> None:
    for tenant_id, code in ((1, "alpha's"), (2, "beta's")):
        with tenant_context(tenant_id):
            Position.objects.create(code=code, name=code)


def raw(sql: Any = "SELECT code FROM people_position", params: Any = None) -> list[Any]:
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
    assert list(Position.objects.all()) == []
    assert list(Position.across_tenants.all()) == []
    with pytest.raises(TenantMissing):
        Position(code="x", name="x").save()
    with pytest.raises(DatabaseError, match="row-level security"):
        Position(code="x", tenant_id=1).save()


def test_writing_for_another_tenant_is_refused_by_the_database() -> None:
    with tenant_context(1), pytest.raises(DatabaseError, match="row-level security"):
        Position(code="x", tenant_id=2).save()
    with tenant_context(1):
        assert Position.across_tenants.filter(tenant_id=2).update(code="stolen") == 0
        assert Position.across_tenants.filter(tenant_id=2).delete()[0] == 0


def test_a_row_cannot_be_moved_to_another_tenant() -> None:
    with tenant_context(1), pytest.raises(DatabaseError, match="row-level security"):
        Position.objects.update(tenant_id=2)


def test_a_queryset_made_at_import_time_follows_the_tenant_of_the_moment() -> None:
    rows = Position.objects.values_list("code", flat=True)
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
        cursor.execute("SELECT code FROM people_position")
        assert cursor.fetchall() == [("alpha's",)]
        cursor.execute("ROLLBACK")
    with tenant_context(2):
        assert raw() == ["beta's"]


def test_after_a_failed_statement_the_next_transaction_has_its_own_tenant() -> None:
    with tenant_context(1), pytest.raises(ProgrammingError):
        raw("SELECT no_such_column FROM people_position")
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
        assert raw(SQL("SELECT code FROM people_position WHERE code LIKE %s"), ["alpha%"]) == ["alpha's"]


def test_executemany_guards_every_row() -> None:
    with tenant_context(1), connection.cursor() as cursor:
        cursor.executemany("UPDATE people_position SET code = %s", [["one"], ["two"]])
    with tenant_context(1):
        assert raw() == ["two"]
    with tenant_context(2):
        assert raw() == ["beta's"]


@pytest.mark.parametrize("name", ["copy_expert", "copy_to", "copy_from", "callproc"])
def test_copy_and_procedures_outside_a_transaction_are_refused(name: str) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "copy_expert": ("COPY people_position TO STDOUT", StringIO()),
        "copy_to": (StringIO(), "people_position"),
        "copy_from": (StringIO(), "people_position"),
        "callproc": ("now",),
    }
    with tenant_context(1), connection.cursor() as cursor, pytest.raises(psycopg2.ProgrammingError):
        getattr(cursor.cursor, name)(*arguments[name])


def test_copy_inside_a_transaction_gives_the_tenants_rows() -> None:
    out = StringIO()
    with tenant_context(1), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.cursor.copy_expert("COPY (SELECT code FROM people_position) TO STDOUT", out)
    assert out.getvalue() == "alpha's\n"


@pytest.mark.parametrize("atomic", [False, True])
def test_iterating_in_chunks_gives_the_tenants_rows(atomic: bool) -> None:
    with tenant_context(1):
        if atomic:
            with transaction.atomic():
                rows = list(Position.objects.values_list("code", flat=True).iterator(chunk_size=1))
        else:
            rows = list(Position.objects.values_list("code", flat=True).iterator(chunk_size=1))
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
            return [key.code async for key in Position.objects.all()]

    async def both() -> list[list[str]]:
        return list(await asyncio.gather(*(read(one) for one in (1, 2, 1, 2))))

    assert asyncio.run(both()) == [["alpha's"], ["beta's"], ["alpha's"], ["beta's"]]


def test_the_runtime_role_cannot_choose_the_tenant_in_a_query_nor_empty_a_table() -> None:
    with tenant_context(1), pytest.raises(ProgrammingError, match="permission denied"):
        raw("SELECT set_config('app.tenant_id', '2', false)")
    with tenant_context(1), pytest.raises(ProgrammingError, match="permission denied"):
        raw("TRUNCATE people_position")
    with pytest.raises(ProgrammingError, match="permission denied"):
        Tenant.objects.update(name_zh="x")


def test_maintenance_sees_all_tenants_but_only_when_asked() -> None:
    every = Position.across_tenants.using("maintenance").order_by("tenant_id")
    assert [key.code for key in every] == ["alpha's", "beta's"]
    with tenant_context(1):
        assert [key.code for key in Position.objects.using("maintenance")] == ["alpha's"]


def test_ids_are_unique_rising_and_tell_no_count() -> None:
    with tenant_context(1):
        made = Position.objects.bulk_create([Position(code=str(n)) for n in range(500)])
    ids = [key.pk for key in made]
    assert len(set(ids)) == 500
    assert all(isinstance(one, int) and one > 10**15 for one in ids)
    assert {later - earlier for earlier, later in zip(ids, ids[1:], strict=False)} != {1}
