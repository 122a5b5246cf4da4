"""What people confirmed and dispute of their months, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from attendance.models import TimesheetConfirmation, TimesheetDispute
from attendance.services.timesheet_answers import answer_dispute
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site


class AnswerForm(ServiceForm):
    answer = forms.CharField(label=_("Answer"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))


def _answer(*, subject: TimesheetDispute, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    answer_dispute(dispute=subject, answer=data["answer"], actor=actor, now=now)


@admin.register(TimesheetDispute, site=tenant_site)
class TimesheetDisputeAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    person_path = "employee"
    section = Section.TIME
    icon = "contact_support"
    empty_text = _("People say here what they find wrong with their timesheets.")
    order = 70
    list_display = ("employee", "month", "text", "raised_at", "answered_by", "answered_at")
    list_select_related = ("employee", "month")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    search_fields = ("employee__search_text",)
    ordering = ("-raised_at", "-id")
    fields = readonly_fields = (
        "employee", "month", "text", "raised_at", "raised_from", "answer", "answered_by", "answered_at",
    )  # fmt: skip
    answer_it = ServiceAction(
        _("Answer"), on="row", form=AnswerForm, run=_answer, icon="reply", offered=lambda row: row.is_open
    )
    actions_detail = ("answer_it",)


@admin.register(TimesheetConfirmation, site=tenant_site)
class TimesheetConfirmationAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    person_path = "employee"
    section = Section.TIME
    icon = "how_to_reg"
    empty_text = _("Ask people under “Attendance months” to look at their timesheets; who agrees is listed here.")
    order = 80
    list_display = ("employee", "month", "confirmed_at", "automatic", "is_void")
    list_select_related = ("employee", "month")
    list_filter = ("month", "automatic", "is_void")
    search_fields = ("employee__search_text",)
    ordering = ("-confirmed_at", "-id")
    fields = readonly_fields = ("employee", "month", "confirmed_at", "confirmed_from", "automatic", "is_void")
