"""Skills in the admin: what there is, who has it, which shifts ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from attendance.models import EmployeeSkill, ShiftSkill, Skill
from attendance.queries.shifts import offered_shifts
from attendance.services.skills import (
    add_skill,
    end_skill,
    grant_skill,
    remove_skill,
    require_skill,
    waive_skill,
    withdraw_skill,
)
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee


class SkillForm(ServiceForm):
    code = forms.CharField(label=_("Code"), max_length=32)
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)


class GrantForm(ServiceForm):
    employee = RowField(Employee.objects.all(), label=_("Employee"))
    skill = forms.ModelChoiceField(Skill.objects.all(), label=_("Skill"))
    start_date = forms.DateField(label=_("Valid from"), widget=forms.DateInput)
    end_date = forms.DateField(label=_("Valid until (not included)"), widget=forms.DateInput, required=False)


class EndForm(ServiceForm):
    end_date = forms.DateField(
        label=_("Valid until (not included)"), widget=forms.DateInput, required=False,
        help_text=_("Empty: for good."),
    )  # fmt: skip


class RequireForm(ServiceForm):
    shift = forms.ModelChoiceField(offered_shifts(), label=_("Shift"))
    skill = forms.ModelChoiceField(Skill.objects.all(), label=_("Skill"))


def _add(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    add_skill(**data, actor=actor, now=now)


def _remove(*, subject: Skill, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    remove_skill(skill=subject, actor=actor, now=now)


def _grant(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    grant_skill(**data, actor=actor, now=now)


def _end(*, subject: EmployeeSkill, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    end_skill(held=subject, **data, actor=actor, now=now)


def _withdraw(*, subject: EmployeeSkill, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    withdraw_skill(held=subject, actor=actor, now=now)


def _require(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    require_skill(**data, actor=actor, now=now)


def _waive(*, subject: ShiftSkill, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    waive_skill(asked=subject, actor=actor, now=now)


@admin.register(Skill, site=tenant_site)
class SkillAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP
    icon = "school"
    order = 90
    empty_text = _("Skills, licences and certificates: who has them, until when, and which shifts ask for them.")
    list_display = ("code", "name", "name_en")
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = ("code", "name", "name_en")

    set_up = ServiceAction(_("New skill"), on="list", form=SkillForm, run=_add, icon="add")
    remove = ServiceAction(
        _("Remove skill"), on="row", run=_remove, icon="delete", variant=ActionVariant.DANGER,
        text=_("Only a skill that nobody has and no shift asks for can be removed."),
    )  # fmt: skip
    actions_list = ("set_up",)
    actions_detail = ("remove",)


@admin.register(EmployeeSkill, site=tenant_site)
class EmployeeSkillAdmin(TenantAdmin):
    noun = "attendance.roster"
    person_path = "employee"
    section = Section.TIME_SETUP
    icon = "workspace_premium"
    order = 100
    empty_text = _("Say who has which skill, and until when a licence is valid.")
    list_display = ("employee", "skill", "start_date", "end_date")
    list_select_related = ("employee", "skill")
    list_filter = ("skill",)
    search_fields = ("employee__search_text",)
    date_hierarchy = "end_date"
    fields = readonly_fields = ("employee", "skill", "start_date", "end_date")

    grant = ServiceAction(_("Record a skill"), on="list", form=GrantForm, run=_grant, icon="add")
    revise = ServiceAction(
        _("Change validity"), on="row", form=EndForm, run=_end, icon="edit",
        initial=lambda row: {"end_date": row.end_date},
    )  # fmt: skip
    withdraw = ServiceAction(
        _("Take back"), on="row", run=_withdraw, icon="delete", variant=ActionVariant.DANGER,
        text=_("For what was entered by mistake. A licence that has run out gets an end instead."),
    )  # fmt: skip
    actions_list = ("grant",)
    actions_detail = ("revise", "withdraw")


@admin.register(ShiftSkill, site=tenant_site)
class ShiftSkillAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP
    icon = "rule"
    order = 110
    empty_text = _("Say which skills everybody on a shift must have.")
    list_display = ("shift", "skill")
    list_select_related = ("shift", "skill")
    list_filter = ("shift", "skill")
    fields = readonly_fields = ("shift", "skill")

    ask = ServiceAction(_("Ask for a skill"), on="list", form=RequireForm, run=_require, icon="add")
    waive = ServiceAction(_("Ask no longer"), on="row", run=_waive, icon="delete", variant=ActionVariant.DANGER)
    actions_list = ("ask",)
    actions_detail = ("waive",)
