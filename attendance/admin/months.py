"""Months, day results with their reasons, and timesheets in the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from attendance.models import AttendanceMonth, DayResult, MonthResult, MonthUnlock, Timesheet
from attendance.queries.day_exceptions import TITLES as EXCEPTIONS
from attendance.queries.day_exceptions import exceptions_of, with_exception, with_punch_flags
from attendance.queries.day_explanations import explain_result
from attendance.queries.day_results import with_id
from attendance.queries.timesheet_answers import answer_counts
from attendance.queries.titles import TITLES
from attendance.queries.waiting_requests import waiting_in
from attendance.rules.reasons import Reason, clock
from attendance.services.month_unlocks import ask_unlock
from attendance.services.months import lock_month
from attendance.services.timesheet_answers import ask_people
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import hours
from hrsaas.console.filters import MONTHS_OFFERED, month_filter
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction, Todo
from hrsaas.console.sites import tenant_site
from hrsaas.languages import in_chinese

# Exceptions that somebody should have looked at before the month is locked.
WANT_A_HAND = ("missing_in", "missing_out", "absent", "off_roster", "overtime_cut")


# Page → its list of what waits, and what it is called.
WAITING = {
    "correction": "state__exact=waiting", "overtimerequest": "state__exact=waiting",
    "leaverequest": "state__exact=pending", "timesheetdispute": "answered_at__isempty=1",
}  # fmt: skip
_TITLES = {
    "correction": _("Waiting corrections"), "overtimerequest": _("Waiting overtime requests"),
    "leaverequest": _("Waiting leave requests"), "timesheetdispute": _("Open disputes"),
}  # fmt: skip


def hours_of(name: str) -> Callable[[Any, Any], str]:
    """A column that shows a field in minutes as hours."""

    def shown(_admin: Any, row: Any) -> str:
        return hours(getattr(row, name))

    ordering = name if name != "overtime_minutes" else None  # a sum, not a column
    return admin.display(description=TITLES[name], ordering=ordering)(shown)


class ExceptionFilter(admin.SimpleListFilter):
    """Days with one exception."""

    title = _("exception")
    parameter_name = "exception"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(EXCEPTIONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[DayResult]) -> QuerySet[DayResult]:
        return with_exception(queryset, self.value()) if self.value() in EXCEPTIONS else queryset


class ResultMonthFilter(month_filter("month")):  # type: ignore[misc]  # made by a function
    """Offers the months that have results, without looking at every day."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        there = Exists(MonthResult.objects.filter(start_date=OuterRef("start_date")))
        months = AttendanceMonth.objects.filter(there).order_by("-start_date").values_list("start_date", flat=True)
        return [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months[:MONTHS_OFFERED]]


class UnlockForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea)


def _lock(*, subject: AttendanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    lock_month(month=subject.start_date, actor=actor, now=now)


def _unlock(*, subject: AttendanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    ask_unlock(month=subject.start_date, reason=data["reason"], actor=actor, now=now)
    return _("Another person has been asked to approve.")


def _ask(*, subject: AttendanceMonth, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponseBase:
    job = ask_people(month=subject.start_date, actor=actor, now=now)
    return redirect("admin:jobs_job_change", job.pk)


def _before_locking(row: AttendanceMonth) -> Todo | None:
    """What still waits for a decision in the month, with the way to it."""
    counts = waiting_in(row)
    links = [
        (f"{_TITLES[page]} · {counts[page]}", f"{reverse(f'admin:attendance_{page}_changelist')}?{query}")
        for page, query in WAITING.items()
        if counts[page]
    ]
    if not links:
        return None
    text = _("Some of this month is not decided yet. Decided after the lock it is not in the month any more.")
    return Todo(str(text), links)


@admin.register(AttendanceMonth, site=tenant_site)
class AttendanceMonthAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    section = Section.TIME
    icon = "lock_clock"
    empty_text = _("Months appear when they are closed for the first time.")
    order = 90
    list_display = ("month", "state", "locked_at", "locked_by", "asked_at")
    list_filter = ("state",)
    fields = readonly_fields = (
        "month", "state", "look_at", "asked_at", "answers_due_at", "answers", "locked_at", "locked_by", "digest",
    )  # fmt: skip

    ask = ServiceAction(
        _("Ask people to confirm"), on="row", run=_ask, icon="how_to_reg", offered=lambda row: not row.is_locked,
        text=_("Computes the month and opens it for confirmation and dispute; nothing is locked."),
    )  # fmt: skip
    lock = ServiceAction(
        _("Lock"), on="row", verb="lock", run=_lock, icon="lock", variant=ActionVariant.DANGER,
        offered=lambda row: not row.is_locked,
        text=_("Day results, timesheets and roster of the month cannot be changed afterwards."),
        first=_before_locking,
    )  # fmt: skip
    unlock = ServiceAction(
        _("Unlock"), on="row", verb="lock", form=UnlockForm, run=_unlock, icon="lock_open",
        variant=ActionVariant.DANGER, offered=lambda row: row.is_locked,
        text=_(
            "Another person has to approve before the month opens. Pay runs that are locked stay as they are; the next "
            "ones pay the difference."
        ),
    )  # fmt: skip
    actions_detail = ("ask", "lock", "unlock")

    @admin.display(description=_("month"), ordering="start_date")
    def month(self, row: AttendanceMonth) -> str:
        return str(row)

    @admin.display(description=_("to look at before locking"))
    def look_at(self, row: AttendanceMonth) -> str:
        """Lists of the month, those that want a hand first."""
        within = {"date__year": row.start_date.year, "date__month": row.start_date.month}
        days = [_link("dayresult_changelist", EXCEPTIONS[code], within | {"exception": code}) for code in WANT_A_HAND]
        links = [
            *days,
            _link("dayresult_changelist", _("All days"), within),
            _link("timesheet_changelist", _("Timesheets"), {"month__id__exact": row.pk}),
            _link("timesheetdispute_changelist", _("Open disputes"), {"answered_at__isempty": 1}),
            _link("correction_changelist", _("Waiting corrections"), {"state__exact": "waiting"}),
        ]
        return _linked(links)

    @admin.display(description=_("answers of people"))
    def answers(self, row: AttendanceMonth) -> str:
        counts = answer_counts(row)
        return _(
            "%(confirmed)s confirmed (%(by_silence)s by silence) · %(disputed)s disputed · %(unanswered)s not answered"
        ) % vars(counts)


@admin.register(MonthUnlock, site=tenant_site)
class MonthUnlockAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    section = Section.TIME
    icon = "lock_open"
    empty_text = _("Who asks to open a locked month, who decides and why is listed here.")
    order = 100
    list_display = ("month", "state", "reason", "asked_by", "asked_at", "decided_by", "decided_at")
    list_select_related = ("month", "asked_by", "decided_by")
    list_filter = ("state",)
    ordering = ("-asked_at", "-id")
    fields = readonly_fields = list_display


@admin.register(DayResult, site=tenant_site)
class DayResultAdmin(TenantAdmin):
    noun = "attendance.day_result"
    person_path = "employee"
    section = Section.TIME
    icon = "today"
    empty_text = _("Day results are computed by the month close from roster and punches.")
    order = 50
    list_display = (
        "employee", "date", "status", "shift", "came", "went", "worked", "late", "left_early", "overtime",
        "exceptions",
    )  # fmt: skip
    list_select_related = ("employee", "shift")
    list_filter = (ResultMonthFilter, "date", "status", ExceptionFilter)
    search_fields = ("employee__search_text",)
    ordering = ("-month", "employee_id", "-date")  # as the index of months has them
    fields = readonly_fields = (
        "employee", "date", "status", "kind", "shift", "came", "went", "worked", "late", "left_early", "overtime",
        "absent", "leave", "travelled", "exceptions", "go_on", "reasons", "computed_at",
    )  # fmt: skip
    worked = hours_of("worked_minutes")
    late = hours_of("late_minutes")
    left_early = hours_of("early_minutes")
    overtime = hours_of("overtime_minutes")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> DayResult | None:
        rows = self.get_queryset(request)
        return with_id(rows, int(object_id)).first() if object_id.isdecimal() else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[DayResult]:
        return with_punch_flags(super().get_queryset(request))

    @admin.display(description=TITLES["absent_minutes"])
    def absent(self, row: DayResult) -> str:
        return hours(row.absent_minutes)

    @admin.display(description=_("leave (hours)"))
    def leave(self, row: DayResult) -> str:
        return hours(row.leave_paid_minutes + row.leave_unpaid_minutes)

    @admin.display(description=TITLES["travel_minutes"])
    def travelled(self, row: DayResult) -> str:
        return hours(row.travel_minutes)

    @admin.display(description=_("exceptions"))
    def exceptions(self, row: DayResult) -> str:
        return " · ".join(str(EXCEPTIONS[code]) for code in exceptions_of(row)) or "–"

    @admin.display(description=_("go on"))
    def go_on(self, row: DayResult) -> str:
        """What one does next with a day: mend it, look at its punches or at the person's roster."""
        day, person = row.date, {"q": row.employee.code}
        of_day = {"punched_at__year": day.year, "punched_at__month": day.month, "punched_at__day": day.day}
        links = [
            _link("correction_ask", _("Ask for a correction"), _correction_of(row)),
            _link("punch_changelist", _("Punches of the day"), person | of_day),
            _link("rosterday_grid", _("Roster"), person | {"month": f"{day:%Y-%m}"}),
        ]
        return _linked(links)

    @admin.display(description=_("first in"))
    def came(self, row: DayResult) -> str:
        return "" if row.first_in is None else clock(row.first_in)

    @admin.display(description=_("last out"))
    def went(self, row: DayResult) -> str:
        return "" if row.last_out is None else clock(row.last_out)

    @admin.display(description=_("why"))
    def reasons(self, row: DayResult) -> str:
        return format_html("<ul>{}</ul>", _tree(explain_result(row)))


@admin.register(Timesheet, site=tenant_site)
class TimesheetAdmin(TenantAdmin):
    noun = "attendance.timesheet"
    person_path = "employee"
    section = Section.TIME
    icon = "summarize"
    empty_text = _("Timesheets are computed by the month close, one for each person.")
    order = 60
    list_display = (
        "employee", "month", "due_days", "worked_days", "absent_days", "missing_punch_days", "late_count",
        "late", "weekday_overtime", "rest_day_overtime", "statutory_overtime", "night_shift_count",
    )  # fmt: skip
    list_select_related = ("employee", "month")
    list_filter = ("month",)
    search_fields = ("employee__search_text",)
    ordering = ("-month", "employee")
    fields = readonly_fields = (
        "employee", "month", "due_days", "due", "worked_days", "worked", "absent_days", "missing_punch_days",
        "off_roster_days", "late_count", "late", "early_count", "left_early", "weekday_overtime", "rest_day_overtime",
        "statutory_overtime", "night", "night_shift_count", "shifts",
    )  # fmt: skip
    due = hours_of("due_minutes")
    worked = hours_of("worked_minutes")
    late = hours_of("late_minutes")
    left_early = hours_of("early_minutes")
    weekday_overtime = hours_of("overtime_weekday_minutes")
    rest_day_overtime = hours_of("overtime_rest_day_minutes")
    statutory_overtime = hours_of("overtime_statutory_minutes")
    night = hours_of("night_minutes")

    @admin.display(description=_("worked days by shift"))
    def shifts(self, sheet: Timesheet) -> str:
        return " · ".join(f"{code} × {days}" for code, days in sheet.shift_days.items()) or "–"


def _link(page: str, title: Any, asked: dict[str, Any]) -> tuple[str, Any]:
    return f"{reverse(f'admin:attendance_{page}')}?{urlencode(asked)}", title


def _linked(links: Iterable[tuple[str, Any]]) -> str:
    return format_html_join(" · ", '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', links)


def _correction_of(row: DayResult) -> dict[str, Any]:
    """What the form of a correction begins with: the punch that is missing, at the edge of the shift."""
    asked: dict[str, Any] = {"employee": row.employee.code, "date": row.date}
    if row.shift is not None:
        coming = "missing_in" in exceptions_of(row)
        minute = row.shift.start_minute if coming else row.shift.end_minute
        at = datetime.combine(row.date, time()) + timedelta(minutes=minute)
        asked |= {"direction": "in" if coming else "out", "punched_at": f"{at:%Y-%m-%dT%H:%M}"}
    return asked


def _tree(reason: Reason) -> str:
    """The reasons as nested lists in the reader's language."""
    text = reason.zh if in_chinese() else reason.en
    inner = format_html_join("", "{}", ((_tree(one),) for one in reason.because))
    below = format_html('<ul class="list-disc pl-5">{}</ul>', inner) if reason.because else ""
    return format_html("<li>{}{}</li>", text, below)
