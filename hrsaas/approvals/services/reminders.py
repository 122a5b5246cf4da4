"""Steps that nobody has decided in time: those who can decide them get a mail."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q

from hrsaas.approvals.models import ApprovalStep
from hrsaas.approvals.queries.deciders import Decider, deciders_of
from hrsaas.approvals.queries.requests import current_steps
from hrsaas.approvals.services.mails import reminder_mail

log = logging.getLogger(__name__)

REMIND_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class _Mail:
    message: EmailMessage
    user_id: int
    step_ids: frozenset[int]


def remind(*, now: datetime) -> int:
    """Mail about the overdue steps of the tenant, each at most once a day: one mail to each person who can decide any
    of them. How many steps somebody was reminded of; those whose mails the server did not take are tried next time.

    The marks are committed before anything is sent: a mail too few, once, is better than the same one every hour.
    """
    steps, mails = _claim(now)
    reached = _sent(mails)
    missed = [step for step in steps if step.pk not in reached]
    ApprovalStep.objects.bulk_update(missed, ["reminded_at"])
    return len(reached)


@transaction.atomic
def _claim(now: datetime) -> tuple[list[ApprovalStep], list[_Mail]]:
    """Mark the steps that are due for a mail; those of them that somebody can decide, as they were, and the mails."""
    due = Q(reminded_at=None) | Q(reminded_at__lte=now - REMIND_EVERY)
    overdue = current_steps().filter(due, due_at__lte=now).select_related("request").order_by("due_at", "id")
    locked = list(overdue.select_for_update(of=("self",), skip_locked=True, no_key=True))
    deciders = deciders_of(locked, now=now)
    for step in locked:
        log.info("approval step %s of request %s is overdue since %s", step.pk, step.request_id, step.due_at)
        if not deciders[step.pk]:
            log.warning("nobody can decide approval step %s of request %s", step.pk, step.request_id)
    ApprovalStep.objects.filter(id__in=[step.pk for step in locked]).update(reminded_at=now)
    return [step for step in locked if deciders[step.pk]], _mails(locked, deciders)


def _mails(steps: Sequence[ApprovalStep], deciders: dict[int, list[Decider]]) -> list[_Mail]:
    waiting: defaultdict[Decider, list[ApprovalStep]] = defaultdict(list)
    for step in steps:
        for decider in deciders[step.pk]:
            waiting[decider].append(step)
    return [
        _Mail(reminder_mail(decider, theirs), decider.user_id, frozenset(step.pk for step in theirs))
        for decider, theirs in waiting.items()
    ]


def _sent(mails: Sequence[_Mail]) -> set[int]:
    """The ids of the steps about which the mail server has taken at least one mail."""
    reached: set[int] = set()
    if not mails:
        return reached
    try:
        with get_connection() as connection:
            for mail in mails:
                if _taken(mail, connection):
                    reached |= mail.step_ids
    except OSError as error:  # smtplib's errors are among them
        log.error("the mail server cannot be used: %s", type(error).__name__)
    return reached


def _taken(mail: _Mail, connection: BaseEmailBackend) -> bool:
    """Whether the server took it. An address that it refuses must not keep the others waiting."""
    mail.message.connection = connection
    try:
        mail.message.send()
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        log.error("the mail server refused the reminder to user %s: %s", mail.user_id, type(error).__name__)
        return False
    return True
