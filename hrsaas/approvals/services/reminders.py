"""Steps that nobody has decided in time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hrsaas.approvals.models import ApprovalStep
from hrsaas.approvals.queries.requests import current_steps

log = logging.getLogger(__name__)

REMIND_EVERY = timedelta(days=1)


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Mark the overdue steps of the tenant as reminded, each at most once a day; returns how many.

    The inbox shows the mark. Sending mail is not part of this: the log line is what an alert can hang on.
    """
    due = Q(reminded_at=None) | Q(reminded_at__lte=now - REMIND_EVERY)
    steps = list(
        current_steps().filter(due, due_at__lte=now).select_for_update(of=("self",), skip_locked=True, no_key=True)
    )
    ApprovalStep.objects.filter(id__in=[step.pk for step in steps]).update(reminded_at=now)
    for step in steps:
        log.info("approval step %s of request %s is overdue since %s", step.pk, step.request_id, step.due_at)
    return len(steps)
