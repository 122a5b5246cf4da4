"""Closing months in the admin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import titled
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.jobs.admin.jobs import progress_url
from hrsaas.months.models import MonthClose
from hrsaas.months.services.closes import start
from hrsaas.months.stages import stages
from hrsaas.tenancy.queries.tenants import current_tenant


def _last_month() -> str:
    today = timezone.now().astimezone(current_tenant().zone).date()
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


class MonthForm(ServiceForm):
    month = forms.DateField(
        label=_("Month"), input_formats=["%Y-%m"], initial=_last_month, widget=forms.TextInput({"type": "month"})
    )


def _start(*, subject: MonthClose | None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    month: date = subject.month if subject else data["month"]
    return redirect(progress_url(start(month=month, actor=actor, now=now)))


@admin.register(MonthClose, site=tenant_site)
class MonthCloseAdmin(TenantAdmin):
    noun = "months.close"
    section = Section.TODAY
    icon = "event_available"
    empty_text = _(
        "A month close computes attendance, scores and pay of everybody in one go. Start with the last month."
    )
    order = 30
    list_display = ("month_title", "state", "progress", "closed_at")
    list_filter = ("state",)
    ordering = ("-month",)
    fields = ("month_title", "state", "closed_at", "progress", "results")
    readonly_fields = ("month_title", "progress", "results")

    close = ServiceAction(
        _("Close a month"), on="list", form=MonthForm, run=_start, verb="run", icon="event_available",
        variant=ActionVariant.PRIMARY,
    )  # fmt: skip
    close_again = ServiceAction(
        _("Close again"), on="row", run=_start, verb="run", icon="replay",
        text=_("What is closed stays as it is, unless it was reopened."),
        offered=lambda close: close.state != MonthClose.State.CLOSING,
    )  # fmt: skip
    actions_list = ("close",)
    actions_detail = ("close_again",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("job").defer("job__steps")

    @admin.display(description=_("month"), ordering="month")
    def month_title(self, close: MonthClose) -> str:
        return f"{close.month:%Y-%m}"

    @admin.display(description=_("progress"))
    def progress(self, close: MonthClose) -> str:
        if close.job is None:
            return ""
        return format_html('<a href="{}">{} %</a>', progress_url(close.job), close.job.percent)

    @admin.display(description=_("results"))
    def results(self, close: MonthClose) -> str:
        return format_html_join("", "<h3 class='font-semibold mt-2'>{}</h3>{}", _stage_results(close.summaries))


def _stage_results(summaries: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for stage in stages():
        if stage.name in summaries:
            yield stage.title, _table(titled(stage.titles, summaries[stage.name]))


def _table(rows: Iterator[tuple[str, str]]) -> str:
    cells = '<tr><td class="pr-4">{}</td><td class="tabular-nums text-right">{}</td></tr>'
    return format_html("<table>{}</table>", format_html_join("", cells, rows))
