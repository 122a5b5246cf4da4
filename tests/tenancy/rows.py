"""One row for any tenant table, made from the live catalog: a new model is probed without anybody thinking of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from attendance.models.months import CELLS
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.encrypted import EncryptedTextField
from hrsaas.tenancy.keys import encrypt
from hrsaas.tenancy.models import TenantKey, TenantModel
from tests import servers
from tests.conftest import wipe

ALPHA, BETA = 1, 2
TWIN, SECRET = 7001, 9001  # the twin has the same id and values in both tenants, the secret is beta's alone
MARKER = "zz-beta-secret"
# What must never be read in alpha: short enough to survive narrow columns.
TRACE = "zz-beta"
MODELS = sorted(
    (model for model in apps.get_models() if issubclass(model, TenantModel) and model._meta.managed),
    key=lambda model: model._meta.label,
)

# By column type, from the row's number: rows differ where a unique key could meet them.
VALUES: dict[str, Callable[[int], Any]] = {
    "bigint": int,
    "integer": int,
    "smallint": int,
    "numeric": lambda row: row % 10,  # fits the narrowest precision
    "double precision": int,
    "boolean": lambda row: False,
    "date": lambda row: date(2026, 1, 1) + timedelta(days=row),
    "timestamp with time zone": lambda row: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=row),
    "time without time zone": lambda row: "08:00",
    "jsonb": lambda row: "{}",
    "ARRAY": lambda row: "{}",
    "bytea": lambda row: b"%d" % row,
    "inet": lambda row: "127.0.0.1",
    "uuid": lambda row: UUID(int=row),
}

# Arrays without which a view of the table, which pages and the API show, would have no row.
ARRAYS: dict[tuple[str, str], Any] = {
    ("attendance_monthresult", "shift_ids"): [0],
    ("attendance_monthresult", "cells"): [[0]] * len(CELLS),
    ("attendance_monthresult", "computed_at"): "{2026-01-01T00:00Z}",
}


def columns(cursor: Any, table: str) -> list[tuple[str, str, int | None]]:
    """(name, type, length) of each column that must be filled, the key excepted."""
    cursor.execute(
        "SELECT column_name, data_type, character_maximum_length"
        " FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_nullable = 'NO' AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'tenant_id')",
        [table],
    )
    return list(cursor.fetchall())


def insert(cursor: Any, model: Any, *, tenant_id: int, row_id: int, marker: str) -> None:
    """Insert one row past triggers and foreign keys (superuser with session_replication_role = replica)."""
    table = model._meta.db_table
    fields = {field.column: field for field in model._meta.local_fields}
    names, values = ["tenant_id", "id"], [tenant_id, row_id]
    for name, kind, length in columns(cursor, table):
        names.append(name)
        with tenant_context(tenant_id):
            values.append(ARRAYS.get((table, name)) or _value(fields.get(name), kind, length, marker, row_id))
    places, quoted = ", ".join(["%s"] * len(values)), ", ".join(f'"{name}"' for name in names)
    cursor.execute(f'INSERT INTO "{table}" ({quoted}) VALUES ({places})', values)


def _value(field: Any, kind: str, length: int | None, marker: str, row_id: int) -> Any:
    if field is not None and field.choices:
        return field.get_default() or field.choices[0][0]
    if field is not None and field.is_relation:
        return row_id
    if isinstance(field, EncryptedTextField):
        return encrypt(marker)
    if isinstance(field, models.JSONField) and field.has_default():
        return json.dumps(field.get_default())
    if kind in ("character varying", "text", "character"):
        return marker[: length or 40]
    return VALUES[kind](row_id)


def one_per_tenant(model: Any) -> bool:
    """Tables such as a tenant's settings, where a second row of the same tenant cannot be."""
    return any(getattr(constraint, "fields", ()) == ("tenant",) for constraint in model._meta.constraints)


@contextmanager
def every_table(blocker: Any, fill: Callable[[Any, Any], None]) -> Iterator[None]:
    """fill(cursor, model) for every model, committed; afterwards everything is wiped."""
    superuser: Any = servers.superuser()
    with superuser.cursor() as cursor, _without_checks(cursor), blocker.unblock():
        cursor.execute("SET session_replication_role = replica")
        try:
            for model in MODELS:
                fill(cursor, model)
            yield
            connection.close()
        finally:
            wipe()
    superuser.close()


def secret_in_beta(cursor: Any, model: Any) -> None:
    """A row of beta in every table; its data key excepted, with which beta still has to work."""
    if model is not TenantKey:
        insert(cursor, model, tenant_id=BETA, row_id=SECRET, marker=MARKER)


@contextmanager
def beta_left_alone() -> Iterator[None]:
    """Fails at the end if anything that beta has was changed meanwhile."""
    before = _digests()
    yield
    assert _digests() == before


def _digests() -> dict[str, Any]:
    """Table → number and digest of beta's rows."""
    part = "SELECT '{0}', count(*), md5(string_agg(md5(t::text), '' ORDER BY id)) FROM \"{0}\" t WHERE tenant_id = %s"
    superuser: Any = servers.superuser()
    with superuser.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(part.format(one._meta.db_table) for one in MODELS), [BETA] * len(MODELS))
        found = {table: digest for table, *digest in cursor.fetchall()}
    superuser.close()
    return found


@contextmanager
def _without_checks(cursor: Any) -> Iterator[None]:
    """Rows made up from types alone would break many a CHECK; who may see them is the question, not what they say."""
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0"
    )
    checks = cursor.fetchall()
    for table, name, _definition in checks:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        for table, name, definition in checks:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
