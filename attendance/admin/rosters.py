"""The roster in the admin: a month of people at a glance, and changing one day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from attendance.admin.roster_grid import RosterGrid
from attendance.admin.stand_ins import stand_ins_page
from attendance.models import CrewMembership, RosterDay, Rotation
from attendance.queries.months import end_of, month_of
from attendance.queries.shifts import offered_shifts
from attendance.services.rosters import assign_shift, plan_roster, put_on_rotation
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import Employee


def _employee_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        Employee.objects.all(), to_field_name="code", widget=forms.TextInput, label=_("Employee number")
    )


class AssignForm(ServiceForm):
    employee = _employee_field()
    day = forms.DateField(label=_("Date"), widget=forms.DateInput)
    shift = forms.ModelChoiceField(offered_shifts(), label=_("Shift"), required=False, empty_label=_("Free day"))


class RotationForm(ServiceForm):
    employee = _employee_field()
    rotation = forms.ModelChoiceField(Rotation.objects.all(), label=_("Rotation"))
    crew = forms.IntegerField(label=_("Crew"), min_value=1, initial=1)
    start_date = forms.DateField(label=_("From"), widget=forms.DateInput)


class PlanForm(ServiceForm):
    month = forms.DateField(label=_("A day of the month"), widget=forms.DateInput)


def _assign(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    assign_shift(**data, actor=actor, now=now)


def _put_on(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    put_on_rotation(
        employees=[data["employee"]], rotation=data["rotation"], crew=data["crew"] - 1,
        start_date=data["start_date"], actor=actor, now=now,
    )  # fmt: skip


def _plan(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    first = month_of(data["month"])
    return _("%(count)s days planned.") % {"count": plan_roster(first=first, end=end_of(first), actor=actor, now=now)}


@admin.register(RosterDay, site=tenant_site)
class RosterDayAdmin(TenantAdmin):
    noun = "attendance.roster"
    person_path = "employee"
    section = Section.ROSTERS
    icon = "view_list"
    empty_text = _("Put people on a rotation first; then plan the month, and change single days where needed.")
    order = 20
    list_display = ("employee", "date", "shift_or_free", "by_hand")
    list_select_related = ("employee", "shift")
    list_filter = ("by_hand",)
    search_fields = ("employee__search_text",)
    date_hierarchy = "date"
    ordering = ("-date", "employee")
    fields = readonly_fields = ("employee", "date", "shift", "by_hand")

    @admin.display(description=_("shift"), ordering="shift")
    def shift_or_free(self, row: RosterDay) -> str:
        return str(row.shift or _("Free day"))

    assign = ServiceAction(_("Assign a shift"), on="list", form=AssignForm, run=_assign, icon="edit_calendar")
    plan = ServiceAction(
        _("Plan a month"), on="list", form=PlanForm, run=_plan, icon="auto_awesome",
        text=_("Plans what the rotations say for everybody who is on one. Days changed by hand stay as they are."),
    )  # fmt: skip
    actions_list = ("assign", "plan")
    actions_detail = ("stand_ins",)

    @action(description=_("Stand-ins"), url_path="stand-ins", icon="person_search")
    def stand_ins(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return stand_ins_page(self, request, object_id)

    def get_urls(self) -> list[Any]:
        return [*RosterGrid(self).urls(), *super().get_urls()]


@admin.register(CrewMembership, site=tenant_site)
class CrewMembershipAdmin(TenantAdmin):
    noun = "attendance.roster"
    person_path = "employee"
    section = Section.ROSTERS
    icon = "groups"
    empty_text = _(
        "A rotation says which shifts follow each other. Put people on one, and their months plan themselves."
    )
    order = 70
    list_display = ("employee", "rotation", "crew_number")
    list_select_related = ("employee", "rotation")
    list_filter = ("rotation",)
    search_fields = ("employee__search_text",)
    ordering = ("rotation", "crew", "id")
    fields = readonly_fields = ("employee", "rotation", "crew_number")

    put_on = ServiceAction(
        _("Put on a rotation"), on="list", form=RotationForm, run=_put_on, icon="person_add",
        text=_("One person. For many at once use “Apply a rotation” below the roster."),
    )  # fmt: skip
    actions_list = ("put_on",)

    @admin.display(description=_("crew"), ordering="crew")
    def crew_number(self, row: CrewMembership) -> int:
        return row.crew + 1
