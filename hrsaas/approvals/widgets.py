"""What approvals show on the home dashboard."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.approvals.queries.requests import inbox
from hrsaas.console.widgets import Number, Widget, register


def _waiting(actor: Actor, now: datetime) -> Number:
    link = reverse("admin:approvals_approvalrequest_changelist") + "?inbox=mine"
    return Number(f"{inbox(actor, now=now).count():,}", link=link)


register(Widget("approvals.waiting", _("Waiting for my approval"), "approvals.request.view", _waiting, order=30))
