"""What Celery calls."""

from __future__ import annotations

from django.utils import timezone

from attendance.services.leave_grants import post_daily
from attendance.services.timesheet_answers import confirm_silent
from hrsaas.access.actors import system_actor
from hrsaas.celery import app
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant


@app.task(name="attendance.tasks.confirm_silent_timesheets")
def confirm_silent_timesheets() -> None:
    """Beat calls it without a tenant; each active tenant gets its own transaction."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("id", flat=True):
        with tenant_context(tenant_id):
            confirm_silent(actor=system_actor("silence"), now=timezone.now())


@app.task(name="attendance.tasks.post_leave")
def post_leave() -> None:
    """Beat calls it without a tenant, once an hour; a tenant's day is posted once."""
    for tenant_id in Tenant.objects.filter(status=Tenant.Status.ACTIVE).values_list("id", flat=True):
        with tenant_context(tenant_id):
            post_daily(now=timezone.now())
