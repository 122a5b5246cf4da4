"""Amounts set by hand: the list, and the forms on the pages of runs and payslips."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.filters import month_filter
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee
from payroll.admin.languages import language
from payroll.models import ManualAmount, PayRun, Payslip
from payroll.queries.manual_amounts import settable
from payroll.services.manual_amounts import set_amount, take_back_amount


class PayslipAmountForm(ServiceForm):
    """subject: the payslip."""

    item = forms.ChoiceField(label=_("Pay item"))
    amount = forms.DecimalField(label=_("Amount (yuan)"), max_digits=15, decimal_places=2)
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {code: en if language() == "en" else zh for code, zh, en in settable(self.run)}
        self.fields["item"].choices = list(names.items())  # type: ignore[attr-defined]  # a ChoiceField, see above

    @property
    def run(self) -> PayRun:
        run: PayRun = self.subject.run
        return run


class RunAmountForm(PayslipAmountForm):
    """subject: the run."""

    employee = RowField(label=_("Employee"), queryset=Employee.objects.filter(kind=Employee.Kind.HUMAN))
    field_order = ("employee", "item", "amount", "reason")

    @property
    def run(self) -> PayRun:
        run: PayRun = self.subject
        return run


def set_of_payslip(*, subject: Payslip, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    _set(subject.run, subject.employee, data, actor, now)


def set_of_run(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    _set(subject, data["employee"], data, actor, now)


def may_be_set(run: PayRun) -> bool:
    return run.is_open and run.state != PayRun.State.CALCULATING


def _set(run: PayRun, employee: Employee, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_amount(
        run=run, employee=employee, item=data["item"], amount_fen=int(data["amount"] * Decimal(100)),
        reason=data["reason"], actor=actor, now=now,
    )  # fmt: skip


def _take_back(*, subject: ManualAmount, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    take_back_amount(amount=subject, actor=actor, now=now)


@admin.register(ManualAmount, site=tenant_site)
class ManualAmountAdmin(TenantAdmin):
    noun = "payroll.run"
    person_path = "employee"
    section = Section.PAY
    icon = "edit_note"
    empty_text = _("Set an amount on the page of a payslip or of a run that is not approved.")
    order = 24
    list_display = ("employee", "run", "item_here", "amount", "by_formula", "reason", "set_by", "set_at")
    list_select_related = ("employee", "run__group", "run__formula_set")
    list_filter = (month_filter("run__month"),)
    search_fields = ("employee__search_text",)
    fields = readonly_fields = (
        "employee", "run", "item_here", "amount", "by_formula", "reason", "set_by", "set_at",
    )  # fmt: skip

    take_back = ServiceAction(
        _("Take back"), on="row", run=_take_back, icon="undo", offered=lambda row: may_be_set(row.run),
        text=_("The formula counts again; the person is calculated again at once."),
    )  # fmt: skip
    actions_detail = ("take_back",)

    @admin.display(description=_("item"), ordering="item")
    def item_here(self, row: ManualAmount) -> str:
        items = row.run.formula_set.items if row.run.formula_set is not None else []
        names = {one["code"]: one["name" if language() == "zh" else "name_en"] for one in items}
        return names.get(row.item, row.item)

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: ManualAmount) -> str:
        return money(row.amount_fen)

    @admin.display(description=_("by the formula (yuan)"), ordering="formula_fen")
    def by_formula(self, row: ManualAmount) -> str:
        return money(row.formula_fen)
