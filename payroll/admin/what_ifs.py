"""What a change of a formula would have cost: asked on a pay item, answered on a page of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.languages import in_chinese
from payroll.models import PayItem, WhatIf
from payroll.queries.formula_names import FormulaNames
from payroll.services.what_ifs import keep_what_if, last_closed_run

TITLES = {"gross": _("gross"), "tax": _("income tax"), "net": _("net"), "cost": _("cost of employment")}


class WhatIfForm(ServiceForm):
    formula = forms.CharField(
        label=_("Formula"), max_length=4_000, strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )


def _ask(*, subject: PayItem, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    formulas = {subject.code: data["formula"]}
    asked = keep_what_if(run=last_closed_run(subject.scheme), formulas=formulas, actor=actor, now=now)
    return redirect("admin:payroll_whatif_change", asked.pk)


def _formula(item: PayItem) -> dict[str, str]:
    return {"formula": FormulaNames().shown(item, "zh" if in_chinese() else "en")}


WHAT_IF = ServiceAction(
    _("What would this change have cost last month?"), on="row", verb="view", form=WhatIfForm, run=_ask, icon="science",
    initial=_formula, text=_("The last locked month is calculated with this formula. Nothing is saved or changed."),
)  # fmt: skip


@admin.register(WhatIf, site=tenant_site)
class WhatIfAdmin(TenantAdmin):
    noun = "payroll.run"
    section = Section.PAY
    icon = "science"
    empty_text = _("Ask on a pay item what a change of its formula would have cost.")
    order = 90
    list_display = ("made_at", "run", "items_here", "made_by", "is_done")
    list_select_related = ("run__group",)
    list_filter = ("is_done",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        asked = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if asked is None:
            raise Http404
        name = "name" if in_chinese() else "name_en"
        result = asked.result if asked.is_done else {}
        sums = result.get("sums", {})
        tables = [
            (_("Totals"), [_line(title, sums[key]) for key, title in TITLES.items() if key in sums]),
            (_("By pay item"), [_line(row[name], row) for row in result.get("items", [])]),
            (_("By org unit (net pay)"), [_line(row[name], row) for row in result.get("units", [])]),
            (_("People whose net pay changes most"),
             [_line(f"{row['code']} {row['name']}", row) for row in result.get("most", [])]),
        ]  # fmt: skip
        context = {
            **self.admin_site.each_context(request), "opts": self.model._meta, "title": str(asked), "asked": asked,
            "result": result, "tables": tables,
        }  # fmt: skip
        return TemplateResponse(request, "payroll/what_if.html", context)

    @admin.display(description=_("pay items"))
    def items_here(self, asked: WhatIf) -> str:
        return ", ".join(asked.formulas)


def _line(name: Any, row: dict[str, int]) -> dict[str, Any]:
    percent = f"{row['difference_fen'] * 100 / abs(row['before_fen']):.1f} %" if row["before_fen"] else "–"
    return {
        "name": name, "before": money(row["before_fen"]), "now": money(row["after_fen"]),
        "difference": money(row["difference_fen"]), "percent": percent, "changed": row["difference_fen"] != 0,
    }  # fmt: skip
