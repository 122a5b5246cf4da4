"""What Celery calls."""

from __future__ import annotations

from django.utils import timezone

from hrsaas.approvals.services.reminders import remind
from hrsaas.celery import app
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@app.task(name="hrsaas.approvals.tasks.remind_approvals")
def remind_approvals() -> None:
    """Beat calls it without a tenant; each active tenant gets its own transactions."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("id", flat=True):
        with tenant_context(tenant_id):
            remind(now=timezone.now())
