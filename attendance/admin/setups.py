"""Attendance setup in the admin: template, shifts, rotations, the tenant's own days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from attendance.admin.roster_policies import REGIMES, regime_of_word
from attendance.admin.setup_forms import (
    ChangeRotationForm,
    NewRotationForm,
    SettingsForm,
    own_regime,
    shown_rotation,
    shown_settings,
)
from attendance.admin.shift_forms import ChangeShiftForm, NewShiftForm, ShiftForm, shown
from attendance.models import AttendanceSettings, CalendarDay, OvertimeKind, Rotation, Shift
from attendance.packs.loader import list_packs, load_pack, pack_title
from attendance.rules import shifts as rules
from attendance.rules.reasons import clock
from attendance.rules.timelines import draw_shift
from attendance.services.punch_places import RULES as MOBILE_RULES
from attendance.services.punch_places import set_mobile_rules
from attendance.services.request_rules import RULES, set_request_rules
from attendance.services.roster_policies import set_regime
from attendance.services.setups import OwnDay, install_pack, remove_calendar_day, set_calendar_days
from attendance.services.shifts import check_shift, require_new_code, save_rotation, save_settings, save_shift
from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.errors import DomainError
from hrsaas.languages import in_chinese


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


class RequestRulesForm(ServiceForm):
    correction_limit = forms.IntegerField(
        label=_("Corrections a person may ask for in a month"), min_value=0, max_value=99
    )
    correction_days_back = forms.IntegerField(label=_("Days back that may be corrected"), min_value=0, max_value=366)
    overtime_days_back = forms.IntegerField(
        label=_("Days back for which overtime may be asked for"), min_value=0, max_value=366,
        help_text=_("0: only before it, or on the day."),
    )  # fmt: skip
    overtime_leave_kinds = forms.MultipleChoiceField(
        label=_("Overtime that may become time off"), choices=OvertimeKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Overtime on statutory holidays is always paid."),
    )  # fmt: skip
    overtime_leave_percent = forms.IntegerField(
        label=_("Time off for overtime (percent)"), min_value=100, max_value=300
    )
    answer_days = forms.IntegerField(
        label=_("Days until silence confirms a timesheet"), min_value=1, max_value=60, required=False,
        help_text=_("Empty: silence says nothing."),
    )  # fmt: skip


def _set_rules(*, subject: AttendanceSettings, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_request_rules(**data, actor=actor, now=now)


def _install(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    changes = install_pack(**data, actor=actor, now=now)
    return _("%(added)s added, %(changed)s changed.") % {
        "added": len(changes.added), "changed": len(changes.changed),
    }  # fmt: skip


def _set_day(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    day = OwnDay(data["date"], data["name"], data["kind"] == CalendarDay.Kind.WORKDAY)
    set_calendar_days(days=[day], actor=actor, now=now)


def _enter_shift(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    code = data.pop("code")
    require_new_code(Shift, code)
    save_shift(code=code, values=data, actor=actor, now=now)


def _change_shift(*, subject: Shift, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponseBase:
    start_date = data.pop("start_date")
    saved = save_shift(code=subject.code, values=data, start_date=start_date, actor=actor, now=now)
    return redirect("admin:attendance_shift_change", saved.pk)


def _enter_rotation(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    code, regime = data.pop("code"), regime_of_word(data.pop("regime"))
    require_new_code(Rotation, code)
    made = save_rotation(code=code, values=data, actor=actor, now=now)
    set_regime(rotation=made, regime=regime, actor=actor, now=now)


def _change_rotation(*, subject: Rotation, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    start_date, regime = data.pop("start_date"), regime_of_word(data.pop("regime"))
    saved = save_rotation(code=subject.code, values=data, start_date=start_date, actor=actor, now=now)
    set_regime(rotation=saved, regime=regime, actor=actor, now=now)


def _change_settings(*, subject: AttendanceSettings, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    save_settings(values=data, actor=actor, now=now)


def _picture(shift: rules.Shift) -> SafeString:
    drawn = mark_safe(draw_shift(shift, language="zh" if in_chinese() else "en"))  # noqa: S308  # it escapes its texts
    return format_html('<div class="timeline-scroll">{}</div>', drawn)


def _time_of(name: str, title: Any) -> Callable[[Any, Any], str]:
    """A column that shows a minute of the day as a time."""

    def shown(_admin: Any, row: Any) -> str:
        minute = getattr(row, name)
        return "–" if minute is None else clock(minute)

    return admin.display(description=title, ordering=name)(shown)


def _break(one: dict[str, Any]) -> str:
    text = f"{clock(one['start_minute'])}–{clock(one['end_minute'])}"
    return str(_("%(time)s (paid)") % {"time": text}) if one["paid"] else text


class MobileForm(ServiceForm):
    mobile_punches = forms.ChoiceField(
        label=_("Stamps by phone"), choices=AttendanceSettings.MobilePunches.choices,
        help_text=_("Where no place of work is in use, there is nothing to judge a stamp by."),
    )  # fmt: skip
    other_phones = forms.ChoiceField(label=_("Phones of stamps"), choices=AttendanceSettings.OtherPhones.choices)


def _set_mobile(*, subject: AttendanceSettings, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_mobile_rules(**data, actor=actor, now=now)


class _SetupAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP


@admin.register(AttendanceSettings, site=tenant_site)
class AttendanceSettingsAdmin(_SetupAdmin):
    icon = "tune"
    empty_text = _("Install the template of your industry: it brings shifts and rotations.")
    order = 30
    list_display = ("template_name", "pack_version", "national_calendar", "default_rotation")
    list_select_related = ("default_rotation",)
    fields = readonly_fields = (
        "template_name", "pack_version", "weekdays", "national_calendar", "off_roster_step_minutes",
        "off_roster_minimum_minutes", "default_rotation", "correction_limit", "correction_days_back",
        "overtime_days_back", "leave_kinds", "overtime_leave_percent", "answer_days",
        *MOBILE_RULES,
    )  # fmt: skip
    install = ServiceAction(
        _("Install a template"), on="list", form=InstallForm, run=_install, icon="download",
        text=_("Adds the shifts and rotations of the template and sets those that have its codes already."),
    )  # fmt: skip
    actions_list = ("install",)
    rules = ServiceAction(
        _("Rules of requests"), on="row", form=RequestRulesForm, run=_set_rules, icon="rule",
        initial=lambda row: {name: getattr(row, name) for name in RULES},
    )  # fmt: skip
    edit = ServiceAction(
        _("Change"), on="row", form=SettingsForm, run=_change_settings, icon="edit", initial=shown_settings,
        text=_("Holds for all days that are not locked; their figures follow when their month is computed."),
    )  # fmt: skip
    mobile = ServiceAction(
        _("Stamps by phone"), on="row", form=MobileForm, run=_set_mobile, icon="smartphone",
        initial=lambda row: {name: getattr(row, name) for name in MOBILE_RULES},
    )  # fmt: skip
    actions_detail = ("edit", "rules", "mobile")

    @admin.display(description=_("industry template"), ordering="pack_code")
    def template_name(self, row: AttendanceSettings) -> str:
        return pack_title(row.pack_code)

    @admin.display(description=_("working weekdays"))
    def weekdays(self, row: AttendanceSettings) -> str:
        return " ".join(str(WEEKDAYS_ABBR[day]) for day in row.working_weekdays)

    @admin.display(description=_("overtime that may become time off"))
    def leave_kinds(self, row: AttendanceSettings) -> str:
        return " · ".join(str(OvertimeKind(kind).label) for kind in row.overtime_leave_kinds) or "–"


@admin.register(Shift, site=tenant_site)
class ShiftAdmin(_SetupAdmin):
    icon = "schedule"
    empty_text = _("Shifts come with the template of your industry: install one under “Attendance settings”.")
    order = 40
    list_display = ("code", "name", "name_en", "begins", "ends", "night_shift", "ended_date")
    list_filter = (("ended_date", admin.EmptyFieldListFilter),)
    search_fields = ("code", "name", "name_en")
    begins = _time_of("start_minute", _("from"))
    ends = _time_of("end_minute", _("until"))
    flexible_from = _time_of("flex_earliest_minute", _("flexible from"))
    flexible_until = _time_of("flex_latest_minute", _("flexible until"))
    night_begins = _time_of("night_start_minute", _("night begins"))
    night_ends = _time_of("night_end_minute", _("night ends"))
    fields = readonly_fields = (
        "code", "name", "name_en", "timeline", "begins", "ends", "ended_date", "breaks_shown",
        "window_before_minutes", "window_after_minutes",
        "late_grace_minutes", "early_grace_minutes", "flexible_from", "flexible_until", "overtime_step_minutes",
        "overtime_minimum_minutes", "overtime_before", "overtime_after", "night_begins", "night_ends", "night_shift",
        "duplicate_minutes",
    )  # fmt: skip

    enter = ServiceAction(_("New shift"), on="list", form=NewShiftForm, run=_enter_shift, icon="add")
    edit = ServiceAction(
        _("Change"), on="row", form=ChangeShiftForm, run=_change_shift, icon="edit", initial=shown,
        offered=lambda row: row.ended_date is None,
    )  # fmt: skip
    actions_list = ("enter",)
    actions_detail = ("edit",)

    def get_urls(self) -> list[Any]:
        check = path("check/", self.admin_site.admin_view(self.check_view), name="attendance_shift_check")
        return [check, *super().get_urls()]

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """What the form holds, drawn, or what is wrong with it."""
        if not actor_of(request).may("attendance.setup.change"):
            raise PermissionDenied
        form = NewShiftForm(request.POST) if "code" in request.POST else ShiftForm(request.POST)
        context: dict[str, Any] = {}
        if form.is_valid():
            try:
                shift = check_shift(code=form.cleaned_data.pop("code", "?"), values=form.cleaned_data).build()
                context = {"shift": shift, "svg": _picture(shift)}
            except DomainError as error:
                context = {"faults": [error.text]}
        else:
            context = {"faults": [text for texts in form.errors.values() for text in texts]}
        return TemplateResponse(request, "attendance/shift_preview.html", context)

    @admin.display(description=_("timeline"))
    def timeline(self, row: Shift) -> str:
        return _picture(row.build())

    @admin.display(description=_("breaks"))
    def breaks_shown(self, row: Shift) -> str:
        return " · ".join(_break(one) for one in row.breaks) or "–"


@admin.register(Rotation, site=tenant_site)
class RotationAdmin(_SetupAdmin):
    icon = "autorenew"
    empty_text = _("Rotations come with the template of your industry: install one under “Attendance settings”.")
    order = 50
    list_display = ("code", "name", "name_en", "days", "crews", "follows_calendar")
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = (
        "code", "name", "name_en", "days", "crews", "anchor_date", "follows_calendar", "regime",
    )  # fmt: skip
    enter = ServiceAction(_("New rotation"), on="list", form=NewRotationForm, run=_enter_rotation, icon="add")
    edit = ServiceAction(
        _("Change"), on="row", form=ChangeRotationForm, run=_change_rotation, icon="edit", initial=shown_rotation
    )
    actions_list = ("enter",)
    actions_detail = ("edit",)

    @admin.display(description=_("work-hour regime of its people"))
    def regime(self, row: Rotation) -> str:
        return str(dict(REGIMES)[own_regime(row)])

    @admin.display(description=_("cycle"))
    def days(self, row: Rotation) -> str:
        return " ".join(code or "–" for code in row.cycle)


@admin.register(CalendarDay, site=tenant_site)
class CalendarDayAdmin(_SetupAdmin):
    icon = "event"
    empty_text = _("National holidays are known already. Set only the days on which you differ.")
    order = 60
    list_display = ("date", "kind", "name")
    list_filter = ("kind",)
    date_hierarchy = "date"
    fields = readonly_fields = ("date", "kind", "name")
    set_day = ServiceAction(_("Set a day"), on="list", form=OwnDayForm, run=_set_day, icon="add")
    actions_list = ("set_day",)

    def remove_service(self, *, row: CalendarDay, actor: Actor, now: datetime) -> None:
        remove_calendar_day(day=row, actor=actor, now=now)
