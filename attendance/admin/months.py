"""Months, day results with their reasons, and timesheets in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from attendance.models import AttendanceMonth, DayResult, Timesheet
from attendance.queries.day_results import explain_result
from attendance.rules.reasons import Reason, clock
from attendance.services.months import lock_month, unlock_month
from attendance.services.timesheets import FIELDS
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site


class UnlockForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea)


def _lock(*, subject: AttendanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    lock_month(month=subject.start_date, actor=actor, now=now)


def _unlock(*, subject: AttendanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    unlock_month(month=subject.start_date, reason=data["reason"], actor=actor, now=now)


@admin.register(AttendanceMonth, site=tenant_site)
class AttendanceMonthAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    section = Section.TIME
    icon = "lock_clock"
    order = 65
    list_display = ("month", "state", "locked_at", "locked_by")
    list_filter = ("state",)
    fields = readonly_fields = ("month", "state", "locked_at", "locked_by", "digest")

    lock = ServiceAction(
        _("Lock"), on="row", verb="lock", run=_lock, icon="lock", variant=ActionVariant.DANGER,
        offered=lambda row: not row.is_locked,
        text=_("Day results, timesheets and roster of the month cannot be changed afterwards."),
    )  # fmt: skip
    unlock = ServiceAction(
        _("Unlock"), on="row", verb="lock", form=UnlockForm, run=_unlock, icon="lock_open",
        variant=ActionVariant.DANGER, offered=lambda row: row.is_locked,
    )  # fmt: skip
    actions_detail = ("lock", "unlock")

    @admin.display(description=_("month"), ordering="start_date")
    def month(self, row: AttendanceMonth) -> str:
        return str(row)


@admin.register(DayResult, site=tenant_site)
class DayResultAdmin(TenantAdmin):
    noun = "attendance.day_result"
    person_path = "employee"
    section = Section.TIME
    icon = "today"
    order = 50
    list_display = (
        "employee", "date", "status", "shift", "came", "went", "worked_minutes", "late_minutes", "early_minutes",
        "overtime",
    )  # fmt: skip
    list_select_related = ("employee", "shift")
    list_filter = ("status",)
    search_fields = ("employee__search_text",)
    date_hierarchy = "date"
    ordering = ("-date", "employee")
    fields = readonly_fields = ("employee", "date", "status", "kind", "shift", "came", "went", "reasons", "computed_at")

    @admin.display(description=_("first in"))
    def came(self, row: DayResult) -> str:
        return "" if row.first_in is None else clock(row.first_in)

    @admin.display(description=_("last out"))
    def went(self, row: DayResult) -> str:
        return "" if row.last_out is None else clock(row.last_out)

    @admin.display(description=_("overtime (minutes)"))
    def overtime(self, row: DayResult) -> int:
        return row.overtime_minutes

    @admin.display(description=_("why"))
    def reasons(self, row: DayResult) -> str:
        return _tree(explain_result(row))


@admin.register(Timesheet, site=tenant_site)
class TimesheetAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    person_path = "employee"
    section = Section.TIME
    icon = "summarize"
    order = 60
    list_display = (
        "employee", "month", "due_days", "worked_days", "absent_days", "missing_punch_days", "late_count",
        "late_minutes", "overtime_weekday_minutes", "overtime_rest_day_minutes", "overtime_statutory_minutes",
        "night_shift_count",
    )  # fmt: skip
    list_select_related = ("employee", "month")
    list_filter = ("month",)
    search_fields = ("employee__search_text",)
    ordering = ("-month", "employee")
    fields = readonly_fields = ("employee", "month", *FIELDS)


def _tree(reason: Reason) -> str:
    """The reasons as nested lists in the reader's language."""
    text = reason.zh if (get_language() or "zh").startswith("zh") else reason.en
    inner = format_html_join("", "{}", ((_tree(one),) for one in reason.because))
    below = format_html('<ul class="list-disc pl-5">{}</ul>', inner) if reason.because else ""
    return format_html("<li>{}{}</li>", text, below)
