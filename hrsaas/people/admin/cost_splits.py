"""Cost shares of people in the admin."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.admin import forms
from hrsaas.people.models import CostShare, CostSplit
from hrsaas.people.rules.cost_shares import NewSplit
from hrsaas.people.services.cost_splits import remove_cost_split, set_cost_split


def _set(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    row = NewSplit(data["employee"].code, data["start_date"], data["shares"])
    set_cost_split(row=row, actor=actor, now=now)


def _again(*, subject: CostSplit, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_cost_split(row=NewSplit(subject.employee.code, data["start_date"], data["shares"]), actor=actor, now=now)


def _remove(*, subject: CostSplit, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    remove_cost_split(split=subject, actor=actor, now=now)


def _now(row: CostSplit) -> dict[str, Any]:
    return {"start_date": row.start_date, "shares": "\n".join(_line(one) for one in row.shares.all())}


def _line(one: CostShare) -> str:
    return f"{one.cost_centre}, {one.project.code if one.project else ''}, {percent(one.share_rate)}"


def percent(rate: Decimal) -> str:
    """0.6 → 60."""
    return f"{(rate * 100).normalize():f}"


@admin.register(CostSplit, site=tenant_site)
class CostSplitAdmin(TenantAdmin):
    noun = "people.cost"
    person_path = "employee"
    section = Section.PEOPLE
    icon = "pie_chart"
    empty_text = _(
        "Whose cost is borne by several cost centres or projects. Everybody else costs where the assignment says."
    )
    order = 70
    list_display = ("employee", "start_date", "summary")
    list_select_related = ("employee",)
    list_filter = ("start_date", "shares__project")
    search_fields = ("employee__search_text",)
    fields = readonly_fields = ("employee", "start_date", "share_table")

    set = ServiceAction(_("Set shares"), on="list", form=forms.NewSplitForm, run=_set, icon="add")
    revise = ServiceAction(
        _("New shares"), on="row", form=forms.SharesForm, run=_again, initial=_now, icon="edit",
        text=_("From the same day they replace these; from a later day on these hold until then."),
    )  # fmt: skip
    remove = ServiceAction(
        _("Take back"), on="row", run=_remove, icon="undo", variant=ActionVariant.DANGER,
        text=_("The shares before these hold on."),
    )  # fmt: skip
    actions_list = ("set",)
    actions_detail = ("revise", "remove")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CostSplit]:
        return super().get_queryset(request).select_related("employee").prefetch_related("shares__project")

    @admin.display(description=_("shares"))
    def summary(self, row: CostSplit) -> str:
        return " · ".join(f"{_place(one)} {percent(one.share_rate)}%" for one in row.shares.all())

    @admin.display(description=_("shares"))
    def share_table(self, row: CostSplit) -> str:
        heads = ((head,) for head in (_("cost centre"), _("project"), _("share")))
        lines = ((one.cost_centre or _("of the assignment"), str(one.project or "–"), f"{percent(one.share_rate)}%")
                 for one in row.shares.all())  # fmt: skip
        return format_html(
            "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
            format_html_join("", "<th class='pr-6 text-left'>{}</th>", heads),
            format_html_join("", "<tr><td class='pr-6'>{}</td><td class='pr-6'>{}</td><td>{}</td></tr>", lines),
        )


def _place(one: CostShare) -> str:
    return " ".join(filter(None, [one.cost_centre, str(one.project or "")])) or str(_("of the assignment"))
