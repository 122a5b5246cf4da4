"""Balances of leave and their ledger in the admin."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from attendance.models import LeaveEntry, LeaveLot, LeaveType
from attendance.queries.leave_balances import OPEN
from attendance.rules.leave_amounts import parts_of, to_decimal
from attendance.services.leave_grants import start_posting
from attendance.services.leave_ledger import adjust_balance
from attendance.services.leave_types import set_career_starts
from attendance.services.overtime_credits import OvertimeRow, credit_overtime
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee


def employee_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Employee.objects.all(), to_field_name="code", widget=forms.TextInput, label=_("Employee number")
    )


class AdjustForm(ServiceForm):
    employee = employee_field()
    leave_type = forms.ModelChoiceField(LeaveType.objects.filter(has_balance=True), label=_("Leave type"))
    amount = forms.DecimalField(
        label=_("Days or hours; below zero takes away"), max_digits=8, decimal_places=3,
        min_value=Decimal(-10_000), max_value=Decimal(10_000),
    )  # fmt: skip
    on = forms.DateField(label=_("From"), widget=forms.DateInput)
    end_date = forms.DateField(label=_("Gone on (empty: never)"), widget=forms.DateInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class CreditForm(ServiceForm):
    employee = employee_field()
    day = forms.DateField(label=_("Day of the overtime"), widget=forms.DateInput)
    minutes = forms.IntegerField(
        label=_("Minutes of leave instead of pay"), min_value=0, max_value=1440,
        help_text=_("All of the day; 0 takes back what was credited."),
    )  # fmt: skip
    leave_type = forms.ModelChoiceField(LeaveType.objects.filter(overtime_months__isnull=False), label=_("Leave type"))


class PostForm(ServiceForm):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput)


class CareerForm(ServiceForm):
    employee = employee_field()
    start_date = forms.DateField(label=_("First day of work anywhere"), widget=forms.DateInput)


def _adjust(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    amount = int(data.pop("amount") * parts_of(data["leave_type"].unit))
    adjust_balance(**data, amount=amount, actor=actor, now=now)


def _credit(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    row = OvertimeRow(data["employee"].code, data["day"], data["minutes"])
    credit_overtime(rows=[row], leave_type=data["leave_type"], actor=actor, now=now)


def _post(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> Any:
    return redirect("admin:jobs_job_change", start_posting(on=data["on"], actor=actor, now=now).pk)


def _set_career(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_career_starts(starts={data["employee"].code: data["start_date"]}, actor=actor, now=now)


@admin.register(LeaveLot, site=tenant_site)
class LeaveLotAdmin(TenantAdmin):
    noun = "attendance.leave"
    person_path = "employee"
    section = Section.REQUESTS
    icon = "account_balance_wallet"
    empty_text = _("Post the grants of the year, or import opening balances under “Imports”.")
    order = 30
    list_display = ("employee", "leave_type", "what", "begins", "end_date", "left")
    list_select_related = ("employee", "leave_type")
    list_filter = ("leave_type",)
    search_fields = ("employee__search_text",)
    fields = readonly_fields = ("employee", "leave_type", "what", "begins", "end_date", "left", "movements")
    bring = ServiceAction(
        _("Post what is due"), on="list", form=PostForm, run=_post, icon="event_repeat",
        text=_("Grants, accruals, carrying over and expiry up to the day; what is posted already stays."),
    )  # fmt: skip
    adjust = ServiceAction(_("Adjust a balance"), on="list", form=AdjustForm, run=_adjust, icon="edit")
    credit = ServiceAction(
        _("Credit overtime"), on="list", form=CreditForm, run=_credit, icon="more_time",
        text=_("Overtime of a working or rest day becomes leave, and is no longer paid."),
    )  # fmt: skip
    career = ServiceAction(_("Set the start of a career"), on="list", form=CareerForm, run=_set_career, icon="history")
    actions_list = ("bring", "adjust", "credit", "career")

    @admin.display(description=_("what it is"), ordering="key")
    def what(self, row: LeaveLot) -> str:
        return lot_title(row.key)

    @admin.display(description=_("valid from"), ordering="start_date")
    def begins(self, row: LeaveLot) -> date | str:
        return "–" if row.key == OPEN else row.start_date

    @admin.display(description=_("remaining"), ordering="remaining")
    def left(self, row: LeaveLot) -> str:
        return amount_text(row.remaining, row.leave_type)

    @admin.display(description=_("movements"))
    def movements(self, row: LeaveLot) -> str:
        entries = row.entries.order_by("date", "id")
        lines = ((f"{one.date} {one.get_kind_display()} {amount_text(one.amount, row.leave_type)}",) for one in entries)
        return format_html_join("", "<p>{}</p>", lines) or "–"


@admin.register(LeaveEntry, site=tenant_site)
class LeaveEntryAdmin(TenantAdmin):
    noun = "attendance.leave"
    person_path = "lot__employee"
    section = Section.REQUESTS
    icon = "receipt_long"
    empty_text = _("Every grant, leave and expiry is listed here.")
    order = 40
    list_display = ("date", "person", "type_name", "kind", "moved", "reason", "created_by")
    list_select_related = ("lot__employee", "lot__leave_type")
    list_filter = ("kind", "lot__leave_type")
    search_fields = ("lot__employee__search_text",)
    date_hierarchy = "date"
    ordering = ("-id",)
    fields = readonly_fields = (
        "date", "person", "type_name", "lot", "kind", "moved", "request", "reason", "created_at", "created_by",
    )  # fmt: skip

    @admin.display(description=_("employee"))
    def person(self, row: LeaveEntry) -> str:
        return str(row.lot.employee)

    @admin.display(description=_("leave type"))
    def type_name(self, row: LeaveEntry) -> str:
        return str(row.lot.leave_type)

    @admin.display(description=_("quantity"), ordering="amount")
    def moved(self, row: LeaveEntry) -> str:
        return amount_text(row.amount, row.lot.leave_type)


def lot_title(key: str) -> str:
    """The key of a lot in words: ``carried:2026`` → carried over from 2026."""
    kind, _colon, what = key.partition(":")
    if key == OPEN:
        return str(_("taken without a balance, or in advance"))
    return str(_LOTS[kind] % {"what": what}) if kind in _LOTS else key


_LOTS = {
    "by_hand": _("adjustment %(what)s"), "carried": _("carried over from %(what)s"),
    "credited": _("from overtime of %(what)s, credited by hand"),
    "overtime": _("from overtime of %(what)s"), "opening": _("opening balance"),
}  # fmt: skip


def amount_text(amount: int, leave_type: LeaveType) -> str:
    """``2.5 days``, ``8 hours``."""
    value = f"{to_decimal(amount, leave_type.unit):f}"
    text = _("%(value)s hours") if leave_type.in_hours else _("%(value)s days")
    return str(text % {"value": value})
