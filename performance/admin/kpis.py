"""The KPI library and the settings in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import plain
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from performance.admin import forms
from performance.models import Kpi, PerformanceSettings
from performance.queries.scores import shown_coefficient
from performance.queries.settings import tables_of
from performance.rules.coefficients import CoefficientTable, LinearCoefficients
from performance.services import kpis, settings


def _install(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    added = kpis.install_pack(**data, actor=actor, now=now)
    return ngettext("%(count)d KPI was added.", "%(count)d KPIs were added.", added) % {"count": added}


def _create(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    kpis.create_kpi(**data, actor=actor, now=now)


def _change(*, subject: Kpi, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    kpis.change_kpi(kpi=subject, changes=data, actor=actor, now=now)


def _change_policy(*, subject: PerformanceSettings, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    settings.change_missing_policy(**data, actor=actor, now=now)


def _use_table(*, subject: PerformanceSettings, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    table = settings.shipped_table(data["table"], data["effective_from"])
    settings.use_table(table=table, actor=actor, now=now)


def _values(kpi: Kpi) -> dict[str, Any]:
    return {name: getattr(kpi, name) for name in forms.ChangeKpiForm.base_fields}


def figure_of(name: str, title: Any) -> Callable[[Any, Any], str]:
    """A column that shows a decimal field without the zeros that storage adds."""

    def shown(_admin: Any, row: Any) -> str:
        return plain(getattr(row, name))

    return admin.display(description=title, ordering=name)(shown)


@admin.register(Kpi, site=tenant_site)
class KpiAdmin(TenantAdmin):
    noun = "performance.kpi"
    section = Section.PERFORMANCE
    icon = "query_stats"
    empty_text = _("Install the KPI library of your industry, or create a KPI of your own.")
    order = 10
    global_search = True
    list_display = (
        "code", "name", "name_en", "area", "measure", "direction", "floor_here", "target_here", "stretch_here",
        "weight_here", "is_active",
    )  # fmt: skip
    list_filter = ("is_active", "direction")
    search_fields = ("code", "name", "name_en", "area", "area_en")
    ordering = ("area", "code")
    fields = readonly_fields = (
        "code", "name", "name_en", "area", "area_en", "meaning", "meaning_en", "measure", "measure_en", "direction",
        "floor_here", "target_here", "stretch_here", "weight_here", "places", "is_active",
    )  # fmt: skip
    floor_here = figure_of("floor", _("floor"))
    target_here = figure_of("target", _("target"))
    stretch_here = figure_of("stretch", _("stretch"))
    weight_here = figure_of("weight", _("weight"))

    create = ServiceAction(_("Add KPI"), on="list", form=forms.NewKpiForm, run=_create, icon="add")
    install = ServiceAction(
        _("Install KPI library"), on="list", form=forms.PackForm, run=_install, icon="library_add",
        text=_("KPIs that are there already stay as they are."),
    )  # fmt: skip
    edit = ServiceAction(
        _("Change"), on="row", form=forms.ChangeKpiForm, run=_change, initial=_values, icon="edit",
        text=_("Goals that were set keep their own bands and weight."),
    )  # fmt: skip
    actions_list = ("create", "install")
    actions_detail = ("edit",)


@admin.register(PerformanceSettings, site=tenant_site)
class PerformanceSettingsAdmin(TenantAdmin):
    noun = "performance.kpi"
    section = Section.PERFORMANCE
    icon = "tune"
    order = 90
    list_display = ("missing_policy", "pack_code", "pack_version")
    fields = readonly_fields = ("missing_policy", "tables", "pack_code", "pack_version")

    change_policy = ServiceAction(
        _("Change how missing readings count"), on="row", form=forms.PolicyForm, run=_change_policy, icon="rule",
        initial=lambda row: {"policy": row.missing_policy},
    )  # fmt: skip
    use_table = ServiceAction(
        _("Use another coefficient table"), on="row", form=forms.TableForm, run=_use_table, icon="table_chart",
        text=_("linear: score / 100, at most 1.2. grades: five grades S, A, B, C, D."),
    )  # fmt: skip
    actions_detail = ("change_policy", "use_table")

    @admin.display(description=_("coefficient tables"))
    def tables(self, row: PerformanceSettings) -> str:
        lines = ((table.effective_from, _described(table)) for table in tables_of(row))
        return format_html_join("", "<p><strong>{}</strong> {}</p>", lines)


def _described(table: CoefficientTable) -> str:
    if isinstance(table, LinearCoefficients):
        limits = {"lowest": shown_coefficient(table.lowest_e4), "highest": shown_coefficient(table.highest_e4)}
        return str(_("score / 100, from %(lowest)s to %(highest)s") % limits)
    return " · ".join(f"≥ {tier.from_score}: {shown_coefficient(tier.coefficient_e4)}" for tier in table.tiers)
