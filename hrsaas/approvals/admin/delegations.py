"""Deputies in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.approvals.models import Delegation
from hrsaas.approvals.services.delegations import delegate, end_delegation
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site


def _end(*, subject: Delegation, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    end_delegation(delegation=subject, actor=actor, now=now)


@admin.register(Delegation, site=tenant_site)
class DelegationAdmin(TenantAdmin):
    """Everybody names his own deputies."""

    noun = "approvals.request"
    section = Section.TODAY
    icon = "supervisor_account"
    empty_text = _("While you are away, somebody else can decide for you: say who, and for which days.")
    order = 20
    list_display = ("from_user", "to_user", "start_date", "end_date")
    list_select_related = ("from_user", "to_user")
    ordering = ("-start_date", "-id")

    end = ServiceAction(_("End delegation"), on="row", run=_end, verb="decide", icon="event_busy")
    actions_detail = ("end",)

    def get_fields(self, request: HttpRequest, obj: Delegation | None = None) -> tuple[str, ...]:
        asked = ("to_user", "start_date", "end_date")
        return ("from_user", *asked) if obj else asked

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.actor(request).may("approvals.request.decide")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows, actor = super().get_queryset(request), self.actor(request)
        if actor.may("audit.entry.view"):
            return rows
        return rows.filter(Q(from_user_id=actor.user_id) | Q(to_user_id=actor.user_id))

    def add_service(self, *, data: dict[str, Any], actor: Actor, now: datetime) -> Delegation:
        return delegate(**data, actor=actor, now=now)
