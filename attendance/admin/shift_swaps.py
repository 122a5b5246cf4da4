"""Shift swaps in the admin, with their effect on both people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from attendance.admin.leave_balances import employee_field
from attendance.admin.request_words import sent
from attendance.models import ShiftSwap
from attendance.queries.swap_checks import PersonEffect, names_of
from attendance.services.shift_swaps import NewSwap, ask_swap, preview_swap
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.languages import in_chinese


class SwapForm(ServiceForm):
    employee = employee_field()
    date = forms.DateField(label=_("Gives the shift of"), widget=forms.DateInput)
    other = employee_field()
    other_date = forms.DateField(
        label=_("Takes the shift of"), widget=forms.DateInput, required=False,
        help_text=_("Empty: takes nothing. The same day: both swap their shifts of it."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].label = _("Employee number of the other person")


def _preview(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    return _told(preview_swap(asked=NewSwap(**data), actor=actor, now=now).people)


def _ask(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    told = _preview(subject=None, data=data, actor=actor, now=now)
    ask_swap(asked=NewSwap(**data), actor=actor, now=now)
    return sent(told)


def _told(people: Sequence[PersonEffect]) -> str:
    """A line for each person: days, hours of the weeks and rest."""
    names = names_of([one.employee_id for one in people])
    return "\n".join(_of_one(names[one.employee_id], one) for one in people)


def _of_one(name: str, effect: PersonEffect) -> str:
    days = ", ".join(f"{day} {before or '–'} → {after or '–'}" for day, before, after in effect.days)
    weeks = ", ".join(f"{one.before_minutes / 60:g} → {one.after_minutes / 60:g}" for one in effect.weeks)
    facts = {
        "name": name, "days": days, "weeks": weeks, "before": _hours(effect.rest_before_minutes),
        "after": _hours(effect.rest_after_minutes),
    }  # fmt: skip
    text = _("%(name)s: %(days)s; hours of the week %(weeks)s, shortest rest %(before)s → %(after)s hours.")
    warnings = [one.zh if in_chinese() else one.en for one in effect.warnings]
    return " ".join([str(text % facts), *warnings])


def _hours(minutes: int | None) -> str:
    return "–" if minutes is None else f"{minutes / 60:g}"


@admin.register(ShiftSwap, site=tenant_site)
class ShiftSwapAdmin(TenantAdmin):
    noun = "attendance.request"
    person_path = "employee"
    section = Section.REQUESTS
    icon = "swap_horiz"
    empty_text = _("People ask here to give a shift away or to exchange it; the other person agrees, then the manager.")
    order = 80
    list_display = ("employee", "date", "shift", "other", "other_date", "other_shift", "state")
    list_select_related = ("employee", "other", "shift", "other_shift")
    list_filter = ("state",)
    search_fields = ("employee__search_text", "other__search_text")
    date_hierarchy = "date"
    fields = readonly_fields = (
        "employee", "date", "shift", "other", "other_date", "other_shift", "reason", "state", "why_failed", "asked_by",
        "asked_at", "decided_by", "decided_at",
    )  # fmt: skip
    ask = ServiceAction(_("Ask for a swap"), on="list", form=SwapForm, run=_ask, preview=_preview, icon="swap_horiz")
    actions_list = ("ask",)

    @admin.display(description=_("why it failed"))
    def why_failed(self, row: ShiftSwap) -> str:
        return row.why_failed or "–"
