"""Leave types and how the year brings them, in the admin."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from attendance.models import LeavePolicy, LeaveType
from attendance.rules.leave_amounts import parts_of, to_decimal
from attendance.services.leave_types import install_leave_types, save_leave_type, save_policy
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site

SETUP = "attendance.setup.change"
AMOUNTS = ("most_per_request", "most_per_year", "most_advance", "evidence_above")
POLICY_AMOUNTS = ("most_carried", "most_total")


def _days(title: Any, required: bool = False, initial: Decimal | None = None) -> forms.DecimalField:
    return forms.DecimalField(
        label=title, max_digits=8, decimal_places=3, min_value=Decimal(0), required=required, initial=initial
    )


class TypeForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=LeaveType.Kind.choices)
    unit = forms.ChoiceField(label=_("Smallest piece"), choices=LeaveType.Unit.choices)
    counting = forms.ChoiceField(label=_("Counted in"), choices=LeaveType.Counting.choices)
    sandwich = forms.BooleanField(label=_("Free days between days of leave count"), required=False)
    paid_percent = forms.IntegerField(label=_("Paid (percent)"), min_value=0, max_value=100, initial=100)
    has_balance = forms.BooleanField(label=_("Has a balance"), required=False)
    most_per_request = _days(_("Most per request (days or hours)"))
    most_per_year = _days(_("Most per year (days or hours)"))
    most_advance = _days(_("Balance may go below zero by (days or hours)"), required=True, initial=Decimal(0))
    evidence_above = _days(_("Evidence for more than (days or hours)"))
    waiting_days = forms.IntegerField(label=_("Not in the first days after hiring"), min_value=0, initial=0)
    notice_days = forms.IntegerField(label=_("Days of notice"), min_value=0, initial=0)
    overtime_months = forms.IntegerField(label=_("From overtime, valid for (months)"), min_value=1, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class NewTypeForm(TypeForm):
    code = forms.SlugField(label=_("Code"), max_length=32)
    field_order = ("code",)


class PolicyForm(ServiceForm):
    """Steps as ``1:5, 10:10, 20:15``: years of work and days or hours."""

    steps = forms.RegexField(
        r"^\s*\d+\s*:\s*\d+(\.\d+)?(\s*[,，]\s*\d+\s*:\s*\d+(\.\d+)?)*\s*$",
        label=_("Years of work and days or hours, as 1:5, 10:10, 20:15"), max_length=200,
    )  # fmt: skip
    qualifying_months = forms.IntegerField(label=_("Months of work before"), min_value=0, initial=12)
    accrual = forms.ChoiceField(label=_("Comes"), choices=LeavePolicy.Accrual.choices)
    accrual_day = forms.ChoiceField(label=_("By month, on the"), choices=LeavePolicy.AccrualDay.choices)
    most_carried = _days(_("Most carried over (days or hours)"))
    most_total = _days(_("Most with what was carried (days or hours)"))
    carried_months = forms.IntegerField(label=_("Carried leave holds (months)"), min_value=0, initial=12)


def _amounts(data: dict[str, Any], names: tuple[str, ...], unit: str) -> dict[str, Any]:
    parts = parts_of(unit)
    return {name: None if data[name] is None else int(data[name] * parts) for name in names}


def _install(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    return _("%(count)s leave types added.") % {"count": len(install_leave_types(actor=actor, now=now))}


def _add(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    values = {**data, **_amounts(data, AMOUNTS, data["unit"])}
    save_leave_type(code=values.pop("code"), values=values, actor=actor, now=now)


def _change(*, subject: LeaveType, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    values = {**data, **_amounts(data, AMOUNTS, data["unit"])}
    save_leave_type(code=subject.code, values=values, actor=actor, now=now)


def _set_policy(*, subject: LeaveType, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    pairs = [one.split(":") for one in data["steps"].replace("，", ",").split(",")]
    parts = parts_of(subject.unit)
    steps = [{"years": int(years), "amount": int(Decimal(amount.strip()) * parts)} for years, amount in pairs]
    values = {**data, **_amounts(data, POLICY_AMOUNTS, subject.unit), "steps": steps}
    save_policy(leave_type=subject, values=values, actor=actor, now=now)


def _as_shown(row: LeaveType) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in TypeForm.base_fields}
    for name in AMOUNTS:
        fields[name] = None if fields[name] is None else to_decimal(fields[name], row.unit)
    return fields


def _policy_as_shown(row: LeaveType) -> dict[str, Any]:
    policy = row.policies.first()
    if policy is None:
        return {}
    fields = {name: getattr(policy, name) for name in PolicyForm.base_fields}
    for name in POLICY_AMOUNTS:
        fields[name] = None if fields[name] is None else to_decimal(fields[name], row.unit)
    return {**fields, "steps": _steps(policy)}


def _steps(policy: LeavePolicy) -> str:
    unit = policy.leave_type.unit
    return ", ".join(f"{step.years}:{to_decimal(step.amount, unit):f}" for step in policy.build_steps())


@admin.register(LeaveType, site=tenant_site)
class LeaveTypeAdmin(TenantAdmin):
    noun = "attendance.leave"
    section = Section.TIME_SETUP
    icon = "beach_access"
    empty_text = _("Bring in the product's leave types first: they hold what the law gives in each region.")
    order = 70
    list_display = ("code", "name", "name_en", "kind", "unit", "counting", "paid_percent", "has_balance", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = (
        "code", "name", "name_en", "kind", "unit", "counting", "sandwich", "paid_percent", "has_balance", "statutory",
        "per_request", "per_year", "advance", "above", "waiting_days", "notice_days", "overtime_months", "is_active",
        "by_years",
    )  # fmt: skip
    install = ServiceAction(
        _("Bring in the product's types"), on="list", run=_install, icon="download", permission=SETUP,
        text=_("Adds the types that are not there yet; yours stay as they are."),
    )  # fmt: skip
    enter = ServiceAction(_("New leave type"), on="list", form=NewTypeForm, run=_add, icon="add", permission=SETUP)
    edit = ServiceAction(
        _("Change"), on="row", form=TypeForm, run=_change, icon="edit", permission=SETUP, initial=_as_shown
    )
    policy = ServiceAction(
        _("Set the year's grant"), on="row", form=PolicyForm, run=_set_policy, icon="event_repeat", permission=SETUP,
        initial=_policy_as_shown, offered=lambda row: row.has_balance,
    )  # fmt: skip
    actions_list = ("install", "enter")
    actions_detail = ("edit", "policy")

    @admin.display(description=_("most per request"))
    def per_request(self, row: LeaveType) -> str:
        return _shown(row.most_per_request, row)

    @admin.display(description=_("most per year"))
    def per_year(self, row: LeaveType) -> str:
        return _shown(row.most_per_year, row)

    @admin.display(description=_("balance may go below zero by"))
    def advance(self, row: LeaveType) -> str:
        return _shown(row.most_advance, row)

    @admin.display(description=_("evidence for more than"))
    def above(self, row: LeaveType) -> str:
        return _shown(row.evidence_above, row)

    @admin.display(description=_("amount by years of work"))
    def by_years(self, row: LeaveType) -> str:
        policy = row.policies.first()
        return "–" if policy is None else _steps(policy)


def _shown(amount: int | None, row: LeaveType) -> str:
    return "–" if amount is None else f"{to_decimal(amount, row.unit):f}"
