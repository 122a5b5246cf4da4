"""The operator console's list of tenants, and what a tenant sees of operators' visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.transaction import non_atomic_requests
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.access.labels import choices
from hrsaas.access.models import OperatorGrant
from hrsaas.access.origins import origin_of
from hrsaas.access.queries.actors import actor_of
from hrsaas.access.rules.permissions import ALL, NOT_FOR_OPERATORS, ROLE_PERMISSIONS, Role
from hrsaas.access.services.operators import grant_entry, revoke_grant
from hrsaas.console.admin import ReadOnlyAdmin, TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import operator_site, tenant_site
from hrsaas.errors import DomainError
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.services.tenants import resume_tenant, suspend_tenant

# Beyond what every grant has: the auditor's rights.
EXTRA = choices(ALL - NOT_FOR_OPERATORS - ROLE_PERMISSIONS[Role.AUDITOR])


class ReasonForm(ServiceForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The tenant reads it in its audit trail."),
    )  # fmt: skip


class GrantForm(ReasonForm):
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=8, initial=1)
    permissions = forms.MultipleChoiceField(
        label=_("More than looking"), choices=EXTRA, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Without these you see what an auditor sees and change nothing."),
    )  # fmt: skip


@admin.register(Tenant, site=operator_site)
class TenantConsole(ReadOnlyAdmin):
    """Tenants and their state; nothing of what is inside them.

    The pages that act as a tenant must not run in the request's own transaction, which has none.
    """

    icon = "domain"
    list_display = ("slug", "name_zh", "name_en", "industry", "status", "created_at")
    list_filter = ("status", "industry")
    search_fields = ("slug", "name_zh", "name_en")
    fields = (
        "slug", "name_zh", "name_en", "industry", "region", "time_zone", "language", "status", "modules", "created_at",
    )  # fmt: skip
    actions_detail = ("enter", "suspend", "resume")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    @action(description=_("Enter"), url_path="enter", icon="login")
    @non_atomic_requests
    def enter(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("You get a link that is good once, for five minutes. Your visit ends after the hours you ask for.")
        return self._act(request, object_id, GrantForm, _enter, title=_("Enter"), text=text)

    @action(description=_("Suspend"), url_path="suspend", icon="pause_circle", variant=ActionVariant.DANGER)
    @non_atomic_requests
    def suspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = _("Nobody of this tenant gets in until you resume it. Its data stays.")
        return self._act(request, object_id, ReasonForm, _suspend, title=_("Suspend"), text=text, danger=True)

    @action(description=_("Resume"), url_path="resume", icon="play_circle")
    @non_atomic_requests
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._act(request, object_id, ReasonForm, _resume, title=_("Resume"))

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        kind: type[ServiceForm],
        run: Callable[..., str | None],
        **shown: Any,
    ) -> HttpResponse:
        """Ask, call the service, go to where it says or back to the tenant."""
        tenant = self.get_object(request, object_id)
        if tenant is None or not self.has_view_permission(request):
            raise Http404
        back = reverse("admin:tenancy_tenant_change", args=[tenant.pk])
        form = kind(request.POST if request.method == "POST" else None, subject=tenant)
        if form.is_valid():
            try:
                target = run(request, tenant, form.cleaned_data, timezone.now())
                if target is None:
                    messages.success(request, f"{shown['title']}: {tenant}")
                return HttpResponseRedirect(target or back)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.text)
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, "subtitle": str(tenant),
                   "form": form, "back": back, "media": form.media, **shown}  # fmt: skip
        return TemplateResponse(request, "console/service_form.html", context)


def _enter(request: HttpRequest, tenant: Tenant, data: dict[str, Any], now: datetime) -> str:
    _grant, link = grant_entry(
        operator=request.user, tenant=tenant, reason=data["reason"], length=timedelta(hours=data["hours"]),
        extra_permissions=data["permissions"], origin=origin_of(request), now=now,
    )  # fmt: skip
    return link


def _suspend(request: HttpRequest, tenant: Tenant, data: dict[str, Any], now: datetime) -> None:
    suspend_tenant(tenant=tenant, reason=data["reason"], actor=actor_of(request), now=now)


def _resume(request: HttpRequest, tenant: Tenant, data: dict[str, Any], now: datetime) -> None:
    resume_tenant(tenant=tenant, reason=data["reason"], actor=actor_of(request), now=now)


def _revoke(*, subject: OperatorGrant, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    revoke_grant(grant=subject, actor=actor, now=now)


@admin.register(OperatorGrant, site=tenant_site)
class GrantAdmin(TenantAdmin):
    """Which operators of the service were or are inside, and why; an HR admin may show them out."""

    noun = "access.user"
    section = Section.ADMINISTRATION
    icon = "support_agent"
    empty_text = _("Operators of the service get in only by a grant with a reason and an end. So far none was here.")
    order = 80
    list_display = ("operator_email", "reason", "starts_at", "ends_at", "entered_at", "revoked_at")
    fields = ("operator_email", "reason", "permissions", "starts_at", "ends_at", "entered_at", "revoked_at")
    revoke = ServiceAction(
        _("Revoke"), on="row", run=_revoke, variant=ActionVariant.DANGER, icon="block",
        offered=lambda grant: grant.is_open(timezone.now()),
    )  # fmt: skip
    actions_detail = ("revoke",)
