"""Housekeeping of the API kit."""

from __future__ import annotations

from django.utils import timezone

from hrsaas.api.idempotency import remove_expired
from hrsaas.celery import app
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@app.task(name="hrsaas.api.tasks.remove_expired_keys")
def remove_expired_keys() -> None:
    """Once an hour, in every tenant."""
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with tenant_context(tenant_id):
            remove_expired(now=timezone.now())
