"""Minors, pregnancy and nursing in the admin, for those who may know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from attendance.models import WorkProtection
from attendance.services.work_protections import add_work_protection, end_work_protection
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee


class ProtectForm(ServiceForm):
    employee = RowField(Employee.objects.all(), label=_("Employee"))
    kind = forms.ChoiceField(label=_("Kind"), choices=WorkProtection.Kind.choices)
    start_date = forms.DateField(label=_("From"), widget=forms.DateInput)
    end_date = forms.DateField(label=_("Until before"), widget=forms.DateInput, required=False)


class EndForm(ServiceForm):
    end_date = forms.DateField(label=_("Until before"), widget=forms.DateInput, required=False)


def _protect(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    add_work_protection(**data, actor=actor, now=now)


def _end(*, subject: WorkProtection, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    end_work_protection(protection=subject, **data, actor=actor, now=now)


@admin.register(WorkProtection, site=tenant_site)
class WorkProtectionAdmin(TenantAdmin):
    noun = "attendance.protection"
    person_path = "employee"
    section = Section.TIME_SETUP
    icon = "health_and_safety"
    order = 120
    empty_text = _("Name who may not work at night or overtime, and from when to when; the roster keeps to it.")
    list_display = ("employee", "kind", "start_date", "end_date")
    list_select_related = ("employee",)
    list_filter = ("kind",)
    search_fields = ("employee__search_text",)
    fields = readonly_fields = ("employee", "kind", "start_date", "end_date")
    protect = ServiceAction(_("Protect somebody"), on="list", form=ProtectForm, run=_protect, icon="add")
    end = ServiceAction(
        _("Change the end"), on="row", form=EndForm, run=_end, icon="event",
        initial=lambda row: {"end_date": row.end_date},
    )  # fmt: skip
    actions_list = ("protect",)
    actions_detail = ("end",)
