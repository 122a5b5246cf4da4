"""What Celery calls."""

from __future__ import annotations

from django.utils import timezone

from hrsaas.celery import app
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from payroll.services.pay_files import remove_expired


@app.task(name="payroll.tasks.remove_expired_files")
def remove_expired_files() -> None:
    """Beat calls it without a tenant, once an hour; each tenant's files go by themselves."""
    for tenant_id in Tenant.objects.values_list("id", flat=True):
        with tenant_context(tenant_id):
            remove_expired(now=timezone.now())
