"""Which connection does what: the owner changes the schema, everything else runs as the runtime role."""

from __future__ import annotations

from typing import Any

from django.db import connections

# Their code is used, their tables are not: permissions come from roles in code, the trail from audit, and the lock-out
# of sign-ins lives in the cache. A table that is not there cannot leak.
TABLELESS = frozenset({"admin", "auth", "axes"})
OWNER = "owner"
MAINTENANCE = "maintenance"


def holds_maintenance() -> bool:
    """Whether this process was given the maintenance role; those that serve tenants are not."""
    return "MISSING_VARIABLE" not in connections[MAINTENANCE].settings_dict


class TenancyRouter:
    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True  # the aliases are roles on one database

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == OWNER and app_label not in TABLELESS
