"""Which tenant the running code works for.

A context variable, so that threads start without one (and see no rows) and async tasks keep theirs.
The database backend reads it at every statement; see ``backend/base.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_tenant_id: ContextVar[int | None] = ContextVar("tenant_id", default=None)


class TenantMissing(RuntimeError):
    """Code that needs a tenant ran without one: a bug of ours, never a person's."""


class TenantSwitched(RuntimeError):
    """The tenant changed inside an open transaction: a bug of ours, stopped before it reads or writes."""


def current_tenant_id() -> int | None:
    return _tenant_id.get()


def require_tenant_id() -> int:
    """The current tenant, or TenantMissing."""
    tenant_id = _tenant_id.get()
    if tenant_id is None:
        raise TenantMissing("no tenant is active; enter one with tenant_context(tenant_id)")
    return tenant_id


@contextmanager
def tenant_context(tenant_id: int | None) -> Iterator[None]:
    """Work for one tenant (None: for none) until the block ends."""
    token = _tenant_id.set(tenant_id)
    try:
        yield
    finally:
        _tenant_id.reset(token)
