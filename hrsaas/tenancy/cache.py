"""Cache keys carry the tenant, and sessions with them: a session id of one tenant names nothing at another."""

from __future__ import annotations

from hrsaas.tenancy.context import current_tenant_id


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    owner = current_tenant_id()
    return f"{key_prefix}:{version}:{'operator' if owner is None else owner}:{key}"
