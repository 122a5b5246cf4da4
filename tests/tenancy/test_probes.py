"""Somebody in tenant alpha tries to reach rows of tenant beta, through every model there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import ProgrammingError, connection

from hrsaas.tenancy.backend.connection import TenantConnection, set_local
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.roles import APP_ROLE
from tests import servers
from tests.tenancy import rows
from tests.tenancy.rows import ALPHA, BETA, MARKER, MODELS, SECRET, TWIN

REFERENCES = [
    (model, field) for model in MODELS for field in model._meta.local_fields if isinstance(field, TenantForeignKey)
]


def _label(value: Any) -> str:
    return getattr(value, "name", "") or value._meta.label


@pytest.fixture(scope="module", autouse=True)
def every_table_filled(django_db_blocker: Any) -> Iterator[None]:
    """Twins in both tenants — which proves that no key is unique across tenants — and a secret in beta."""
    with rows.every_table(django_db_blocker, _fill):
        yield


def _fill(cursor: Any, model: Any) -> None:
    cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    rows.insert(cursor, model, tenant_id=ALPHA, row_id=TWIN, marker="twin")
    rows.insert(cursor, model, tenant_id=BETA, row_id=SECRET, marker=MARKER)
    if not rows.one_per_tenant(model):  # there the secret itself shows that alpha and beta may both have one
        rows.insert(cursor, model, tenant_id=BETA, row_id=TWIN, marker="twin")


@pytest.fixture(autouse=True)
def _as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TenantConnection, "switch_in_transaction", False)


@pytest.mark.parametrize("model", MODELS, ids=_label)
class TestModel:
    def test_reading_shows_own_rows_only(self, model: Any) -> None:
        for manager in (model.objects, model.across_tenants, model._base_manager, model._default_manager):
            with tenant_context(ALPHA):
                assert list(manager.values_list("tenant_id", "pk")) == [(ALPHA, TWIN)]
                assert not manager.filter(pk=SECRET).exists()
            assert list(manager.all()) == []

    def test_raw_sql_shows_own_rows_only(self, model: Any) -> None:
        table = model._meta.db_table
        with tenant_context(ALPHA), connection.cursor() as cursor:
            cursor.execute(f'SELECT tenant_id, id FROM "{table}" WHERE tenant_id = %s OR true', [BETA])
            assert cursor.fetchall() == [(ALPHA, TWIN)]
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,)

    def test_writing_reaches_own_rows_only(self, model: Any) -> None:
        table = model._meta.db_table
        for sql in (f'UPDATE "{table}" SET id = id WHERE id = {SECRET}', f'DELETE FROM "{table}" WHERE id = {SECRET}'):
            assert _touched_as_alpha(sql) == 0
        assert _touched_as_alpha(f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE id = {SECRET}') == 0

    def test_a_row_cannot_be_planted_in_another_tenant(self, model: Any) -> None:
        table = model._meta.db_table
        with _past_triggers(table) as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(f'SET LOCAL ROLE {APP_ROLE}; {set_local(ALPHA)} UPDATE "{table}" SET tenant_id = {BETA}')


@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=lambda value: _label(value))
def test_no_reference_can_point_at_another_tenants_row(model: Any, field: Any) -> None:
    """The secret's id exists in beta only; alpha's row may not refer to it, not even by raw SQL as superuser."""
    table = model._meta.db_table
    with _past_triggers(table) as cursor, pytest.raises(psycopg2.errors.ForeignKeyViolation):
        cursor.execute(f'UPDATE "{table}" SET {field.column} = {SECRET} WHERE tenant_id = {ALPHA}')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def _past_triggers(table: str) -> Iterator[Any]:
    """A superuser's cursor, rolled back. Triggers of ours that keep rows immutable would answer before the policies.
    Those that stand in for foreign keys stay: they are called ``…_references``.
    """
    superuser: Any = servers.superuser()
    superuser.autocommit = False
    with superuser.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s", [table, "%\\_references"]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"')
        yield cursor
    superuser.rollback()
    superuser.close()


def _touched_as_alpha(sql: str) -> int:
    """Rows touched; where the role may not even try, none."""
    try:
        return _run_as_alpha(sql)
    except ProgrammingError as error:
        assert "permission denied" in str(error)
        return 0


def _run_as_alpha(sql: str) -> int:
    """Rows touched by a statement that is rolled back."""
    with tenant_context(ALPHA), connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            cursor.execute(sql)
            return int(cursor.rowcount)
        finally:
            cursor.execute("ROLLBACK")
