"""Fresh planner statistics before bulk work.

On a table that was filled but never analysed, PostgreSQL checks each foreign key by walking all rows of the tenant:
minutes instead of seconds for the days of 5,000 people. Autovacuum would come to it, but not always in time.
"""

from __future__ import annotations

from django.db import connections, transaction

from hrsaas.tenancy.router import MAINTENANCE

TABLES = (
    "people_employee", "people_assignment", "attendance_shift", "attendance_punch", "attendance_rosterday",
    "attendance_dayresult", "attendance_timesheet", "attendance_crewmembership",
)  # fmt: skip


def refresh_statistics_on_commit() -> None:
    """Analyse those of the tables that have at least doubled since the last time, once this transaction commits."""
    transaction.on_commit(_refresh)


def _refresh() -> None:
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(_OUTGROWN, [list(TABLES)])
        for (table,) in cursor.fetchall():
            cursor.execute(f'ANALYZE "{table}"')


_OUTGROWN = """
SELECT relname FROM pg_class
WHERE relname = ANY (%s) AND relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND pg_relation_size(oid) > 0
  AND (reltuples < 0 OR pg_relation_size(oid) / current_setting('block_size')::int >= 2 * relpages)
ORDER BY relname
"""
