"""The inbox of approvals in the admin."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.queries.requests import inbox, visible_to
from hrsaas.approvals.services.requests import decide, withdraw
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site


class CommentForm(ServiceForm):
    comment = forms.CharField(
        label=_("Comment"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(ServiceForm):
    comment = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class InboxFilter(admin.SimpleListFilter):
    title = _("for whom")
    parameter_name = "inbox"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("Waiting for me"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() != "mine":
            return rows
        return rows.filter(pk__in=inbox(actor_of(request), now=timezone.now()).order_by().values("pk"))


def _decide(*, approve: bool, subject: ApprovalRequest, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    decide(request=subject, approve=approve, comment=data["comment"], actor=actor, now=now)


def _withdraw(*, subject: ApprovalRequest, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    withdraw(request=subject, actor=actor, now=now)


def _is_pending(request: ApprovalRequest) -> bool:
    return request.state == ApprovalRequest.State.PENDING


@admin.register(ApprovalRequest, site=tenant_site)
class ApprovalRequestAdmin(TenantAdmin):
    noun = "approvals.request"
    section = Section.TODAY
    icon = "approval"
    empty_text = _("Nothing waits for you. What colleagues submit for approval, a pay run for example, appears here.")
    order = 10
    list_display = ("title", "about", "requester_label", "state", "created_at", "finished_at")
    list_filter = (InboxFilter, "state", "kind")
    search_fields = ("kind", "requester_label")
    ordering = ("-created_at", "-id")
    fields = ("title", "details", "requester_label", "state", "created_at", "finished_at", "decisions")
    readonly_fields = ("title", "details", "decisions")

    approve = ServiceAction(
        _("Approve"), on="row", form=CommentForm, run=partial(_decide, approve=True), verb="decide", icon="check",
        variant=ActionVariant.PRIMARY, offered=_is_pending,
    )  # fmt: skip
    reject = ServiceAction(
        _("Reject"), on="row", form=ReasonForm, run=partial(_decide, approve=False), verb="decide", icon="close",
        variant=ActionVariant.DANGER, offered=_is_pending,
    )  # fmt: skip
    withdraw = ServiceAction(
        _("Withdraw"), on="row", run=_withdraw, verb="view", icon="undo", offered=_is_pending,
        text=_("Only the requester can do this."),
    )  # fmt: skip
    actions_detail = ("approve", "reject", "withdraw")

    def get_queryset(self, request: HttpRequest) -> Any:
        allowed = visible_to(self.actor(request), now=timezone.now())
        return super().get_queryset(request).filter(pk__in=allowed.order_by().values("pk"))

    @admin.display(description=_("kind"), ordering="kind")
    def title(self, request: ApprovalRequest) -> str:
        return request.title

    @admin.display(description=_("about"))
    def about(self, request: ApprovalRequest) -> str:
        return request.about or "–"

    @admin.display(description=_("details"))
    def details(self, request: ApprovalRequest) -> str:
        lines = (
            (title, format_html_join("", "{}<br>", ((one,) for one in text.splitlines())))
            for title, text in request.facts
        )
        return format_html_join("", '<p class="mb-2"><strong>{}</strong><br>{}</p>', lines) or "–"

    @admin.display(description=_("decisions"))
    def decisions(self, request: ApprovalRequest) -> str:
        steps = request.steps.select_related("user", "decided_by").order_by("order")
        rows = ((step.order, _asked(step), step.get_state_display(), _decided(step), step.comment) for step in steps)
        return format_html_join("", "<p>{}. {} · {} {} {}</p>", rows)


def _asked(step: Any) -> str:
    return str(step.user.name if step.user else step.get_role_display())


def _decided(step: Any) -> str:
    return f"· {step.decided_by.name} {timezone.localtime(step.decided_at):%Y-%m-%d %H:%M}" if step.decided_by else ""
