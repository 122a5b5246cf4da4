"""API tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.access.labels import choices
from hrsaas.access.models import ApiToken, User
from hrsaas.access.rules.permissions import ROLE_PERMISSIONS, Role
from hrsaas.access.services.tokens import issue_token, revoke_token
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site

SCOPES = choices(ROLE_PERMISSIONS[Role.INTEGRATION])


class TokenForm(ServiceForm):
    user = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.filter(is_active=True, memberships__role=Role.INTEGRATION),
        help_text=_("A user with no role but integration. Tokens for yourself are issued through the API."),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("Scopes"), choices=SCOPES, widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("Valid for (days)"), min_value=1, max_value=366, initial=90)


def _issue(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    expires_at = now + timedelta(days=data.pop("days"))
    token, secret = issue_token(**data, expires_at=expires_at, actor=actor, now=now)
    return str(_("Token {name}: {secret} — copy it now, it is not shown again.")).format(name=token.name, secret=secret)


def _revoke(*, subject: ApiToken, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    revoke_token(token=subject, actor=actor, now=now)


@admin.register(ApiToken, site=tenant_site)
class TokenAdmin(TenantAdmin):
    noun = "access.token"
    section = Section.INTEGRATION
    icon = "vpn_key"
    empty_text = _("A token lets another system use the API. Create a user with the role integration first.")
    order = 90
    list_display = ("name", "user", "prefix", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix")
    fields = ("name", "user", "prefix", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    readonly_fields = ("prefix",)

    issue = ServiceAction(_("Issue token"), on="list", form=TokenForm, run=_issue, icon="add")
    revoke = ServiceAction(
        _("Revoke"), on="row", run=_revoke, variant=ActionVariant.DANGER, icon="block",
        offered=lambda token: token.is_valid(timezone.now()),
    )  # fmt: skip
    actions_list = ("issue",)
    actions_detail = ("revoke",)
