"""Users and their roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.access.models import User
from hrsaas.access.models.memberships import ROLE_CHOICES
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services import users
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee, OrgUnit


def _roles_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=_("Roles"), choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple)


def _password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )


class UserForm(ServiceForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Full name"), max_length=120)
    password = _password_field()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    roles = _roles_field()
    unit = forms.ModelChoiceField(
        label=_("Unit that a manager manages"), queryset=OrgUnit.objects.all(), required=False
    )
    employee = forms.ModelChoiceField(label=_("Employee"), queryset=Employee.objects.filter(users=None), required=False)


class RolesForm(ServiceForm):
    roles = _roles_field()
    units = forms.ModelMultipleChoiceField(
        label=_("Units that a manager manages"), queryset=OrgUnit.objects.all(), required=False
    )


class PasswordForm(ServiceForm):
    password = _password_field()


def _create(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    users.create_user(**data, actor=actor, now=now)


def _change_roles(*, subject: User, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    users.change_roles(user=subject, **data, actor=actor, now=now)


def _set_password(*, subject: User, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    users.set_password(user=subject, **data, actor=actor, now=now)


def _deactivate(*, subject: User, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    users.deactivate(user=subject, actor=actor, now=now)


def _activate(*, subject: User, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    users.activate(user=subject, actor=actor, now=now)


def _current_roles(user: User) -> dict[str, Any]:
    units = [unit_id for _role, unit_id in user.held if unit_id is not None]
    return {"roles": sorted(user.roles), "units": units}


@admin.register(User, site=tenant_site)
class UserAdmin(TenantAdmin):
    noun = "access.user"
    section = Section.ADMINISTRATION
    icon = "manage_accounts"
    order = 10
    list_display = ("email", "name", "role_names", "employee", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role")
    list_select_related = ("employee",)
    search_fields = ("email", "name")
    fields = ("email", "name", "language", "employee", "role_names", "is_active", "last_login", "created_at")
    readonly_fields = ("role_names",)

    create = ServiceAction(_("Add user"), on="list", form=UserForm, run=_create, icon="person_add")
    change_roles = ServiceAction(
        _("Change roles"), on="row", form=RolesForm, run=_change_roles, initial=_current_roles, icon="badge",
        text=_("The choice replaces all roles that the user has now."),
    )  # fmt: skip
    set_password = ServiceAction(_("Set password"), on="row", form=PasswordForm, run=_set_password, icon="key")
    deactivate = ServiceAction(
        _("Deactivate"), on="row", run=_deactivate, variant=ActionVariant.DANGER, icon="block",
        offered=lambda user: user.is_active, text=_("The user is signed out at once and all tokens are revoked."),
    )  # fmt: skip
    activate = ServiceAction(
        _("Activate"), on="row", run=_activate, icon="check_circle", offered=lambda user: not user.is_active
    )
    actions_list = ("create",)
    actions_detail = ("change_roles", "set_password", "deactivate", "activate")

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("memberships__unit")

    @admin.display(description=_("Roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(_role_name(one) for one in user.memberships.all())


def _role_name(membership: Any) -> str:
    name = str(membership.get_role_display())
    return f"{name} ({membership.unit})" if membership.role == Role.MANAGER else name
