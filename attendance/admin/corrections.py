"""Corrections of punches in the admin."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from attendance.admin.request_words import sent
from attendance.models import Correction
from attendance.services.corrections import (
    Evidence,
    NewCorrection,
    Preview,
    ask_correction,
    open_evidence,
    preview_correction,
)  # fmt: skip
from attendance.services.day_previews import DayEffect, effect_of_punch, effect_of_void
from attendance.services.punch_voids import undo_void
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee

DIRECTIONS = [one for one in Correction.Direction.choices if one[0] != Correction.Direction.VOID]


class CorrectionForm(ServiceForm):
    employee = forms.ModelChoiceField(
        Employee.objects.all(), to_field_name="code", widget=forms.TextInput, label=_("Employee number")
    )
    date = forms.DateField(label=_("Working day"), widget=forms.DateInput)
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS)
    punched_at = forms.DateTimeField(label=_("Time of the punch"), widget=forms.DateTimeInput)
    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.FileField(label=_("Evidence"), required=False, help_text=_("PNG, JPEG or PDF, at most 5 MB"))


def _wanted(data: dict[str, Any]) -> NewCorrection:
    return NewCorrection(
        employee=data["employee"], date=data["date"], direction=data["direction"], punched_at=data["punched_at"],
        reason=data.get("reason", ""),
    )  # fmt: skip


def _ask(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    shown = _preview(subject=None, data=data, actor=actor, now=now)
    file = data["evidence"]
    evidence = Evidence(file.name, file.read()) if file else None
    ask_correction(wanted=_wanted(data), evidence=evidence, actor=actor, now=now)
    return sent(shown)


def _preview(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    return told(preview_correction(wanted=_wanted(data), actor=actor, now=now))


def told(found: Preview) -> str:
    """A line for each day that changes, and how many corrections are left."""
    used = _("%(used)s of %(limit)s corrections of the month used.") % {"used": found.used, "limit": found.limit}
    return "\n".join([*(in_words(day) for day in found.days), str(used)])


def _download(*, subject: Correction, data: dict[str, Any], actor: Actor, now: datetime) -> FileResponse:
    file, content = open_evidence(correction=subject, actor=actor, now=now)
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=file.file_name, content_type=file.content_type
    )


def _undo(*, subject: Correction, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    undo_void(void=subject, actor=actor, now=now)


@admin.register(Correction, site=tenant_site)
class CorrectionAdmin(TenantAdmin):
    noun = "attendance.request"
    person_path = "employee"
    section = Section.REQUESTS
    icon = "fact_check"
    empty_text = _("People ask here for punches that are missing or wrong; their managers decide under “Approvals”.")
    order = 50
    list_display = ("employee", "date", "direction", "punched_at", "state", "asked_at", "decided_by")
    list_select_related = ("employee",)
    list_filter = ("state", "direction")
    search_fields = ("employee__search_text",)
    date_hierarchy = "date"
    ordering = ("-asked_at", "-id")
    fields = readonly_fields = (
        "employee", "date", "direction", "punched_at", "reason", "effect", "state", "asked_by", "asked_at",
        "decided_by", "decided_at",
    )  # fmt: skip

    ask = ServiceAction(
        _("Ask for a correction"), on="list", form=CorrectionForm, run=_ask, preview=_preview, icon="add",
        text=_("The person's manager decides; then the punch is added and the day computed again."),
    )  # fmt: skip
    download = ServiceAction(
        _("Evidence"), on="row", verb="view", run=_download, icon="attach_file", offered=lambda row: row.files.exists(),
        text=_("Looking at it is noted in the audit trail."),
    )  # fmt: skip
    undo = ServiceAction(
        _("Undo the voiding"), on="row", permission="attendance.punch.change", run=_undo, icon="undo",
        offered=lambda row: row.voids_id is not None and row.state == "approved",
        text=_("The punch counts again, and its day is computed anew."),
    )  # fmt: skip
    actions_list = ("ask",)
    actions_detail = ("download", "undo")

    @admin.display(description=_("effect"))
    def effect(self, row: Correction) -> str:
        """While it waits; afterwards the day result says it."""
        if row.state != Correction._meta.get_field("state").default:
            return "–"
        if row.voids_id is None:
            days = effect_of_punch(employee_id=row.employee_id, day=row.date, punched_at=row.punched_at)
        else:
            days = effect_of_void(employee_id=row.employee_id, day=row.date, punch_id=row.voids_id)
        return format_html_join("", "<p>{}</p>", ((in_words(day),) for day in days)) or "–"


def in_words(day: DayEffect) -> str:
    """`2026-03-02: 08:00 → 08:00–17:05, 0 → 480 minutes worked`."""
    facts = {
        "date": day.date, "before": _times(day.before), "after": _times(day.after),
        "worked": day.before["worked_minutes"], "then": day.after["worked_minutes"],
    }  # fmt: skip
    return str(_("%(date)s: %(before)s → %(after)s, %(worked)s → %(then)s minutes worked.") % facts)


def _times(facts: dict[str, Any]) -> str:
    return "–".join(facts[name][11:] or "?" for name in ("first_in", "last_out"))
