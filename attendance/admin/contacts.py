"""Queues of contacts in the admin: setting up, trying numbers out, forecasting; what came in; promotion days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from attendance.admin.forecast_pages import calculator_page, forecast_page
from attendance.models import ContactQueue, ContactVolume, PromotionDay
from attendance.queries.contact_queues import within_units
from attendance.services.contact_queues import (
    Promotion,
    QueueFacts,
    add_queue,
    change_queue,
    remove_promotion,
    remove_queue,
    set_promotion,
)
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import OrgUnit

# Field of the form, in percent → field of the queue, a fraction.
RATES = {
    "service_level": "service_level_rate", "max_occupancy": "max_occupancy_rate", "shrinkage": "shrinkage_rate",
    "max_abandon": "max_abandon_rate", "growth": "growth_rate", "digital_share": "digital_share_rate",
}  # fmt: skip


def _percent(label: Any, **given: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=6, decimal_places=2, **given)


class QueueForm(ServiceForm):
    code = forms.CharField(label=_("Code"), max_length=32)
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    unit = forms.ModelChoiceField(OrgUnit.objects.order_by("code"), label=_("Unit that answers"))
    slot_minutes = forms.TypedChoiceField(
        label=_("Slot"), choices=ContactQueue.Slot.choices, coerce=int, initial=ContactQueue.Slot.HALF
    )
    handling_seconds = forms.IntegerField(label=_("Handling time (seconds)"), min_value=1, initial=300)
    answer_within_seconds = forms.IntegerField(label=_("Answer within (seconds)"), min_value=0, initial=20)
    service_level = _percent(_("Share answered in time (%)"), initial=80)
    max_occupancy = _percent(_("Highest occupancy (%)"), initial=85)
    shrinkage = _percent(
        _("Shrinkage (%)"), initial=15,
        help_text=_("Training, illness, meetings. Leave the breaks of shifts out: the roster counts them."),
    )  # fmt: skip
    patience_seconds = forms.IntegerField(label=_("Mean patience (seconds)"), min_value=1, required=False)
    max_abandon = _percent(
        _("Share that may hang up (%)"), required=False,
        help_text=_(
            "With patience and this share, people are counted by callers lost (Erlang A). "
            "Leave both empty for Erlang C."
        ),
    )  # fmt: skip
    growth = _percent(_("Growth (%)"), initial=0, help_text=_("What comes in addition to the past, e.g. 20."))
    digital_share = _percent(_("Solved by digital workers (%)"), initial=0)


def facts_of(data: dict[str, Any]) -> QueueFacts:
    """From the form: percent become fractions."""
    given = {name: value for name, value in data.items() if name not in RATES}
    rates = {field: None if data[name] is None else data[name] / 100 for name, field in RATES.items()}
    return QueueFacts(**given, **rates)


def _add(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    return redirect("admin:attendance_contactqueue_change", add_queue(facts=facts_of(data), actor=actor, now=now).pk)


def _change(*, subject: ContactQueue, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    change_queue(queue=subject, facts=facts_of(data), actor=actor, now=now)


def _remove(*, subject: ContactQueue, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    remove_queue(queue=subject, actor=actor, now=now)


def _as_it_is(queue: ContactQueue) -> dict[str, Any]:
    plain = {name: getattr(queue, name) for name in QueueFacts.__dataclass_fields__ if name not in RATES.values()}
    return plain | {name: _in_percent(getattr(queue, field)) for name, field in RATES.items()}


def _in_percent(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{(rate * 100).normalize():f}"


def _rate(name: str) -> Callable[[Any, Any], str]:
    """A column that shows a fraction in percent."""

    def shown(_admin: Any, row: Any) -> str:
        percent = _in_percent(getattr(row, name))
        return "–" if percent is None else f"{percent} %"

    return admin.display(description=ContactQueue._meta.get_field(name).verbose_name)(shown)


class UnitRowsAdmin(TenantAdmin):
    """Rows about units: cut to those that the user has the permission for."""

    noun = "attendance.demand"
    section = Section.ROSTERS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return within_units(super().get_queryset(request), self.actor(request))


@admin.register(ContactQueue, site=tenant_site)
class ContactQueueAdmin(UnitRowsAdmin):
    icon = "headset_mic"
    order = 90
    empty_text = _(
        "Start with the queue of a hotline, a chat or a till: who answers, how long a contact takes, what is promised."
    )
    list_display = ("code", "name", "name_en", "unit", "slot_minutes", "handling_seconds")
    list_select_related = ("unit",)
    search_fields = ("code", "name", "name_en")
    fields = readonly_fields = (
        "code", "name", "name_en", "unit", "slot_minutes", "handling_seconds", "answer_within_seconds",
        "service_level", "max_occupancy", "shrinkage", "patience_seconds", "max_abandon", "growth", "digital_share",
    )  # fmt: skip

    service_level = _rate("service_level_rate")
    max_occupancy = _rate("max_occupancy_rate")
    shrinkage = _rate("shrinkage_rate")
    max_abandon = _rate("max_abandon_rate")
    growth = _rate("growth_rate")
    digital_share = _rate("digital_share_rate")
    set_up = ServiceAction(_("New queue"), on="list", form=QueueForm, run=_add, icon="add")
    revise = ServiceAction(
        _("Change queue"), on="row", form=QueueForm, run=_change, initial=_as_it_is, icon="edit"
    )  # fmt: skip
    remove = ServiceAction(
        _("Remove queue"), on="row", run=_remove, icon="delete", variant=ActionVariant.DANGER,
        text=_("Only a queue that was never used can be removed."),
    )  # fmt: skip
    actions_list = ("set_up",)
    actions_detail = ("forecast", "calculator", "revise", "remove")

    @action(description=_("Forecast"), url_path="forecast", icon="query_stats")
    def forecast(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return forecast_page(self, request, object_id)

    @action(description=_("Calculator"), url_path="calculator", icon="calculate")
    def calculator(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return calculator_page(self, request, object_id)


def _import(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    return redirect("admin:integrations_import_changelist")


@admin.register(ContactVolume, site=tenant_site)
class ContactVolumeAdmin(UnitRowsAdmin):
    icon = "call_received"
    order = 100
    empty_text = _("Import contacts per slot from a file; forecasts learn from them.")
    list_display = ("queue", "date", "total_here", "busiest")
    list_select_related = ("queue",)
    list_filter = ("queue",)
    date_hierarchy = "date"
    fields = readonly_fields = ("queue", "date", "total_here", "busiest", "per_slot")

    bring = ServiceAction(
        _("Import contacts"), on="list", run=_import, permission="integrations.import.apply", icon="upload"
    )  # fmt: skip
    actions_list = ("bring",)

    @admin.display(description=_("contacts per slot"))
    def per_slot(self, row: ContactVolume) -> str:
        return in_spans(row.contacts)

    @admin.display(description=_("total"))
    def total_here(self, row: ContactVolume) -> int:
        return row.total

    @admin.display(description=_("busiest slot"))
    def busiest(self, row: ContactVolume) -> str:
        return slot_start(row.contacts)


class PromotionForm(ServiceForm):
    date = forms.DateField(label=_("Date"), widget=forms.DateInput)
    queue = forms.ModelChoiceField(
        ContactQueue.objects.all(), label=_("Contact queue"), required=False, empty_label=_("All queues")
    )
    multiplier = forms.DecimalField(
        label=_("Multiplier"), min_value=Decimal("0.001"), max_digits=6, decimal_places=3, initial=10
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)


def _promote(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_promotion(promotion=Promotion(**data), actor=actor, now=now)


@admin.register(PromotionDay, site=tenant_site)
class PromotionDayAdmin(UnitRowsAdmin):
    icon = "celebration"
    order = 110
    empty_text = _(
        "Say on which days a multiple of the ordinary contacts comes in, past and to come: Double 11, 10 times."
    )
    list_display = ("date", "queue_here", "multiplier", "name", "name_en")
    list_select_related = ("queue",)
    date_hierarchy = "date"
    fields = readonly_fields = ("date", "queue_here", "multiplier", "name", "name_en")

    promote = ServiceAction(_("Set a promotion day"), on="list", form=PromotionForm, run=_promote, icon="add")
    actions_list = ("promote",)

    def remove_service(self, *, row: PromotionDay, actor: Actor, now: datetime) -> None:
        remove_promotion(promotion=row, actor=actor, now=now)

    @admin.display(description=_("contact queue"))
    def queue_here(self, row: PromotionDay) -> str:
        return str(row.queue or _("All queues"))


def slot_start(numbers: list[int]) -> str:
    """When the slot with the most begins; a dash where there is nothing."""
    if not any(numbers):
        return "–"
    minute = numbers.index(max(numbers)) * (24 * 60 // len(numbers))
    return f"{minute // 60:02}:{minute % 60:02}"


def in_spans(numbers: Sequence[Any]) -> str:
    """Numbers of a day's slots as people read them: ``00:00–08:00 2 · 08:00–12:00 5``; a dash where there are none."""
    return " · ".join(_spans(numbers)) or "–"


def _spans(numbers: Sequence[Any]) -> Iterator[str]:
    at = 0
    for number, same in groupby(numbers):
        start, at = at, at + len(list(same))
        yield f"{_slot_clock(start, numbers)}–{_slot_clock(at, numbers)} {number}"


def _slot_clock(at: int, numbers: Sequence[Any]) -> str:
    minute = at * 24 * 60 // len(numbers)
    return f"{minute // 60:02}:{minute % 60:02}"
