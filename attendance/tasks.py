"""What Celery calls."""

from __future__ import annotations

from django.utils import timezone

from attendance.services.leave_grants import post_daily
from hrsaas.celery import app
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@app.task(name="attendance.tasks.post_leave")
def post_leave() -> None:
    """Beat calls it without a tenant, once an hour; a tenant's day is posted once."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("id", flat=True):
        with tenant_context(tenant_id):
            post_daily(now=timezone.now())
