"""What the fault tests do inside the product, in processes of their own: ``python -m tests.faults.scenes DEED SLUG``.

Prints JSON on its last line.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  # models need the set-up
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.workforces import MONTH, tenant_with_work  # noqa: E402
from hrsaas.access.actors import system_actor  # noqa: E402
from hrsaas.audit.models import Entry  # noqa: E402
from hrsaas.jobs.models import Job, JobError  # noqa: E402
from hrsaas.months.services.closes import start  # noqa: E402
from hrsaas.tenancy.context import tenant_context  # noqa: E402
from hrsaas.tenancy.models import Tenant  # noqa: E402
from hrsaas.tenancy.models.base import TenantModel  # noqa: E402
from integrations.queries.exports import EXPORTS  # noqa: E402
from tests.faults import small_chunks  # noqa: E402, F401  # as in the workers

PEOPLE = 150


def load(slug: str) -> None:
    """A migrated database, and in it a tenant with a month to close."""
    call_command("migrate", verbosity=0)
    tenant_with_work(slug, people=PEOPLE)


def close_calmly(slug: str) -> dict[str, Any]:
    """The month closed in one process with nothing in the way; its outcome."""
    call_command("close_month", f"--tenant={slug}", f"--month={MONTH:%Y-%m}")
    return outcome(slug)


def close(slug: str) -> int:
    """Hand the close to the workers; the job's id."""
    with _inside(slug):
        return start(month=MONTH, actor=system_actor("clerk"), now=timezone.now()).id


def close_and_die(slug: str) -> None:
    """The process is gone between the commit of the job and the message to the workers."""
    with _inside(slug), transaction.atomic():
        transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        start(month=MONTH, actor=system_actor("clerk"), now=timezone.now())


def outcome(slug: str) -> dict[str, Any]:
    """Everything that the month came to, without ids, times and the job's own bookkeeping."""
    call_command("verify_audit", tenant=slug)
    with _inside(slug):
        job = Job.objects.get(kind="month_close")
        return {
            "state": [job.state, job.error, job.counts, JobError.objects.count()],
            "results": {name: _digest(*export(MONTH)) for name, export in EXPORTS.items()},
            "rows": {model._meta.label: model.objects.count() for model in apps.get_models() if _is_result(model)},
            "audit": dict(Entry.objects.order_by().values_list("action").annotate(Count("id"))),
        }


def _is_result(model: Any) -> bool:
    return issubclass(model, TenantModel) and model is not Job


def _digest(header: Any, rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return hashlib.sha256(text.getvalue().encode()).hexdigest()


def _inside(slug: str) -> Any:
    return tenant_context(Tenant.objects.get(slug=slug).id)


DEEDS: dict[str, Callable[..., Any]] = {
    "load": load, "close_calmly": close_calmly, "close": close, "close_and_die": close_and_die, "outcome": outcome,
}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(DEEDS[sys.argv[1]](*sys.argv[2:])))
