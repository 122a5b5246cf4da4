"""The tenant's parameter tables, and the versions of formula sets that runs used."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.sites import tenant_site
from payroll.models import FormulaSetVersion, ParameterTable


@admin.register(ParameterTable, site=tenant_site)
class ParameterTableAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "table"
    order = 50
    list_display = ("name", "title", "title_en", "effective_from")
    search_fields = ("name", "title", "title_en")
    fields = readonly_fields = ("name", "title", "title_en", "effective_from", "rows")

    @admin.display(description=_("rows"))
    def rows(self, table: ParameterTable) -> str:
        columns = [column["name"] for column in table.content["columns"]]
        heads = [*table.content.get("keys", []), *([_("from")] if _is_segmented(table) else []), *columns]
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<th class='pr-4 text-left'>{}</th>", ((head,) for head in heads)),
            format_html_join("", "<tr>{}</tr>", ((_cells(table, row),) for row in table.content["rows"])),
        )


def _is_segmented(table: ParameterTable) -> bool:
    return table.content["kind"] in ("step", "bracket", "tier")


def _cells(table: ParameterTable, row: dict[str, object]) -> str:
    begins = [row.get("from") or ""] if _is_segmented(table) else []
    cells = [*(row.get("keys") or []), *begins, *(row["values"] or [])]  # type: ignore[misc]  # JSON of TableEntry
    return format_html_join("", "<td class='pr-4'>{}</td>", ((cell,) for cell in cells))


@admin.register(FormulaSetVersion, site=tenant_site)
class FormulaSetVersionAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "history"
    order = 60
    list_display = ("digest", "on_date", "created_at", "created_by")
    fields = readonly_fields = ("digest", "on_date", "created_at", "created_by", "formulas")

    @admin.display(description=_("formulas"))
    def formulas(self, version: FormulaSetVersion) -> str:
        rows = ((item["code"], item["name"], item["formula"]) for item in version.items)
        cells = "<tr><td class='pr-4'>{}</td><td class='pr-4'>{}</td><td class='font-mono'>{}</td></tr>"
        return format_html("<table>{}</table>", format_html_join("", cells, rows))
