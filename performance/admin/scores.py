"""Scores with their explanation, and the months that hold them, in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.filters import month_filter
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.tenancy.languages import localized
from performance.admin import forms
from performance.models import PerformanceMonth, Score
from performance.queries.explanations import explained
from performance.queries.scores import shown_coefficient
from performance.services.months import lock_month, unlock_month
from performance.services.scores import score_people


def _compute(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    done = score_people(month=data["month"], actor=actor, now=now)
    text = _("%(scored)d people scored, %(without_total)d lack readings, %(without_goals)d have no goals.")
    counts = {"scored": done.scored, "without_total": done.without_total, "without_goals": done.without_goals}
    return str(text % counts)


def _lock(*, subject: PerformanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    lock_month(month=subject.start_date, actor=actor, now=now)


def _unlock(*, subject: PerformanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    unlock_month(month=subject.start_date, reason=data["reason"], actor=actor, now=now)


@admin.register(Score, site=tenant_site)
class ScoreAdmin(TenantAdmin):
    noun = "performance.score"
    person_path = "employee"
    section = Section.PERFORMANCE
    icon = "leaderboard"
    empty_text = _("Scores are computed from goals and readings, by the month close or right now.")
    order = 40
    list_display = ("employee", "month_title", "value", "coverage_shown", "coefficient", "missing_policy")
    list_select_related = ("employee",)
    list_filter = (month_filter("month"), "missing_policy")
    search_fields = ("employee__search_text",)
    ordering = ("-month", "employee")
    fields = readonly_fields = (
        "employee", "month_title", "value", "coverage_shown", "coefficient", "why", "computed_at",
    )  # fmt: skip

    compute = ServiceAction(
        _("Compute scores"), on="list", form=forms.MonthForm, run=_compute, icon="calculate",
        text=_("Only scores that differ are written. The month close does this too."),
    )  # fmt: skip
    actions_list = ("compute",)

    @admin.display(description=_("month"), ordering="month")
    def month_title(self, row: Score) -> str:
        return str(row)

    @admin.display(description=_("coverage"), ordering="coverage")
    def coverage_shown(self, row: Score) -> str:
        return f"{row.coverage * 100:.2f} %"

    @admin.display(description=_("coefficient"), ordering="coefficient_e4")
    def coefficient(self, row: Score) -> str:
        return shown_coefficient(row.coefficient_e4)

    @admin.display(description=_("why"))
    def why(self, row: Score) -> str:
        found = explained(row)
        steps = format_html_join("", "<li>{}</li>", ((localized(step.zh, step.en),) for step in found.steps))
        return format_html('<ul class="list-disc pl-5">{}</ul><p>{}</p>', steps, localized(found.zh, found.en))


@admin.register(PerformanceMonth, site=tenant_site)
class PerformanceMonthAdmin(TenantAdmin):
    noun = "performance.score"
    section = Section.PERFORMANCE
    icon = "lock_clock"
    empty_text = _("Months appear when their scores are locked.")
    order = 50
    list_display = ("month", "state", "locked_at", "locked_by")
    list_filter = ("state",)
    fields = readonly_fields = ("month", "state", "locked_at", "locked_by")

    lock = ServiceAction(
        _("Lock"), on="row", run=_lock, icon="lock", variant=ActionVariant.DANGER,
        offered=lambda row: not row.is_locked,
        text=_("Goals, readings and scores of the month cannot be changed afterwards."),
    )  # fmt: skip
    unlock = ServiceAction(
        _("Unlock"), on="row", form=forms.UnlockForm, run=_unlock, icon="lock_open", variant=ActionVariant.DANGER,
        offered=lambda row: row.is_locked,
    )  # fmt: skip
    actions_detail = ("lock", "unlock")

    @admin.display(description=_("month"), ordering="start_date")
    def month(self, row: PerformanceMonth) -> str:
        return str(row)
