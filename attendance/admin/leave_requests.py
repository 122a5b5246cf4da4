"""Leave and travel in the admin: requests with their effect, and the team calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.admin.leave_balances import amount_text, employee_field
from attendance.admin.request_words import sent
from attendance.models import LeaveRequest, LeaveType
from attendance.queries.grids import weekday_of
from attendance.queries.leave_calendars import calendar_grid
from attendance.queries.months import end_of, month_of
from attendance.services.leave_effects import Asked, Effect
from attendance.services.leave_requests import cancel_leave, preview_leave, request_leave
from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from hrsaas.people.queries.assignments import segments
from hrsaas.people.queries.employees import active_in, visible_to
from hrsaas.people.queries.units import subtree_ids, units_within

VIEW = "attendance.leave.view"
PEOPLE_PER_PAGE = 50


class LeaveForm(ServiceForm):
    employee = employee_field()
    leave_type = forms.ModelChoiceField(LeaveType.objects.filter(is_active=True), label=_("Leave type"))
    first_date = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last_date = forms.DateField(label=_("Last day"), widget=forms.DateInput)
    first_part = forms.ChoiceField(label=_("Of the first day"), choices=LeaveRequest.DayPart.choices)
    last_part = forms.ChoiceField(label=_("Of the last day"), choices=LeaveRequest.DayPart.choices)
    start = forms.TimeField(label=_("By hours: from"), widget=forms.TimeInput, required=False)
    end = forms.TimeField(label=_("By hours: until"), widget=forms.TimeInput, required=False)
    destination = forms.CharField(label=_("Destination (business trips)"), max_length=120, required=False)
    evidence = forms.CharField(label=_("Evidence"), max_length=200, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


def _preview(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    asked = _asked(data)
    return _told(preview_leave(asked=asked, actor=actor, now=now), asked.leave_type)


def _ask(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    told = _preview(subject=None, data=data, actor=actor, now=now)
    request_leave(asked=_asked(data), actor=actor, now=now)
    return sent(told)


def _asked(data: dict[str, Any]) -> Asked:
    minutes = {f"{name}_minute": _minute(data[name]) for name in ("start", "end")}
    return Asked(**{name: value for name, value in data.items() if name not in ("start", "end")}, **minutes)


def _minute(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _told(effect: Effect, leave_type: LeaveType) -> str:
    """The effect in a few sentences."""
    parts = [str(_("It costs %(amount)s.") % {"amount": amount_text(effect.amount, leave_type)})]
    if effect.after is not None:
        parts.append(str(_("Balance after it: %(amount)s.") % {"amount": amount_text(effect.after, leave_type)}))
    away = max((cover.away for cover in effect.cover), default=0)
    if away:
        parts.append(str(_("Up to %(count)s others of the unit are away.") % {"count": away}))
    return " ".join([*parts, *(fault.text for fault in effect.faults)])


def _cancel(*, subject: LeaveRequest, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    cancel_leave(request=subject, actor=actor, now=now)


@admin.register(LeaveRequest, site=tenant_site)
class LeaveRequestAdmin(TenantAdmin):
    noun = "attendance.leave"
    person_path = "employee"
    section = Section.REQUESTS
    icon = "event_busy"
    empty_text = _("People ask for leave by the API or here; their managers decide under “Approvals”.")
    order = 10
    list_display = ("employee", "leave_type", "first_date", "last_date", "costs", "state")
    list_select_related = ("employee", "leave_type")
    list_filter = ("state", "leave_type")
    search_fields = ("employee__search_text",)
    date_hierarchy = "first_date"
    fields = readonly_fields = (
        "employee", "leave_type", "first_date", "last_date", "first_part", "last_part", "costs", "state", "reason",
        "destination", "evidence", "created_at", "created_by", "decided_at",
    )  # fmt: skip
    ask = ServiceAction(_("Ask for leave or a trip"), on="list", form=LeaveForm, run=_ask, preview=_preview, icon="add")
    cancel = ServiceAction(
        _("Cancel"), on="row", run=_cancel, icon="undo", text=_("What it took is given back."),
        offered=lambda row: row.state in ("pending", "approved"),
    )  # fmt: skip
    actions_list = ("ask",)
    actions_detail = ("cancel",)

    @admin.display(description=_("quantity"), ordering="amount")
    def costs(self, row: LeaveRequest) -> str:
        return amount_text(row.amount, row.leave_type)

    def get_urls(self) -> list[Any]:
        calendar = path(
            "calendar/", self.admin_site.admin_view(self.calendar_view), name="attendance_leaverequest_calendar"
        )
        return [calendar, *super().get_urls()]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """Who is away on which day of a month; ``?month=YYYY-MM&unit=ID&page=N``."""
        actor_of(request).require(VIEW)
        month = _month_asked(request)
        people = visible_to(actor_of(request).within(VIEW)).filter(
            pk__in=active_in(month, end_of(month)).values("pk"), kind="human"
        )
        units = units_within(actor_of(request).reach(VIEW))
        unit = next((one for one in units if str(one.pk) == request.GET.get("unit")), None)
        if unit is not None:
            below = subtree_ids([unit.pk])
            members = {one.employee_id for one in segments(month, end_of(month)) if one.unit_id in below}
            people = people.filter(pk__in=members)
        page = Paginator(people.order_by("pinyin", "id"), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
        days = (end_of(month) - month).days
        before, after = f"{month - timedelta(days=1):%Y-%m}", f"{end_of(month):%Y-%m}"
        kept = "" if unit is None else f"&unit={unit.pk}"
        context = {
            **self.admin_site.each_context(request), "title": _("Team calendar"), "month": month, "page": page,
            "days": [_head(month + timedelta(days=at)) for at in range(days)], "units": units, "unit": unit,
            "lines": calendar_grid(list(page), month, days), "before": before, "after": after, "opts": self.opts,
            "url_before": f"?month={before}{kept}", "url_after": f"?month={after}{kept}",
        }  # fmt: skip
        return TemplateResponse(request, "attendance/leave_calendar.html", context)


def _head(day: date) -> dict[str, Any]:
    """The head of a day's column."""
    return {"number": day.day, "weekday": weekday_of(day), "is_weekend": day.weekday() > 4}


def _month_asked(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return month_of(timezone.localdate(timezone.now(), request.tenant.zone))  # type: ignore[attr-defined]
