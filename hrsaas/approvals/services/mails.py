"""What reminders say. They leave the house: only what the approver sees in the list of requests, and the link to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from hrsaas.approvals.models import ApprovalStep
from hrsaas.approvals.queries.deciders import Decider
from hrsaas.tenancy.addresses import address_of
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.queries.tenants import current_tenant

_ADMIN_PAGE = "admin:approvals_approvalrequest_change"
# Managers work with the tenant's own apps, which know the request by its address.
_API_PAGE = "approval-request-detail"


def reminder_mail(decider: Decider, steps: Sequence[ApprovalStep]) -> EmailMessage:
    """One mail in the reader's language about all these overdue steps, whose requests have to be loaded."""
    tenant = current_tenant()
    page = _ADMIN_PAGE if decider.in_admin else _API_PAGE
    with override(decider.language):
        subject = _("%(tenant)s: waiting for your decision (%(count)d)") % {"tenant": tenant.name, "count": len(steps)}
        parts = [
            _("These requests are overdue, and you can decide them, yourself or as somebody's deputy:"),
            *(_about(step, tenant, page) for step in steps),
            _("You are reminded of each at most once a day until it is decided."),
        ]
    return EmailMessage(" ".join(subject.split()), "\n\n".join(parts) + "\n", to=[decider.email])


def _about(step: ApprovalStep, tenant: Tenant, page: str) -> str:
    request = step.request
    facts = {
        "title": request.title,
        "requester": request.requester_label,
        "requested": _minute(request.created_at, tenant),
        "due": _minute(step.due_at, tenant),
    }
    text = _("%(title)s, requested by %(requester)s on %(requested)s, due on %(due)s") % facts
    return f"{text}\n{address_of(tenant, reverse(page, args=[request.pk]))}"


def _minute(at: datetime | None, tenant: Tenant) -> str:
    return f"{at.astimezone(tenant.zone):%Y-%m-%d %H:%M}" if at else "–"
