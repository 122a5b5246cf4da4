"""Values entered for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.filters import month_filter
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from payroll.models import MonthlyInput, PayInput
from payroll.services.monthly_inputs import EnteredValue, save_inputs


class ValueForm(ServiceForm):
    employee = forms.CharField(label=_("Employee number"), max_length=40)
    month = forms.DateField(label=_("Month (its first day)"), widget=forms.DateInput)
    input = forms.ModelChoiceField(label=_("Pay input"), queryset=PayInput.objects.all())
    value = forms.CharField(label=_("Value"), max_length=120)


def _enter(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    row = EnteredValue(data["employee"], data["month"], data["input"].code, data["value"])
    save_inputs(rows=[row], actor=actor, now=now)


@admin.register(MonthlyInput, site=tenant_site)
class MonthlyInputAdmin(TenantAdmin):
    noun = "payroll.run"
    person_path = "employee"
    section = Section.PAY
    icon = "edit_note"
    empty_text = _("Values that no other module knows, sales or insurance bases for example, are entered here.")
    order = 35
    list_display = ("month_here", "employee", "input", "value")
    list_select_related = ("employee", "input")
    list_filter = (month_filter("month"), "input")
    search_fields = ("employee__search_text",)

    enter = ServiceAction(_("Enter a value"), on="list", form=ValueForm, run=_enter, icon="add")
    actions_list = ("enter",)

    fields = readonly_fields = ("month_here", "employee", "input", "value")

    @admin.display(description=_("month"), ordering="month")
    def month_here(self, row: MonthlyInput) -> str:
        return f"{row.month:%Y-%m}"

    @admin.display(description=_("value"))
    def value(self, row: MonthlyInput) -> str:
        return row.shown
