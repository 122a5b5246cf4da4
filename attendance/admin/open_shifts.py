"""Open shifts, published rosters and steps of the roster in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from attendance.models import OpenShift, RosterBatch, RosterPublication
from attendance.queries.shifts import offered_shifts
from attendance.services.open_shifts import MOST, open_shifts, withdraw_open_shift
from attendance.services.roster_copies import undo_batch
from attendance.services.roster_publications import publish_roster
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import OrgUnit


def _unit_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(OrgUnit.objects.order_by("code"), label=_("Unit"))


class OpenForm(ServiceForm):
    unit = _unit_field()
    day = forms.DateField(label=_("Date"), widget=forms.DateInput)
    shift = forms.ModelChoiceField(offered_shifts(), label=_("Shift"))
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST, initial=1)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class PublishForm(ServiceForm):
    unit = _unit_field()
    first = forms.DateField(label=_("From"), widget=forms.DateInput)
    end = forms.DateField(label=_("Until before"), widget=forms.DateInput)
    reason = forms.CharField(label=_("Reason, where the notice is short"), max_length=200, required=False)


def _open(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    open_shifts(**data, actor=actor, now=now)


def _withdraw(*, subject: OpenShift, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    withdraw_open_shift(open_shift=subject, actor=actor, now=now)


def _publish(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    publish_roster(**data, actor=actor, now=now)


def _undo(*, subject: RosterBatch, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    undo_batch(batch=subject, actor=actor, now=now)


class _RosterRows(TenantAdmin):
    noun = "attendance.roster"
    section = Section.ROSTERS


@admin.register(OpenShift, site=tenant_site)
class OpenShiftAdmin(_RosterRows):
    icon = "event_seat"
    order = 40
    empty_text = _("Open a shift that nobody is on; people of the unit take it themselves.")
    list_display = ("date", "shift", "unit", "state", "taken_by", "note", "opened_by")
    list_select_related = ("shift", "unit", "taken_by")
    list_filter = ("state",)
    date_hierarchy = "date"
    fields = readonly_fields = (
        "date", "shift", "unit", "note", "state", "taken_by", "taken_at", "opened_by", "opened_at",
    )  # fmt: skip
    open = ServiceAction(_("Open a shift"), on="list", form=OpenForm, run=_open, icon="add")
    withdraw = ServiceAction(
        _("Withdraw"), on="row", run=_withdraw, icon="undo", offered=lambda row: row.state == OpenShift.State.OPEN
    )  # fmt: skip
    actions_list = ("open",)
    actions_detail = ("withdraw",)


@admin.register(RosterPublication, site=tenant_site)
class RosterPublicationAdmin(_RosterRows):
    icon = "campaign"
    order = 50
    empty_text = _("Publish a unit's roster; people see it then, and changes of it are told.")
    list_display = ("unit", "start_date", "end_date", "people", "notice", "published_at", "published_by")
    list_select_related = ("unit",)
    fields = readonly_fields = (
        "unit", "start_date", "end_date", "people", "days", "notice", "reason", "published_at", "published_by",
    )  # fmt: skip
    publish = ServiceAction(_("Publish"), on="list", form=PublishForm, run=_publish, icon="campaign")
    actions_list = ("publish",)

    @admin.display(description=_("days of notice"), ordering="notice_days")
    def notice(self, row: RosterPublication) -> int | str:
        return row.notice_days if row.notice_days >= 0 else _("after it had begun")


@admin.register(RosterBatch, site=tenant_site)
class RosterBatchAdmin(_RosterRows):
    icon = "history"
    order = 60
    empty_text = _("Every change of the roster is a step here, and can be taken back.")
    list_display = ("made_at", "kind", "made_by", "days", "undone_at")
    list_filter = ("kind",)
    fields = readonly_fields = ("kind", "made_at", "made_by", "days", "undone_at")
    undo = ServiceAction(
        _("Take back"), on="row", run=_undo, icon="undo", offered=lambda row: row.undone_at is None,
        text=_("The days become what they were before, where nobody has changed them since."),
    )  # fmt: skip
    actions_detail = ("undo",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterBatch]:
        return super().get_queryset(request).annotate(day_count=Count("changes"))

    @admin.display(description=_("days"))
    def days(self, row: RosterBatch) -> int:
        count: int = row.day_count  # type: ignore[attr-defined]  # annotated above
        return count
