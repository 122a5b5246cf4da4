"""The Celery application. Every task carries its tenant in the message and runs as that tenant."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task
from django.conf import settings
from kombu.transport.redis import Channel

from hrsaas.tenancy.context import current_tenant_id, tenant_context

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hrsaas.settings")

TENANT_HEADER = "tenant_id"

# On a lost connection kombu would put unfinished messages back by a connection that it has already taken apart, and
# the worker would die of it. The sweeper rings again for every job that nobody works on, so nothing needs to go back.
Channel.do_restore = False


class TenantTask(Task):  # type: ignore[misc]  # celery ships no types
    """Publishes with the caller's tenant, runs with the message's; without one it sees no rows."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        headers = {**(options.pop("headers", None) or {}), TENANT_HEADER: current_tenant_id()}
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with tenant_context(self.request.get(TENANT_HEADER)):
            return super().__call__(*args, **kwargs)


app = Celery("hrsaas", task_cls=TenantTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep-jobs": {"task": "hrsaas.jobs.tasks.sweep_jobs", "schedule": settings.JOB_SWEEP_SECONDS},
    "remove-expired-keys": {"task": "hrsaas.api.tasks.remove_expired_keys", "schedule": 3600},
    "remove-expired-pay-files": {"task": "payroll.tasks.remove_expired_files", "schedule": 3600},
    "confirm-silent-timesheets": {"task": "attendance.tasks.confirm_silent_timesheets", "schedule": 3600},
    "post-leave": {"task": "attendance.tasks.post_leave", "schedule": 3600},
    "remind-approvals": {"task": "hrsaas.approvals.tasks.remind_approvals", "schedule": 3600},
}
