"""Goals and readings in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import plain
from hrsaas.console.filters import month_filter
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.errors import DomainError
from performance.admin import forms
from performance.admin.kpis import figure_of
from performance.models import Goal, Reading
from performance.queries.goals import with_latest_reading
from performance.services import goals, readings

SHOWN_FAULTS = 10


def _set_for_group(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    terms = [goals.GoalTerms(kpi.code) for kpi in data.pop("kpis")]
    return _told(goals.set_goals_for(goals=terms, **data, actor=actor, now=now))


def _set_one(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    given = {name: data[name] for name in ("floor", "target", "stretch", "weight")}
    done = goals.set_goals(
        employee_ids=[data["employee"].id], start_date=data["start_date"], end_date=data["end_date"],
        goals=[goals.GoalTerms(data["kpi"].code, **given)], actor=actor, now=now,
    )  # fmt: skip
    return _told(done)


def _told(counts: goals.GoalCounts) -> str:
    text = _("%(added)d goals added, %(changed)d changed, %(kept)d left as they are for another period.")
    return str(text % {"added": counts.added, "changed": counts.changed, "kept": counts.kept})


def _remove(*, subject: Goal, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    goals.remove_goal(goal=subject, actor=actor, now=now)


def _record(*, subject: Goal, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    readings.record_reading(goal=subject, value=data["value"], actor=actor, now=now)


def _record_many(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    try:
        done = readings.record_readings(rows=data["rows"], source=readings.MANUAL, actor=actor, now=now)
    except DomainError as error:
        raise _with_rows(error) from error
    text = _("%(added)d readings recorded, %(repeated)d were there already.")
    return str(text % {"added": done.added, "repeated": done.repeated})


def _with_rows(error: DomainError) -> DomainError:
    """The first faults in the sentence itself: a form shows no table."""
    faults = error.extra.get("rows", [])[:SHOWN_FAULTS]
    zh, en = ("".join(f" {fault['row'] + 1}: {fault[language]}" for fault in faults) for language in ("zh", "en"))
    return DomainError(error.code, zh=error.zh + zh, en=error.en + en, field="lines" if faults else error.field)


@admin.register(Goal, site=tenant_site)
class GoalAdmin(TenantAdmin):
    noun = "performance.goal"
    person_path = "employee"
    section = Section.PERFORMANCE
    icon = "flag"
    empty_text = _(
        "Goals say what is reached at 0, 100 and above. Set them for a whole unit at once, or for one person."
    )
    order = 20
    list_display = (
        "employee", "kpi", "start_date", "end_date", "floor_here", "target_here", "stretch_here", "weight_here",
        "latest_value",
    )  # fmt: skip
    list_select_related = ("employee", "kpi")
    list_filter = (month_filter("start_date"), "kpi")
    search_fields = ("employee__search_text", "kpi__code", "kpi__name")
    ordering = ("-end_date", "employee")
    fields = readonly_fields = (
        "employee", "kpi", "start_date", "end_date", "direction", "floor_here", "target_here", "stretch_here",
        "weight_here", "latest_value",
    )  # fmt: skip
    floor_here = figure_of("floor", _("floor"))
    target_here = figure_of("target", _("target"))
    stretch_here = figure_of("stretch", _("stretch"))
    weight_here = figure_of("weight", _("weight"))

    set_for_group = ServiceAction(
        _("Set goals for a month"), on="list", form=forms.GroupGoalsForm, run=_set_for_group, icon="group_add",
        text=_("Everybody of the org unit (with those below it), of the position, or of both gets these KPIs."),
    )  # fmt: skip
    set_one = ServiceAction(
        _("Set one goal"), on="list", form=forms.GoalForm, run=_set_one, icon="add",
        text=_("Figures left empty are those of the library."),
    )  # fmt: skip
    record = ServiceAction(
        _("Record reading"), on="row", form=forms.ReadingForm, run=_record, icon="edit_note",
        permission="performance.reading.change",
    )  # fmt: skip
    remove = ServiceAction(_("Remove"), on="row", run=_remove, icon="delete", variant=ActionVariant.DANGER)
    actions_list = ("set_for_group", "set_one")
    actions_detail = ("record", "remove")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Goal]:
        return with_latest_reading(super().get_queryset(request))

    @admin.display(description=_("latest reading"))
    def latest_value(self, row: Goal) -> str:
        return plain(row.latest_value)  # type: ignore[attr-defined]  # annotated by get_queryset


@admin.register(Reading, site=tenant_site)
class ReadingAdmin(TenantAdmin):
    noun = "performance.reading"
    person_path = "goal__employee"
    section = Section.PERFORMANCE
    icon = "speed"
    empty_text = _("Readings are what was measured for a goal. Record those of many people at once.")
    order = 30
    list_display = ("employee", "kpi", "period", "value_here", "source", "recorded_at", "recorded_by")
    list_select_related = ("goal__employee", "goal__kpi")
    list_filter = ("source",)
    search_fields = ("goal__employee__search_text",)
    ordering = ("-id",)
    fields = readonly_fields = ("employee", "kpi", "period", "value_here", "source", "recorded_at", "recorded_by")
    value_here = figure_of("value", _("value"))

    record_many = ServiceAction(
        _("Record readings"), on="list", form=forms.ReadingsForm, run=_record_many, icon="playlist_add"
    )
    actions_list = ("record_many",)

    @admin.display(description=_("employee"))
    def employee(self, row: Reading) -> str:
        return str(row.goal.employee)

    @admin.display(description=_("KPI"))
    def kpi(self, row: Reading) -> str:
        return str(row.goal.kpi)

    @admin.display(description=_("period"))
    def period(self, row: Reading) -> str:
        return str(row.goal)
