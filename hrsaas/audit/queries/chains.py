"""Is the audit trail as it was written? Recomputed in the database, across tenants, as the maintenance role."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections

from hrsaas.tenancy.router import MAINTENANCE


@dataclass(frozen=True)
class Head:
    """The end of a tenant's chain. Keep it somewhere else: only so can a chain cut at its end be noticed."""

    seq: int
    digest: str


@dataclass(frozen=True)
class Fault:
    """One place where the trail is not as it was written.

    what: ``changed`` (the entry, or a digest before it), ``removed`` (a link without its entry), ``inserted`` (an
    entry without a link), ``gap`` (missing or repeated positions), ``cut`` (ends before a head that was kept).
    """

    what: str
    seq: int | None
    entry_id: int | None


# Every link with what its digest should be, judged from the link before and the entry as it is now.
_FAULTS = """
WITH chain AS (
    SELECT link.seq, link.entry_id, link.digest, entry.id AS found,
        lag(link.seq, 1, 0::bigint) OVER positions AS seq_before,
        audit_digest(lag(link.digest) OVER positions, entry) AS expected
    FROM audit_link link
    LEFT JOIN audit_entry entry ON entry.tenant_id = link.tenant_id AND entry.id = link.entry_id
    WHERE link.tenant_id = %(tenant)s
    WINDOW positions AS (ORDER BY link.seq)
), faults AS (
    SELECT CASE
        WHEN seq IS NULL OR seq <> seq_before + 1 THEN 'gap'
        WHEN found IS NULL THEN 'removed'
        WHEN digest IS DISTINCT FROM expected THEN 'changed'
    END AS what, seq, entry_id FROM chain
    UNION ALL
    SELECT 'inserted', NULL, entry.id FROM audit_entry entry
    WHERE entry.tenant_id = %(tenant)s AND NOT EXISTS (
        SELECT FROM audit_link link WHERE link.tenant_id = entry.tenant_id AND link.entry_id = entry.id
    )
)
SELECT what, seq, entry_id FROM faults WHERE what IS NOT NULL ORDER BY seq NULLS LAST, entry_id LIMIT %(limit)s
"""

_HEAD = """
SELECT seq, encode(digest, 'hex') FROM audit_link
WHERE tenant_id = %(tenant)s AND seq = coalesce(%(seq)s, (
    SELECT max(seq) FROM audit_link WHERE tenant_id = %(tenant)s
))
"""


def faults(tenant_id: int, *, limit: int = 20) -> list[Fault]:
    """The first faults of one tenant's trail, in the order of the chain."""
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(_FAULTS, {"tenant": tenant_id, "limit": limit})
        return [Fault(*row) for row in cursor.fetchall()]


def head(tenant_id: int) -> Head | None:
    """The end of one tenant's chain, None if it has no entry."""
    return _link(tenant_id, None)


def cut(tenant_id: int, kept: Head) -> Fault | None:
    """Whether the chain still goes through a head that was kept earlier."""
    return None if _link(tenant_id, kept.seq) == kept else Fault("cut", kept.seq, None)


def _link(tenant_id: int, seq: int | None) -> Head | None:
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(_HEAD, {"tenant": tenant_id, "seq": seq})
        row = cursor.fetchone()
    return Head(*row) if row else None
