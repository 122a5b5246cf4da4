"""Structured logs say which tenant, user and request, and nothing personal."""

from __future__ import annotations

import logging

from hrsaas.tenancy.context import current_tenant_id


class ContextFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.tenant = current_tenant_id()
        record.user = getattr(record, "user", None)
        record.request_id = getattr(record, "request_id", None)
        return True
