"""Imports in the admin: upload, look at the preview, apply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.jobs.admin.jobs import progress_url
from hrsaas.languages import in_chinese
from integrations.jobs import COUNTS
from integrations.models import Import
from integrations.services.file_kinds import FILE_KINDS
from integrations.services.imports import preview_import, start_apply


def _columns_help() -> str:
    """A line for each kind of file."""
    tables = [(label, FILE_KINDS[kind].columns) for kind, label in Import.Kind.choices if not FILE_KINDS[kind].vendor]
    lines = [
        (_("CSV or XLSX; the first line has the headings, in English or Chinese."),),
        *((f"{label}: {', '.join(columns)}",) for label, columns in tables),
        (_("Punches of DingTalk, WeCom and Feishu: JSON, as their interfaces answer."),),
    ]
    return format_html_join("", "{}<br>", lines)


class UploadForm(ServiceForm):
    kind = forms.ChoiceField(label=_("What the file holds"), choices=Import.Kind.choices)
    file = forms.FileField(
        label=_("File"),
        help_text=lazy(_columns_help, str)(),
    )


def _upload(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    file = data["file"]
    found = preview_import(kind=data["kind"], file_name=file.name, content=file.read(), actor=actor, now=now)
    return redirect("admin:integrations_import_change", found.id)


def _apply(*, subject: Import, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    return redirect(progress_url(start_apply(import_id=subject.id, actor=actor, now=now)))


@admin.register(Import, site=tenant_site)
class ImportAdmin(TenantAdmin):
    noun = "integrations.import"
    section = Section.INTEGRATION
    icon = "upload_file"
    empty_text = _(
        "Bring in people, punches, balances and more from CSV or Excel. You see what would happen before anything is "
        "written."
    )
    order = 10
    list_display = ("file_name", "kind", "state", "row_count", "error_count", "created_by", "created_at", "applied_at")
    list_filter = ("kind", "state")
    search_fields = ("file_name",)
    ordering = ("-created_at", "-id")
    fields = readonly_fields = (
        "file_name", "kind", "state", "row_count", "error_count", "effect", "error_table", "sample_table", "created_by",
        "created_at", "applied_at",
    )  # fmt: skip

    upload = ServiceAction(
        _("Import a file"), on="list", form=UploadForm, run=_upload, verb="apply", icon="upload",
        text=_("Nothing is written yet: the next page shows what the file would do."),
    )  # fmt: skip
    apply = ServiceAction(
        _("Apply"), on="row", run=_apply, verb="apply", icon="task_alt",
        text=_("Everything in the file is written, or nothing if something fails."),
        offered=lambda row: row.state == Import.State.READY,
    )  # fmt: skip
    actions_list = ("upload",)
    actions_detail = ("apply",)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("effect"))
    def effect(self, row: Import) -> str:
        return " · ".join(f"{COUNTS.get(name, name)}: {count}" for name, count in row.counts.items()) or "–"

    @admin.display(description=_("errors found"))
    def error_table(self, row: Import) -> str:
        language = "zh" if in_chinese() else "en"
        lines = [(error["line"] or "–", _heading(row.kind, error["column"]), error[language]) for error in row.errors]
        return _table((_("line"), _("column"), _("error")), lines)

    @admin.display(description=_("first rows"))
    def sample_table(self, row: Import) -> str:
        names = [name for name in _HEADINGS if row.sample and name in row.sample[0]]
        lines = [tuple(_cell(name, record[name]) for name in names) for record in row.sample]
        return _table([_heading(row.kind, name) for name in names], lines)


# In the order in which they are shown; JSON in the database keeps none.
_HEADINGS = {
    "code": _("employee number"),
    "employee_code": _("employee number"),
    "date": _("day"),
    "name": _("name"),
    "unit": _("unit"),
    "position": _("position"),
    "hire_date": _("hire date"),
    "base_pay": _("base pay"),
    "base_pay_fen": _("base pay"),
    "city": _("city"),
    "punched_at": _("punched at"),
    "start_date": _("from"),
    "cost_centre": _("cost centre"),
    "project": _("project"),
    "percent": _("percent"),
    "kind": _("kind"),
    "last_month": _("last month"),
    "birth_date": _("birth date"),
    "share_percent": _("share (percent)"),
    "rent_tier": _("rent tier"),
    "agreed_fen": _("agreed part"),
    "queue": _("queue"),
    "slot_start": _("slot"),
    "start_minute": _("slot"),
    "contacts": _("contacts"),
}


def _heading(kind: str, column: str) -> Any:
    if (kind, column) == (Import.Kind.PEOPLE, "name"):
        return _("full name")
    return _HEADINGS.get(column, column or "–")


def _cell(column: str, value: Any) -> Any:
    if column == "start_minute":
        return f"{value // 60:02}:{value % 60:02}"
    return money(value) if column == "base_pay_fen" else value


def _table(heads: Any, lines: list[tuple[Any, ...]]) -> str:
    if not lines:
        return "–"
    head = format_html_join("", '<th class="px-3 py-1 text-left">{}</th>', ((name,) for name in heads))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", '<td class="px-3 py-1">{}</td>', ((cell,) for cell in line)),) for line in lines),
    )
    return format_html('<div class="overflow-x-auto"><table><tr>{}</tr>{}</table></div>', head, body)
