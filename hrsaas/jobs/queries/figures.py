"""What there is to know about all tenants' jobs together; numbers only, read as maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, DurationField, ExpressionWrapper, F, Min, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from hrsaas.jobs.kinds import known_codes
from hrsaas.jobs.models import Job
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE

FINISHED = frozenset({Job.State.SUCCEEDED, Job.State.FAILED, Job.State.CANCELLED})


@dataclass(frozen=True)
class Figure:
    """The jobs of one kind in one state. run_seconds: from start to end, summed; 0 for open ones.

    kind: a code that the program itself registered; rows of any other kind are ``other``, so that nothing which a
    tenant's row says gets out.
    """

    kind: str
    state: str
    count: int
    run_seconds: float

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED


def figures() -> list[Figure]:
    """By kind and state, in one statement."""
    named = Case(When(kind__in=known_codes(), then=F("kind")), default=Value("other"), output_field=CharField())
    taken = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    rows = (
        Job.across_tenants.using(MAINTENANCE)
        .annotate(named=named)
        .values("named", "state")
        .annotate(count=Count("id"), taken=Sum(taken))
        .order_by("named", "state")
    )
    return [
        Figure(row["named"], row["state"], row["count"], row["taken"].total_seconds() if row["taken"] else 0.0)
        for row in rows
    ]


def longest_wait_seconds(now: datetime) -> float:
    """How long the open job that waits longest has had no worker; 0 if none waits. Suspended tenants' jobs do not.

    A job waits from when it was made or, where its worker is gone, from the last sign of life.
    """
    active = Tenant.objects.using(MAINTENANCE).filter(status=Tenant.Status.ACTIVE)
    idle = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lte=now)
    waiting = Job.across_tenants.using(MAINTENANCE).filter(idle, tenant__in=active)
    since = waiting.aggregate(since=Min(Coalesce("heartbeat_at", "created_at")))["since"]
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
