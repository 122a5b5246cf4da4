"""One row for any tenant table, made from the live catalog: a new model is probed without anybody thinking of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

# By column type, from the row's number: rows differ where a unique key could meet them.
VALUES: dict[str, Callable[[int], Any]] = {
    "bigint": int,
    "integer": int,
    "smallint": int,
    "numeric": int,
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
        values.append(_value(fields.get(name), kind, length, marker, row_id))
    places, quoted = ", ".join(["%s"] * len(values)), ", ".join(f'"{name}"' for name in names)
    cursor.execute(f'INSERT INTO "{table}" ({quoted}) VALUES ({places})', values)


def _value(field: Any, kind: str, length: int | None, marker: str, row_id: int) -> Any:
    if field is not None and field.choices:
        return field.get_default() or field.choices[0][0]
    if field is not None and field.is_relation:
        return row_id
    if kind in ("character varying", "text", "character"):
        return marker[: length or 40]
    return VALUES[kind](row_id)


@contextmanager
def without_checks(cursor: Any) -> Iterator[None]:
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
