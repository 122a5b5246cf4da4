"""Attendance setup in the admin: template, shifts, rotations, the tenant's own days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from attendance.models import AttendanceSettings, CalendarDay, Rotation, Shift
from attendance.packs.loader import list_packs, load_pack
from attendance.rules.reasons import clock
from attendance.services.setups import OwnDay, install_pack, remove_calendar_day, set_calendar_days
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site


def _pack_choices() -> list[tuple[str, str]]:
    return [(code, f"{load_pack(code).name.zh} · {load_pack(code).name.en}") for code in list_packs()]


class InstallForm(ServiceForm):
    code = forms.ChoiceField(label=_("Industry template"), choices=_pack_choices)
    calendar = forms.ChoiceField(
        label=_("Calendar"),
        choices=[("national", _("With national holidays")), ("weekdays", _("Monday to Friday only"))],
    )


class OwnDayForm(ServiceForm):
    date = forms.DateField(label=_("Date"), widget=forms.DateInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=CalendarDay.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=80, required=False)


def _install(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    changes = install_pack(**data, actor=actor, now=now)
    return _("%(added)s added, %(changed)s changed.") % {
        "added": len(changes.added), "changed": len(changes.changed),
    }  # fmt: skip


def _set_day(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    day = OwnDay(data["date"], data["name"], data["kind"] == CalendarDay.Kind.WORKDAY)
    set_calendar_days(days=[day], actor=actor, now=now)


class _SetupAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME


@admin.register(AttendanceSettings, site=tenant_site)
class AttendanceSettingsAdmin(_SetupAdmin):
    icon = "tune"
    order = 90
    list_display = ("pack_code", "pack_version", "national_calendar", "default_rotation")
    list_select_related = ("default_rotation",)
    fields = readonly_fields = (
        "pack_code", "pack_version", "working_weekdays", "national_calendar", "off_roster_step_minutes",
        "off_roster_minimum_minutes", "default_rotation",
    )  # fmt: skip
    install = ServiceAction(
        _("Install a template"), on="list", form=InstallForm, run=_install, icon="download",
        text=_("Adds the shifts and rotations of the template and sets those that have its codes already."),
    )  # fmt: skip
    actions_list = ("install",)


@admin.register(Shift, site=tenant_site)
class ShiftAdmin(_SetupAdmin):
    icon = "schedule"
    order = 70
    list_display = ("code", "name", "name_en", "begins", "ends", "night_shift")
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = tuple(field.name for field in Shift._meta.local_fields if field.name != "tenant")

    @admin.display(description=_("from"), ordering="start_minute")
    def begins(self, row: Shift) -> str:
        return clock(row.start_minute)

    @admin.display(description=_("until"), ordering="end_minute")
    def ends(self, row: Shift) -> str:
        return clock(row.end_minute)


@admin.register(Rotation, site=tenant_site)
class RotationAdmin(_SetupAdmin):
    icon = "autorenew"
    order = 75
    list_display = ("code", "name", "name_en", "days", "crews", "follows_calendar")
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = (
        "code", "name", "name_en", "days", "crews", "anchor_date", "follows_calendar",
    )  # fmt: skip

    @admin.display(description=_("cycle"))
    def days(self, row: Rotation) -> str:
        return " ".join(code or "–" for code in row.cycle)


@admin.register(CalendarDay, site=tenant_site)
class CalendarDayAdmin(_SetupAdmin):
    icon = "event"
    order = 80
    list_display = ("date", "kind", "name")
    list_filter = ("kind",)
    date_hierarchy = "date"
    fields = readonly_fields = ("date", "kind", "name")
    set_day = ServiceAction(_("Set a day"), on="list", form=OwnDayForm, run=_set_day, icon="add")
    actions_list = ("set_day",)

    def remove_service(self, *, row: CalendarDay, actor: Actor, now: datetime) -> None:
        remove_calendar_day(day=row, actor=actor, now=now)
