"""What every log line carries: tenant, user and request, by number. No names, no addresses, no query strings."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hrsaas.tenancy.context import current_tenant_id

_request_id: ContextVar[str] = ContextVar("request_id", default="")


@contextmanager
def request_context(request_id: str) -> Iterator[None]:
    """Log lines in the block carry this request id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


class ContextFilter(logging.Filter):
    """Fills ``tenant``, ``user`` and ``request_id`` where the caller gave none."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in (("tenant", current_tenant_id()), ("user", None), ("request_id", _request_id.get())):
            if not hasattr(record, name):
                setattr(record, name, value)
        record.__dict__.pop("request", None)  # Django attaches it; its text has the query string
        return True
