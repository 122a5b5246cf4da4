"""Attendance on the dashboard."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.queries.today import marked_punches, today
from hrsaas.access.actors import Actor
from hrsaas.console.navigation import Page, Section, add_page
from hrsaas.console.widgets import Bar, Number, Widget, register


def _today(actor: Actor, now: datetime) -> Bar | None:
    numbers = today(actor, now)
    if not numbers.due and not numbers.others:
        return None
    percent = 100 * numbers.came / numbers.due if numbers.due else 0
    note = gettext("%(others)s more came without a shift") % {"others": numbers.others} if numbers.others else ""
    return Bar(percent=percent, text=f"{numbers.came} / {numbers.due}", note=note)


def _marked(actor: Actor, now: datetime) -> Number | None:
    found = marked_punches(actor, now)
    return Number(str(found), link=reverse("admin:attendance_punchcheck_changelist")) if found else None


def register_widgets() -> None:
    """Called when Django starts."""
    register(
        Widget(
            code="attendance.today",
            title=_("Here today, of those with a shift"),
            permission="attendance.day_result.view",
            compute=_today,
            kind="bar",
            order=20,
            empty=_("Nobody is planned for today."),
        )
    )
    register(
        Widget(
            code="attendance.marked_punches",
            title=_("Marked punches of 7 days"),
            permission="attendance.punch.change",
            compute=_marked,
            order=25,
            empty=_("No punch of the last 7 days is marked."),
        )
    )
    add_page(
        Page(Section.TIME_SETUP, _("Industry templates"), "admin:attendance_installedpack_gallery",
             "attendance.setup.view", icon="library_books", order=15)
    )  # fmt: skip
    add_page(
        Page(Section.ROSTERS, _("Roster"), "admin:attendance_rosterday_grid", "attendance.roster.view",
             icon="calendar_month", order=10)
    )  # fmt: skip
    add_page(
        Page(Section.REQUESTS, _("Team calendar"), "admin:attendance_leaverequest_calendar", "attendance.leave.view",
             icon="event_available", order=15)
    )  # fmt: skip
    add_page(
        Page(Section.ROSTERS, _("Demand and roster"), "admin:attendance_staffingdemand_chart", "attendance.demand.view",
             icon="monitoring", order=75)
    )  # fmt: skip
