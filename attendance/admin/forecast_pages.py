"""Two pages of a queue: what so many people would achieve, and the forecast of a period before it is kept."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.models import ContactQueue
from attendance.queries.contact_forecasts import ForecastDay, forecast
from attendance.queries.contact_queues import CHANGE
from attendance.rules.staffing import Achieved, achieved, people_wanted
from attendance.services.contact_volumes import MOST_CONTACTS
from attendance.services.staffing_demand import save_forecast
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.errors import DomainError

AHEAD = timedelta(days=7)


class AskedForm(ServiceForm):
    contacts = forms.DecimalField(
        label=_("Contacts in the slot"), min_value=0, max_value=MOST_CONTACTS, max_digits=12, decimal_places=4
    )
    people = forms.IntegerField(label=_("People on the roster"), min_value=0, max_value=20_000, required=False)


class PeriodForm(ServiceForm):
    first = forms.DateField(label=_("From"), widget=forms.DateInput)
    last = forms.DateField(label=_("Until (inclusive)"), widget=forms.DateInput)


def calculator_page(page: TenantAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Answers while one types: the form asks for the same page, of which the answer is put in."""
    queue = _queue(page, request, object_id)
    form = AskedForm(request.GET if "contacts" in request.GET else {"contacts": 100})
    figures: list[tuple[Any, str]] = []
    overloaded = False
    if form.is_valid():
        contacts, people = Fraction(form.cleaned_data["contacts"]), form.cleaned_data["people"]
        try:
            (wanted,) = people_wanted([contacts], queue.promise)
            found = achieved(wanted if people is None else people, contacts, queue.promise)
        except ValueError:
            form.add_error("contacts", _("That is more than people can be counted for."))
        else:
            overloaded = found.overloaded
            figures = [
                (_("People wanted for the roster"), f"{wanted:,}"),
                (_("People on the roster"), f"{wanted if people is None else people:,}"),
                *_figures(found),
            ]
    title = gettext("Calculator of %(queue)s") % {"queue": queue}
    context = {"form": form, "figures": figures, "overloaded": overloaded}
    return _page(page, request, queue, "attendance/calculator.html", title, context)


def _figures(found: Achieved) -> list[tuple[Any, str]]:
    rates = ((_("Answered in time"), found.service_level), (_("Hang up"), found.abandoned),
             (_("Occupancy"), found.occupancy))  # fmt: skip
    shown = [(title, f"{rate:.1%}") for title, rate in rates if rate is not None]
    waits = [] if found.wait_s is None else [(_("Mean wait (seconds)"), f"{found.wait_s:,.1f}")]
    return [
        (_("There after shrinkage"), f"{found.there:,}"), (_("Load (erlangs)"), f"{float(found.load):,.2f}"),
        *shown, *waits,
    ]  # fmt: skip


def forecast_page(page: TenantAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """A period's days with what they were reckoned from; POST keeps them."""
    queue = _queue(page, request, object_id)
    actor = page.actor(request)
    tomorrow = timezone.localdate(timezone.now(), request.tenant.zone) + timedelta(days=1)  # type: ignore[attr-defined]
    asked = request.POST if request.method == "POST" else request.GET
    form = PeriodForm(asked if "first" in asked else {"first": tomorrow, "last": tomorrow + AHEAD - timedelta(days=1)})
    days: list[dict[str, Any]] = []
    if form.is_valid():
        first, end = form.cleaned_data["first"], form.cleaned_data["last"] + timedelta(days=1)
        try:
            if request.method == "POST":
                counts = save_forecast(queue=queue, first=first, end=end, actor=actor, now=timezone.now())
                messages.success(request, _KEPT % {**vars(counts), "without": counts.without_history})
                return redirect(_chart(queue, first))
            days = [_row(day) for day in forecast(queue, first, end)]
        except DomainError as error:
            form.add_error(None, error.text)
    context = {"form": form, "days": days, "may_keep": actor.may(CHANGE) and any(day["people"] for day in days)}
    return _page(
        page, request, queue, "attendance/forecast.html", gettext("Forecast of %(queue)s") % {"queue": queue}, context
    )


def _row(day: ForecastDay) -> dict[str, Any]:
    """A line of the preview."""
    basis = day.basis
    past = [date.fromisoformat(one["date"]) for one in basis.get("days", ())]
    multiplied = {one["date"]: one["multiplier"] for one in basis.get("days", ()) if one["multiplier"] != "1"}
    busiest = day.people.index(max(day.people)) * 24 * 60 // len(day.people) if day.people else 0
    return {
        "date": day.date, "people": day.people is not None, "contacts": f"{float(day.contacts):,.0f}",
        "most": max(day.people or [0]), "busiest": f"{busiest // 60:02}:{busiest % 60:02}",
        "multiplier": basis.get("multiplier", ""), "growth": _percent(basis.get("growth_rate")),
        "digital": _percent(basis.get("digital_share_rate")),
        "past": [(one, multiplied.get(one.isoformat(), "")) for one in past],
    }  # fmt: skip


def _percent(rate: str | None) -> str:
    return "" if rate is None else f"{float(rate) * 100:g} %"


def _queue(page: TenantAdmin, request: HttpRequest, object_id: str) -> ContactQueue:
    if not page.has_view_permission(request):
        raise PermissionDenied
    found: ContactQueue | None = page.get_object(request, object_id)
    if found is None:
        raise Http404
    return found


def _chart(queue: ContactQueue, first: date) -> str:
    return f"{reverse('admin:attendance_staffingdemand_chart')}?unit={queue.unit_id}&day={first}&span=week"


def _page(
    page: TenantAdmin, request: HttpRequest, queue: ContactQueue, template: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    shared = {
        **page.admin_site.each_context(request), "opts": page.opts, "title": title, "queue": queue,
        "back": reverse("admin:attendance_contactqueue_change", args=[queue.pk]),
    }  # fmt: skip
    return TemplateResponse(request, template, {**shared, **context})


_KEPT = _(
    "%(written)s days kept, %(unchanged)s unchanged, %(by_hand)s decided by hand, %(without)s without history."
)  # fmt: skip
