"""The org units that a manager's role covers."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from hrsaas.tenancy.context import require_tenant_id

_SUBTREES = """
WITH RECURSIVE covered(id) AS (
    SELECT id FROM people_orgunit WHERE tenant_id = %(tenant)s AND id = ANY(%(roots)s)
    UNION
    SELECT unit.id FROM people_orgunit unit JOIN covered ON unit.parent_id = covered.id
    WHERE unit.tenant_id = %(tenant)s
)
SELECT id FROM covered
"""


def subtrees(unit_ids: Sequence[int]) -> frozenset[int]:
    """The given units and all below them, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBTREES, {"tenant": require_tenant_id(), "roots": list(unit_ids)})
        return frozenset(row[0] for row in cursor.fetchall())
