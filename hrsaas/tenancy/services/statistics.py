"""Fresh planner statistics after bulk loads.

On a table that was filled but never analysed, PostgreSQL takes every join on (tenant_id, id) for one of a single row
and walks all rows of the tenant for each: minutes instead of seconds for 5,000 people. Autovacuum would come to it,
but only within a minute or two.

The rule: whoever writes BULK rows or more in one transaction calls ``refresh_statistics_on_commit(rows=…)``.
"""

from __future__ import annotations

from django.db import connections, transaction

from hrsaas.celery import app
from hrsaas.tenancy.router import MAINTENANCE, holds_maintenance

BULK = 1_000
TASK = "hrsaas.tenancy.tasks.refresh_statistics"
# Seconds. A message that no worker took by then is not worth its work: autovacuum has been there.
MESSAGE_LIFETIME = 120


def refresh_statistics_on_commit(*, rows: int = BULK) -> None:
    """Have tables that have outgrown their statistics analysed once this transaction commits; not for a few rows.

    A failure of it is logged and nothing else: what was written stays written.
    """
    if rows >= BULK:
        transaction.on_commit(_refresh_or_ask, robust=True)


def refresh_statistics() -> list[str]:
    """Analyse, as maintenance, the tables that have at least doubled since the last time; their names.

    Before PostgreSQL 17 only the owner may: there the server warns and skips, and autovacuum must do.
    """
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(_OUTGROWN)
        tables = [table for (table,) in cursor.fetchall()]
        if tables:
            # A table that somebody holds (autovacuum, a migration) is left to him: nobody waits here.
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")
    return tables


def _refresh_or_ask() -> None:
    """Processes that serve tenants do not hold the maintenance role; they ask a worker, which does."""
    if holds_maintenance():
        refresh_statistics()
    else:
        app.send_task(TASK, expires=MESSAGE_LIFETIME, retry=False)


_OUTGROWN = """
SELECT quote_ident(relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
  AND (reltuples < 0 OR pg_relation_size(oid) / current_setting('block_size')::int >= 2 * relpages)
ORDER BY relname
"""
