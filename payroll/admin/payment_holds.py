"""Held payments: the list, holding and releasing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.filters import month_filter
from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee
from payroll.models import PaymentHold, Payslip
from payroll.services.payments import MONTHS, hold_payments, release_payment

CHANGE = "payroll.file.change"


class SlipHoldForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    until_date = forms.DateField(
        label=_("Held until, not included"), required=False, widget=forms.DateInput,
        help_text=_("Leave it empty to hold it until it is released."),
    )  # fmt: skip


class HoldForm(SlipHoldForm):
    employee = RowField(label=_("Employee"), queryset=Employee.objects.filter(kind=Employee.Kind.HUMAN))
    month = forms.DateField(label=_("Month (its first day)"), widget=forms.DateInput)
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=MONTHS, initial=1)
    field_order = ("employee", "month", "months", "reason", "until_date")


class ReleaseForm(ServiceForm):
    note = forms.CharField(
        label=_("Why it is released"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


def hold_of_payslip(*, subject: Payslip, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    run = subject.run
    hold_payments(employee=subject.employee, month=run.month, run=run, **data, actor=actor, now=now)


def _hold(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    hold_payments(**data, actor=actor, now=now)


def _release(*, subject: PaymentHold, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    release_payment(hold=subject, note=data["note"], actor=actor, now=now)


class InForce(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "held"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Held")), ("no", _("Released"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(released_at__isnull=self.value() == "yes") if self.value() else queryset


@admin.register(PaymentHold, site=tenant_site)
class PaymentHoldAdmin(TenantAdmin):
    noun = "payroll.file"
    person_path = "employee"
    section = Section.PAY
    icon = "pause_circle"
    empty_text = _("A held payment stays out of bank files until it is released.")
    order = 16
    list_display = ("employee", "month_here", "run", "reason", "until_date", "held_by", "held_at", "released_at")
    list_select_related = ("employee", "run__group")
    list_filter = (InForce, month_filter("month"))
    search_fields = ("employee__search_text",)
    fields = readonly_fields = (
        "employee", "month_here", "run", "reason", "until_date", "held_by", "held_at", "release_note", "released_by",
        "released_at",
    )  # fmt: skip

    hold = ServiceAction(
        _("Hold payments"), on="list", form=HoldForm, run=_hold, icon="pause_circle",
        text=_("The pay of these months stays out of bank files. What is calculated, taxed and filed stays as it is."),
    )  # fmt: skip
    release = ServiceAction(
        _("Release the payment"), on="row", form=ReleaseForm, run=_release, icon="play_circle",
        offered=lambda hold: hold.released_at is None, text=_("The next bank file of the run pays it."),
    )  # fmt: skip
    actions_list = ("hold",)
    actions_detail = ("release",)

    @admin.display(description=_("month"), ordering="month")
    def month_here(self, hold: PaymentHold) -> str:
        return f"{hold.month:%Y-%m}"
