"""What row-level security and the tenant setting cost per statement."""

from __future__ import annotations

from typing import Any

from django.db import connection, connections

from benchmarks.figures import Figure, benchmark, interleaved
from benchmarks.tenants import tenants_with_people
from hrsaas.tenancy.context import tenant_context

_ONE = "SELECT id, code, name FROM people_employee WHERE tenant_id = %s AND code = %s"
_WARM_UP, _ROUNDS = 200, 4000


@benchmark("tenancy.overhead_ms")
def overhead() -> Figure:
    """The same point query: as the runtime role under the policy, and as maintenance past it without the setting."""
    (tenant,) = tenants_with_people("overhead", tenants=1, people=5000)
    bare = connections["maintenance"].cursor()

    def with_policy() -> None:
        with connection.cursor() as cursor:
            _query(cursor, tenant.id)

    def without() -> None:
        _query(bare, tenant.id)

    with tenant_context(tenant.id):
        interleaved(with_policy, without, rounds=_WARM_UP)
        guarded_ms, bare_ms = interleaved(with_policy, without, rounds=_ROUNDS)
    sides = {"with_ms": guarded_ms, "without_ms": bare_ms}
    return Figure("tenancy.overhead_ms", guarded_ms - bare_ms, "ms at p50", 0.1, sides=sides)


def _query(cursor: Any, tenant_id: int) -> None:
    cursor.execute(_ONE, [tenant_id, "P02500"])
    assert len(cursor.fetchall()) == 1
