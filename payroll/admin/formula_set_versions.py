"""The versions of formula sets that runs used, and what changed between two of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.sites import tenant_site
from payroll.admin.languages import language
from payroll.models import FormulaSetVersion, PayInput, PayItem, PayRun
from payroll.packs.words import english
from payroll.queries.formula_names import read_formula
from payroll.queries.formula_sets import names_in
from payroll.queries.version_diffs import is_same, version_diff
from payroll.services.formula_sets import diff_to_today

CONTENT = ("items", "inputs", "tables")
OFFERED = 100
SHOWN_RUNS = 3
SHOWN_ROWS = 100
"""Rows of one table: a new year of law may change some hundred."""
Shown = dict[str, Any]
_TITLES = {
    "name": _("name"), "name_en": _("English name"), "category": _("category"), "scale": _("decimals"),
    "rounding": _("rounding"), "shown": _("on the payslip"), "type": _("type"), "unit": _("unit"),
    "unit_en": _("unit in English"), "default": _("default"), "source": _("source"), "kind": _("kind"),
    "edge": _("edge of a segment"), "since": _("in force from"), "reference": _("reference"),
}  # fmt: skip
_CHOICES = {
    "category": PayItem.Category, "rounding": PayItem.Rounding, "type": PayInput.Type, "source": PayInput.Source,
}  # fmt: skip


class OtherForm(ServiceForm):
    """The version before."""

    version = forms.ChoiceField(label=_("Compare with"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = with_runs(FormulaSetVersion.objects.exclude(pk=self.subject.pk))[:OFFERED]
        choices = [(str(row.pk), version_title(row)) for row in rows]
        self.fields["version"].choices = [("", _("Today’s formulas")), *choices]


def with_runs(versions: QuerySet[FormulaSetVersion]) -> QuerySet[FormulaSetVersion]:
    """Without their content, which is long, and with the runs that used them."""
    runs = PayRun.objects.select_related("group").order_by("-month", "id")
    return versions.defer(*CONTENT).prefetch_related(Prefetch("runs", runs))


def version_title(version: FormulaSetVersion) -> str:
    """The last run with it, else when it was made."""
    run = next(iter(version.runs.all()), None)
    made = f"{timezone.localtime(version.created_at):%Y-%m-%d %H:%M}"
    return f"{version} · {run or made}"


@admin.register(FormulaSetVersion, site=tenant_site)
class FormulaSetVersionAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "history"
    empty_text = _("Every pay run keeps the formulas that it was calculated with here.")
    order = 60
    list_display = ("short", "runs_here", "on_date", "created_at", "created_by", "compare")
    list_display_links = ("short",)
    fields = readonly_fields = ("digest", "runs_here", "on_date", "created_at", "created_by", "compare", "formulas")

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_runs(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.diff_view)
        return [path("<int:object_id>/diff/", page, name="payroll_formulasetversion_diff"), *super().get_urls()]

    def diff_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """From the version ``with`` to this one, or from this one to today's formulas."""
        version = self._found(request, object_id)
        other = request.GET.get("with", "")
        form = OtherForm({"version": other}, subject=version)
        before = self._found(request, other) if other else None
        if before is None:
            diff = diff_to_today(version=version, actor=self.actor(request), now=timezone.now())
        else:
            diff = version_diff(before, version)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("What changed"),
            "form": form,
            "before": version_title(before or version),
            "after": version_title(version) if before else _("Today’s formulas"),
            "parts": readable_diff(diff),
            "same": is_same(diff),
            "back": reverse("admin:payroll_formulasetversion_changelist"),
        }
        return TemplateResponse(request, "payroll/version_diff.html", context)

    def _found(self, request: HttpRequest, object_id: Any) -> FormulaSetVersion:
        if not self.has_view_permission(request) or not str(object_id).isdecimal():
            raise Http404
        rows = FormulaSetVersion.objects.prefetch_related("runs__group").filter(pk=object_id)
        version: FormulaSetVersion | None = rows.first()
        if version is None:
            raise Http404
        return version

    @admin.display(description=_("digest"), ordering="digest")
    def short(self, version: FormulaSetVersion) -> str:
        return str(version)

    @admin.display(description=_("pay runs"))
    def runs_here(self, version: FormulaSetVersion) -> str:
        runs = [str(run) for run in version.runs.all()]
        return "；".join(runs[:SHOWN_RUNS]) + (" …" if len(runs) > SHOWN_RUNS else "")

    @admin.display(description=_("what changed"))
    def compare(self, version: FormulaSetVersion) -> str:
        address = reverse("admin:payroll_formulasetversion_diff", args=[version.pk])
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, _("Compare"))

    @admin.display(description=_("formulas"))
    def formulas(self, version: FormulaSetVersion) -> str:
        names = names_in((*version.items, *version.inputs), language())
        rows = ((names[item["code"]], read_formula(item["formula"], names, language())) for item in version.items)
        cells = "<tr><td class='align-top pr-4 whitespace-nowrap'>{}</td><td class='font-mono'>{}</td></tr>"
        return format_html("<table>{}</table>", format_html_join("", cells, rows))


def readable_diff(diff: Shown) -> list[Shown]:
    """Items, inputs and tables, each title and entries: what (added, removed, changed), name, formula (added, removed),
    words ([kind, text] of a changed formula), facts (title, old, new), rows of a table (place, old, new).
    """
    titles = {"items": _("Pay items"), "inputs": _("Inputs"), "tables": _("Parameter tables")}
    return [
        {"title": titles[kind], "entries": [_entry(what, one) for what, found in part.items() for one in found]}
        for kind, part in diff.items()
        if any(part.values())
    ]


def _entry(what: str, entry: Shown) -> Shown:
    formula = entry.get(f"formula_{language()}", "")
    rows = entry.get("rows", [])
    return {
        "what": what, "title": {"added": _("Added"), "removed": _("Removed"), "changed": _("Changed")}[what],
        "name": entry[language()], "code": entry["code"], "formula": formula if what != "changed" else "",
        "words": formula if what == "changed" else [], "facts": [_fact(fact) for fact in entry.get("facts", [])],
        "rows": [_row(row) for row in rows[:SHOWN_ROWS]], "more": max(0, len(rows) - SHOWN_ROWS),
    }  # fmt: skip


def _fact(fact: Shown) -> tuple[Any, str, str]:
    return _TITLES[fact["field"]], _said(fact["field"], fact["old"]), _said(fact["field"], fact["new"])


def _said(field: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return str(_CHOICES[field](value).label) if field in _CHOICES else str(value)


def _row(row: Shown) -> tuple[str, str, str]:
    word = english if language() == "en" else str
    begins = [_("from %(value)s") % {"value": row["from"]}] if row["from"] is not None else []
    place = " · ".join([*(word(key) for key in row["keys"]), *begins])
    old, new = (_cells(row[side], row["new" if side == "old" else "old"]) for side in ("old", "new"))
    return place, old, new


def _cells(values: dict[str, str | None] | None, others: dict[str, str | None] | None) -> str:
    """The values that differ from those of the other side."""
    if values is None:
        return "–"
    word = english if language() == "en" else str
    different = {name: value for name, value in values.items() if others is None or others.get(name) != value}
    return ", ".join(f"{word(name)} {_('no limit') if value is None else value}" for name, value in different.items())
