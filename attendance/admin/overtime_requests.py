"""Overtime requests in the admin, with their effect."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from attendance.admin.leave_balances import employee_field
from attendance.admin.request_words import sent
from attendance.models import OvertimeAdjustment, OvertimeRequest
from attendance.rules.reasons import clock
from attendance.services.overtime_effects import NewOvertime, OvertimeEffect, kind_title
from attendance.services.overtime_requests import ask_overtime, cancel_overtime, preview_overtime
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.languages import in_chinese

LIVE = ("waiting", "approved")


class OvertimeForm(ServiceForm):
    employee = employee_field()
    date = forms.DateField(label=_("Date"), widget=forms.DateInput)
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput, required=False)
    end = forms.TimeField(
        label=_("Until"), widget=forms.TimeInput, required=False, help_text=_("Before the start: on the next day.")
    )
    minutes = forms.IntegerField(
        label=_("Or only the minutes"), min_value=1, max_value=1_440, required=False
    )  # fmt: skip
    compensation = forms.ChoiceField(label=_("For"), choices=OvertimeRequest.Compensation.choices)
    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))


def _preview(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    return _told(preview_overtime(asked=_asked(data), actor=actor, now=now))


def _ask(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    told = _preview(subject=None, data=data, actor=actor, now=now)
    ask_overtime(asked=_asked(data), actor=actor, now=now)
    return sent(told)


def _asked(data: dict[str, Any]) -> NewOvertime:
    start, end = _minute(data["start"]), _minute(data["end"])
    if start is not None and end is not None and end <= start:
        end += 1_440
    plain = {name: value for name, value in data.items() if name not in ("start", "end")}
    return NewOvertime(**plain, start_minute=start, end_minute=end)


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _told(effect: OvertimeEffect) -> str:
    """The effect in a few sentences."""
    facts = {"kind": kind_title(effect.kind), "minutes": effect.minutes, "counted": effect.counted_minutes}
    parts = [
        str(_("%(kind)s, %(minutes)s minutes of overtime, of which %(counted)s count.") % facts),
        str(_("This month: %(hours)s of %(limit)s hours.") % {
            "hours": f"{effect.month_minutes / 60:g}", "limit": f"{effect.month_limit_minutes / 60:g}",
        }),
    ]  # fmt: skip
    if effect.adjusted:
        parts.append(str(_("The month is locked: it counts in the month that is open.")))
    warnings = [one.zh if in_chinese() else one.en for one in effect.warnings]
    return " ".join([*parts, *warnings, *(fault.text for fault in effect.faults)])


def _cancel(*, subject: OvertimeRequest, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    cancel_overtime(request=subject, actor=actor, now=now)


@admin.register(OvertimeRequest, site=tenant_site)
class OvertimeRequestAdmin(TenantAdmin):
    noun = "attendance.request"
    person_path = "employee"
    section = Section.REQUESTS
    icon = "more_time"
    empty_text = _("People ask here for overtime before it or soon after; their managers decide under “Approvals”.")
    order = 60
    list_display = ("employee", "date", "times", "minutes", "compensation", "state", "decided_by")
    list_select_related = ("employee",)
    list_filter = ("state", "compensation")
    search_fields = ("employee__search_text",)
    date_hierarchy = "date"
    ordering = ("-date", "-id")
    fields = readonly_fields = (
        "employee", "date", "times", "minutes", "compensation", "leave_type", "reason", "state", "counts_on_day",
        "asked_by", "asked_at", "decided_by", "decided_at",
    )  # fmt: skip
    ask = ServiceAction(_("Ask for overtime"), on="list", form=OvertimeForm, run=_ask, preview=_preview, icon="add")
    cancel = ServiceAction(
        _("Cancel"), on="row", run=_cancel, icon="undo", offered=lambda row: row.state in LIVE,
        text=_("Its day is computed again; of a locked month it is taken back in the open one."),
    )  # fmt: skip
    actions_list = ("ask",)
    actions_detail = ("cancel",)

    @admin.display(description=_("time"))
    def times(self, row: OvertimeRequest) -> str:
        if row.start_minute is None or row.end_minute is None:
            return "–"
        return f"{clock(row.start_minute)}–{clock(row.end_minute)}"


@admin.register(OvertimeAdjustment, site=tenant_site)
class OvertimeAdjustmentAdmin(TenantAdmin):
    noun = "attendance.request"
    person_path = "employee"
    section = Section.REQUESTS
    icon = "playlist_add"
    empty_text = _("Overtime of a locked month that is approved later counts here, in the month that is open.")
    order = 70
    list_display = (
        "employee", "date", "month", "overtime_weekday_minutes", "overtime_rest_day_minutes",
        "overtime_statutory_minutes",
    )  # fmt: skip
    list_select_related = ("employee", "month")
    search_fields = ("employee__search_text",)
    date_hierarchy = "date"
    fields = readonly_fields = (*list_display, "request", "created_by", "created_at")
