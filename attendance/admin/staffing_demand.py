"""People wanted in the admin: the list, deciding by hand, and the chart beside the roster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.admin.contacts import UnitRowsAdmin, in_spans, slot_start
from attendance.models import ContactQueue, StaffingDemand
from attendance.queries.contact_queues import VIEW
from attendance.queries.staffing_demand import Gap, StaffingCover, staffing_cover
from attendance.services.staffing_demand import set_demand, withdraw_demand
from hrsaas.access.actors import Actor
from hrsaas.console.exports import rows_response
from hrsaas.console.forms import ServiceForm
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.console.widgets import Series
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.units import units_within

SPANS = {"day": 1, "week": 7}
SHOWN_GAPS = 50
SLOTS = {24, 48, 96}


class PeopleField(forms.CharField):
    """Numbers of a day's slots; one alone holds all day."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            label=_("People per slot"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2_000,
            help_text=_(
                "One number per slot from midnight on, separated by spaces or commas; one number alone holds all day."
            ),
            **given,
        )  # fmt: skip

    def clean(self, value: Any) -> list[int]:
        parts = [part for part in re.split(r"[\s,，、;；]+", super().clean(value)) if part]
        plain = all(part.isascii() and part.isdecimal() and len(part) < 7 for part in parts)
        if not parts or not plain or len(parts) not in {1, *SLOTS}:
            raise forms.ValidationError(_("Write whole numbers, one or as many as the day has slots."))
        return [int(part) for part in parts]


class DecideForm(ServiceForm):
    queue = forms.ModelChoiceField(ContactQueue.objects.all(), label=_("Contact queue"), required=False)
    unit = forms.ModelChoiceField(OrgUnit.objects.order_by("code"), label=_("Unit"), required=False)
    day = forms.DateField(label=_("Date"), widget=forms.DateInput)
    people = PeopleField()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("queue")) == bool(data.get("unit")):
            raise forms.ValidationError(_("Name either a queue or a unit."))
        return data


class AgainForm(ServiceForm):
    people = PeopleField()
    version = forms.IntegerField(widget=forms.HiddenInput)


def _decide(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    whose = data["queue"] or data["unit"]
    slots = 24 * 60 // whose.slot_minutes if isinstance(whose, ContactQueue) else 48
    set_demand(whose=whose, day=data["day"], people=_all_day(data["people"], slots), actor=actor, now=now)


def _again(*, subject: StaffingDemand, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    people = _all_day(data["people"], len(subject.people))
    whose: Any = subject.queue or subject.unit
    set_demand(whose=whose, day=subject.date, people=people, version=data["version"], actor=actor, now=now)


def _withdraw(*, subject: StaffingDemand, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    withdraw_demand(demand=subject, actor=actor, now=now)


def _all_day(people: list[int], slots: int) -> list[int]:
    return people * slots if len(people) == 1 else people


def _as_it_is(row: StaffingDemand) -> dict[str, Any]:
    return {"people": " ".join(str(count) for count in row.people), "version": row.version}


@admin.register(StaffingDemand, site=tenant_site)
class StaffingDemandAdmin(UnitRowsAdmin):
    icon = "groups_3"
    order = 80
    empty_text = _("Forecast a queue, or decide by hand how many people are wanted when.")
    list_display = ("date", "whose", "most_here", "busiest", "by_hand")
    list_select_related = ("queue", "unit")
    list_filter = ("queue", "by_hand")
    date_hierarchy = "date"
    fields = readonly_fields = (
        "date", "whose", "by_hand", "most_here", "busiest", "people_shown", "forecast_shown", "expected_shown",
        "learned_from",
    )  # fmt: skip

    decide = ServiceAction(
        _("Decide by hand"), on="list", form=DecideForm, run=_decide, icon="edit_square",
        text=_("For a queue or for a unit. Forecasts leave the day alone from then on."),
    )  # fmt: skip
    again = ServiceAction(
        _("Decide anew"), on="row", form=AgainForm, run=_again, initial=_as_it_is, icon="edit_square"
    )  # fmt: skip
    withdraw = ServiceAction(
        _("Take back"), on="row", run=_withdraw, icon="undo", offered=lambda row: row.by_hand,
        text=_("The forecast counts again; a day without one has no demand any more."),
    )  # fmt: skip
    actions_list = ("decide",)
    actions_detail = ("again", "withdraw")

    @admin.display(description=_("queue or unit"))
    def whose(self, row: StaffingDemand) -> str:
        return str(row.queue or row.unit)

    @admin.display(description=_("most people"))
    def most_here(self, row: StaffingDemand) -> int:
        return row.most

    @admin.display(description=_("busiest slot"))
    def busiest(self, row: StaffingDemand) -> str:
        return slot_start(row.people)

    @admin.display(description=_("people per slot"))
    def people_shown(self, row: StaffingDemand) -> str:
        return in_spans(row.people)

    @admin.display(description=_("people by forecast"))
    def forecast_shown(self, row: StaffingDemand) -> str:
        return in_spans(row.forecast_people or ())

    @admin.display(description=_("expected contacts per slot"))
    def expected_shown(self, row: StaffingDemand) -> str:
        return in_spans([f"{value:.1f}" for value in row.expected or ()])

    @admin.display(description=_("how it came about"))
    def learned_from(self, row: StaffingDemand) -> str:
        days = ", ".join(one["date"] for one in row.basis.get("days", ()))
        return str(_("learned from %(days)s") % {"days": days}) if days else "–"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("chart/", view(self.chart_view), name="attendance_staffingdemand_chart"),
            path("chart.<str:kind>", view(self.chart_file), name="attendance_staffingdemand_chart_file"),
            *super().get_urls(),
        ]

    def chart_view(self, request: HttpRequest) -> HttpResponse:
        """Demand against the roster; ``?unit=ID&day=YYYY-MM-DD&span=day|week``."""
        units = self._units(request)
        first, span = _day_asked(request), _span_asked(request)
        unit = _unit_asked(request, units)
        days = SPANS[span]
        cover = None if unit is None else staffing_cover(unit, first, first + timedelta(days=days))
        gaps = [] if cover is None else cover.gaps()
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Demand and roster"), "opts": self.opts, "units": units, "unit": unit, "first": first,
            "span": span, "spans": [("day", gettext("Day")), ("week", gettext("Week"))],
            "before": first - timedelta(days=days), "after": first + timedelta(days=days),
            "chart": None if cover is None else _series(cover), "wanted": cover is not None and cover.wanted.any(),
            "gaps": [_shown(gap) for gap in gaps[:SHOWN_GAPS]], "gap_count": len(gaps), "shown_gaps": SHOWN_GAPS,
            "files": [
                (kind.upper(), reverse("admin:attendance_staffingdemand_chart_file", args=[kind]))
                for kind in ("csv", "xlsx")
            ],
        }  # fmt: skip
        return TemplateResponse(request, "attendance/demand_chart.html", context)

    def chart_file(self, request: HttpRequest, kind: str) -> FileResponse:
        """Every slot of the chart as CSV or XLSX."""
        unit = _unit_asked(request, self._units(request))
        if kind not in ("csv", "xlsx") or unit is None:
            raise Http404
        first = _day_asked(request)
        cover = staffing_cover(unit, first, first + timedelta(days=SPANS[_span_asked(request)]))
        headings = [
            gettext("unit"), gettext("date"), gettext("slot start"), gettext("slot end"), gettext("wanted"),
            gettext("on shift"),
            gettext("missing"),
        ]  # fmt: skip
        return rows_response(
            self,
            request,
            kind,
            name=f"demand-{unit.code}-{first}",
            headings=headings,
            rows=_lines(unit, cover),  # type: ignore[arg-type]  # checked above
        )

    def _units(self, request: HttpRequest) -> list[OrgUnit]:
        actor = self.actor(request)
        actor.require(VIEW)
        return units_within(actor.reach(VIEW))


def _unit_asked(request: HttpRequest, units: list[OrgUnit]) -> OrgUnit | None:
    """The one asked for, else the first that has a queue or demand, else the first."""
    asked = request.GET.get("unit")
    if asked:
        found = [unit for unit in units if str(unit.pk) == asked]
        if not found:
            raise Http404
        return found[0]
    ids = set(ContactQueue.objects.values_list("unit_id", flat=True))
    return next((unit for unit in units if unit.pk in ids), units[0] if units else None)


def _day_asked(request: HttpRequest) -> date:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return timezone.localdate(timezone.now(), request.tenant.zone)  # type: ignore[attr-defined]
    return min(max(day, date(1990, 1, 1)), date(2190, 1, 1))


def _span_asked(request: HttpRequest) -> str:
    asked = request.GET.get("span", "day")
    return asked if asked in SPANS else "day"


def _series(cover: StaffingCover) -> Series:
    days, step = cover.wanted.shape[0], cover.slot_minutes
    times = [_clock(slot * step) for slot in range(cover.wanted.shape[1])]
    labels = times if days == 1 else [
        f"{cover.first + timedelta(days=day):%m-%d} {time}" for day in range(days) for time in times
    ]  # fmt: skip
    return Series(
        labels,
        [
            (gettext("People wanted"), cover.wanted.reshape(-1).tolist()),
            (gettext("People on shift"), cover.on_shift.reshape(-1).tolist()),
        ],
    )


def _shown(gap: Gap) -> dict[str, Any]:
    return {
        "date": gap.date, "slot": f"{_clock(gap.start_minute)}–{_clock(gap.end_minute)}", "wanted": gap.wanted,
        "on_shift": f"{gap.on_shift:g}", "missing": f"{gap.missing:g}",
    }  # fmt: skip


def _lines(unit: OrgUnit, cover: StaffingCover) -> Iterator[list[Any]]:
    step, on_shift = cover.slot_minutes, cover.on_shift
    days, slots = cover.wanted.shape
    for day in range(days):
        for slot in range(slots):
            wanted, there = int(cover.wanted[day, slot]), float(on_shift[day, slot])
            times = [_clock(slot * step), _clock((slot + 1) * step)]
            missing = round(max(0.0, wanted - there), 2)
            yield [str(unit), cover.first + timedelta(days=day), *times, wanted, there, missing]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
