"""Pay schemes, pay groups with their members, legal entities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee
from payroll.admin.pay_items import PackForm
from payroll.models import LegalEntity, PayGroup, PayGroupMember, PayScheme
from payroll.services.pay_groups import ENTITY_FIELDS, GROUP_FIELDS, assign_members, save_entity, save_group
from payroll.services.pay_schemes import create_scheme
from payroll.services.retro_differences import add_retro_items


class SchemeForm(PackForm):
    code = forms.RegexField(label=_("Code"), regex=r"^[a-z][a-z0-9_]*$", max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    field_order = ("code", "name", "name_en", "pack")


class MembersForm(ServiceForm):
    employees = forms.ModelMultipleChoiceField(
        label=_("Employees"), queryset=Employee.objects.filter(kind=Employee.Kind.HUMAN).order_by("code")
    )
    start_date = forms.DateField(label=_("From (the first day of a month)"), widget=forms.DateInput)


def _create_scheme(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    create_scheme(**data, actor=actor, now=now)


def _add_retro(*, subject: PayScheme, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    added = add_retro_items(scheme=subject, actor=actor, now=now)
    return str(_("%(count)s items added") % {"count": added})


def _assign(*, subject: PayGroup, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    moved = assign_members(group=subject, **data, actor=actor, now=now)
    return str(_("%(count)s people moved") % {"count": moved})


@admin.register(PayScheme, site=tenant_site)
class PaySchemeAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "account_tree"
    order = 25
    list_display = ("code", "name", "name_en", "pack")

    create = ServiceAction(_("New scheme from a pack"), on="list", form=SchemeForm, run=_create_scheme, icon="add")
    retro = ServiceAction(
        _("Add items for earlier months"), on="row", run=_add_retro, icon="history",
        text=_("Items that pay differences of closed months, with their part of contributions and net pay."),
    )  # fmt: skip
    actions_list = ("create",)
    actions_detail = ("retro",)


class CodedAdmin(TenantAdmin):
    """Rows that a service saves by their code: ``save(code=, changes=, actor=, now=)`` with these ``facts``."""

    noun = "payroll.item"
    section = Section.PAY
    save: Callable[..., Any]
    facts: tuple[str, ...]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj is not None else ()

    def add_service(self, *, data: dict[str, Any], actor: Actor, now: datetime) -> Any:
        return self._save(data["code"], data, actor, now)

    def change_service(self, *, row: Any, data: dict[str, Any], actor: Actor, now: datetime) -> Any:
        return self._save(row.code, data, actor, now)

    def _save(self, code: str, data: dict[str, Any], actor: Actor, now: datetime) -> Any:
        changes = {name: value for name, value in data.items() if name in self.facts}
        return self.save(code=code, changes=changes, actor=actor, now=now)


@admin.register(LegalEntity, site=tenant_site)
class LegalEntityAdmin(CodedAdmin):
    icon = "domain"
    order = 27
    list_display = ("code", "name", "tax_code", "bank_name")
    fields = ("code", *ENTITY_FIELDS)
    save = staticmethod(save_entity)
    facts = ENTITY_FIELDS


@admin.register(PayGroup, site=tenant_site)
class PayGroupAdmin(CodedAdmin):
    icon = "groups"
    order = 26
    list_display = ("code", "name", "name_en", "scheme", "entity", "pay_day")
    list_select_related = ("scheme", "entity")
    fields = ("code", *GROUP_FIELDS)
    save = staticmethod(save_group)
    facts = GROUP_FIELDS

    assign = ServiceAction(
        _("Move people here"), on="row", form=MembersForm, run=_assign, icon="person_add",
        text=_("Whoever is in no other group belongs to the default one."),
    )  # fmt: skip
    actions_detail = ("assign",)


@admin.register(PayGroupMember, site=tenant_site)
class PayGroupMemberAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "group"
    order = 28
    list_display = ("employee", "group", "start_date", "end_date")
    list_select_related = ("employee", "group")
    list_filter = ("group",)
    search_fields = ("employee__search_text",)
