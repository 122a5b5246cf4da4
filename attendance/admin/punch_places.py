"""Places of work, phones, and stamps by phone in the admin."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from attendance.models import Phone, PunchCheck, PunchPlace
from attendance.services.punch_places import PlaceFacts, decide_phone, set_place
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.models import OrgUnit


class PlaceForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    latitude = forms.DecimalField(
        label=_("Latitude"), max_digits=8, decimal_places=6, required=False,
        help_text=_("As Chinese maps show it (GCJ-02), for example 31.230416."),
    )  # fmt: skip
    longitude = forms.DecimalField(label=_("Longitude"), max_digits=9, decimal_places=6, required=False)
    radius_m = forms.IntegerField(label=_("Radius (m)"), min_value=10, initial=200)
    bssids = forms.CharField(
        label=_("Access points of its Wi-Fi"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One BSSID a line, for example aa:bb:cc:dd:ee:ff."),
    )  # fmt: skip
    unit = forms.ModelChoiceField(
        OrgUnit.objects.order_by("code"), label=_("Unit"), required=False,
        help_text=_("Whose people may stamp here; none: everybody."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


def _add(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_place(facts=_facts(data), actor=actor, now=now)


def _edit(*, subject: PunchPlace, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_place(place=subject, facts=_facts(data), actor=actor, now=now)


def _facts(data: dict[str, Any]) -> PlaceFacts:
    return PlaceFacts(**{**data, "bssids": data["bssids"].replace(",", " ").split()})


def _as_it_is(place: PunchPlace) -> dict[str, Any]:
    plain = {name: getattr(place, name) for name in PlaceFacts.__dataclass_fields__}
    return plain | {"bssids": "\n".join(place.bssids)}


def _decide(allow: bool) -> Any:
    def run(*, subject: Phone, data: dict[str, Any], actor: Actor, now: datetime) -> None:
        decide_phone(phone=subject, allow=allow, actor=actor, now=now)

    return run


@admin.register(PunchPlace, site=tenant_site)
class PunchPlaceAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP
    icon = "location_on"
    order = 130
    empty_text = _(
        "Say where people work: a circle on the map, or the Wi-Fi. Then allow stamps by phone in the settings."
    )
    list_display = ("name", "latitude", "longitude", "radius_m", "unit", "is_active")
    list_select_related = ("unit",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = readonly_fields = (
        "name", "latitude", "longitude", "radius_m", "access_points", "unit", "is_active",
    )  # fmt: skip
    add_place = ServiceAction(_("Add a place"), on="list", form=PlaceForm, run=_add, icon="add_location")
    edit = ServiceAction(_("Change"), on="row", form=PlaceForm, run=_edit, icon="edit", initial=_as_it_is)
    actions_list = ("add_place",)
    actions_detail = ("edit",)

    @admin.display(description=_("access points"))
    def access_points(self, row: PunchPlace) -> str:
        return ", ".join(row.bssids) or "–"


@admin.register(Phone, site=tenant_site)
class PhoneAdmin(TenantAdmin):
    noun = "attendance.punch"
    person_path = "employee"
    section = Section.TIME_SETUP
    icon = "smartphone"
    order = 140
    empty_text = _("Phones appear when people register them in the app. The first of each person is allowed at once.")
    list_display = ("employee", "name", "state", "first_used_at")
    list_select_related = ("employee",)
    list_filter = ("state",)
    search_fields = ("employee__search_text",)
    fields = readonly_fields = list_display
    allow = ServiceAction(
        _("Allow"), on="row", run=_decide(True), permission="attendance.setup.change", icon="check",
        offered=lambda row: row.state != Phone.State.ALLOWED,
    )  # fmt: skip
    block = ServiceAction(
        _("Block"), on="row", run=_decide(False), permission="attendance.setup.change", icon="block",
        variant=ActionVariant.DANGER, offered=lambda row: row.state != Phone.State.BLOCKED,
    )  # fmt: skip
    actions_detail = ("allow", "block")


@admin.register(PunchCheck, site=tenant_site)
class PunchCheckAdmin(TenantAdmin):
    noun = "attendance.punch"
    person_path = "punch__employee"
    section = Section.TIME
    icon = "pin_drop"
    order = 30
    empty_text = _("Stamps by phone are listed here with the place, the distance and what is odd about them.")
    list_display = ("employee", "punched_at", "trust", "place", "distance_m", "phone")
    list_select_related = ("punch__employee", "place", "phone")
    list_filter = ("punch__trust", "place")
    search_fields = ("punch__employee__search_text",)
    fields = readonly_fields = (*list_display, "accuracy_m")

    @admin.display(description=_("employee"))
    def employee(self, row: PunchCheck) -> str:
        return str(row.punch.employee)

    @admin.display(description=_("punched at"), ordering="punch__punched_at")
    def punched_at(self, row: PunchCheck) -> datetime:
        return row.punch.punched_at

    @admin.display(description=_("trust"), ordering="punch__trust")
    def trust(self, row: PunchCheck) -> Any:
        return row.punch.get_trust_display()
