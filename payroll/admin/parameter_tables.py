"""The tenant's parameter tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from payroll.models import ParameterTable
from payroll.services.parameter_tables import save_table


class VersionForm(ServiceForm):
    effective_from = forms.DateField(label=_("In force from"), widget=forms.DateInput)
    rows = forms.CharField(
        label=_("Rows"), widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One row per line, cells separated by commas, in the order of the columns shown."),
    )  # fmt: skip


def _save(*, subject: ParameterTable, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    lines = [line for line in data["rows"].splitlines() if line.strip()]
    rows = [_row(subject, [cell.strip() for cell in line.replace("，", ",").split(",")]) for line in lines]
    save_table(name=subject.name, effective_from=data["effective_from"], rows=rows, actor=actor, now=now)


def _row(table: ParameterTable, cells: list[str]) -> dict[str, Any]:
    """The cells in the order of the columns shown: keys, where the segment begins, values."""
    keys = len(table.content.get("keys") or [])
    begins = [cell or None for cell in cells[keys : keys + 1]] if _is_segmented(table) else []
    return {"keys": cells[:keys], "from": begins[0] if begins else None, "values": cells[keys + len(begins) :]}


@admin.register(ParameterTable, site=tenant_site)
class ParameterTableAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "table"
    empty_text = _("Parameter tables come with a pay item pack: install one under “Pay items”.")
    order = 50
    list_display = ("name", "title", "title_en", "effective_from")
    search_fields = ("name", "title", "title_en")
    fields = readonly_fields = ("name", "title", "title_en", "effective_from", "rows")

    new_version = ServiceAction(
        _("New version"), on="row", form=VersionForm, run=_save, icon="add",
        initial=lambda table: {"rows": "\n".join(", ".join(map(str, _cells(table, row))) for row in _rows(table))},
        text=_("Months that are approved or locked keep their values."),
    )  # fmt: skip
    actions_detail = ("new_version",)

    @admin.display(description=_("rows"))
    def rows(self, table: ParameterTable) -> str:
        columns = [column["name"] for column in table.content["columns"]]
        heads = [*table.content.get("keys", []), *([_("from")] if _is_segmented(table) else []), *columns]
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<th class='pr-4 text-left'>{}</th>", ((head,) for head in heads)),
            format_html_join("", "<tr>{}</tr>", ((_tds(_cells(table, row)),) for row in _rows(table))),
        )


def _is_segmented(table: ParameterTable) -> bool:
    return table.content["kind"] in ("step", "bracket", "tier")


def _rows(table: ParameterTable) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.content["rows"]
    return rows


def _cells(table: ParameterTable, row: dict[str, Any]) -> list[str]:
    begins = [row.get("from") or ""] if _is_segmented(table) else []
    return [*(row.get("keys") or []), *begins, *row["values"]]


def _tds(cells: list[str]) -> str:
    return format_html_join("", "<td class='pr-4'>{}</td>", ((cell,) for cell in cells))
