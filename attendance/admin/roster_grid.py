"""The month grid of the roster: edited with the keyboard, checked while one types, printed, taken along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext

from attendance.models import Rotation, Shift
from attendance.queries.grids import Cell, MonthGrid, month_grid, open_shifts_of, publications_of
from attendance.queries.months import end_of, month_of
from attendance.rules.reasons import clock
from hrsaas.access.queries.actors import actor_of
from hrsaas.console.exports import rows_response
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.people.queries.assignments import segments
from hrsaas.people.queries.employees import active_in, find, visible_to
from hrsaas.people.queries.units import subtree_ids, units_within
from hrsaas.tenancy.languages import localized

if TYPE_CHECKING:
    from hrsaas.console.admin import TenantAdmin

VIEW, CHANGE = "attendance.roster.view", "attendance.roster.change"
PEOPLE_PER_PAGE = 50
# More cannot be copied, printed or put on a rotation at once.
MOST_PEOPLE = 1_000
API = "/api/v1/attendance/"


class RosterGrid:
    """The pages of one admin class."""

    def __init__(self, model_admin: TenantAdmin) -> None:
        self.model_admin = model_admin

    def urls(self) -> list[URLPattern]:
        view = self.model_admin.admin_site.admin_view
        return [
            path("grid/", view(_furnished(self.page)), name="attendance_rosterday_grid"),
            path("grid/print/", view(_furnished(self.print)), name="attendance_rosterday_grid_print"),
            path("grid.xlsx", view(_furnished(self.file)), name="attendance_rosterday_grid_file"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """A month of planned days, one line per person; ``?month=YYYY-MM&unit=ID&q=…&page=N``."""
        asked = _Asked(self.model_admin, request)
        page = Paginator(asked.people(), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
        grid = month_grid(list(page), asked.month)
        query = request.GET.copy()
        for name in ("page", "month"):
            query.pop(name, None)
        context = {
            **self.model_admin.admin_site.each_context(request),
            "title": gettext("Roster"), "opts": self.model_admin.opts, "page": page, "grid": grid, "asked": asked,
            "units": asked.units, "before": f"{asked.month - timedelta(days=1):%Y-%m}",
            "after": f"{end_of(asked.month):%Y-%m}", "query": query.urlencode(), "may_change": asked.may_change,
            "legend": _legend(grid), "open": _open_row(asked, grid), "rotations": Rotation.objects.order_by("code"),
            "publications": publications_of(asked.unit, asked.month), "facts": _facts(asked, grid, page.object_list),
            "files": [
                (gettext("Print"), reverse("admin:attendance_rosterday_grid_print")),
                ("XLSX", reverse("admin:attendance_rosterday_grid_file")),
            ],
        }  # fmt: skip
        return TemplateResponse(request, "attendance/roster_grid.html", context)

    def print(self, request: HttpRequest) -> HttpResponse:
        """The same without anything to press, all people, for paper."""
        asked = _Asked(self.model_admin, request)
        grid = month_grid(list(asked.people()[:MOST_PEOPLE]), asked.month)
        context = {
            "title": gettext("Roster"), "grid": grid, "asked": asked, "legend": _legend(grid),
            "printed_at": timezone.now(), "tenant": request.tenant,  # type: ignore[attr-defined]
        }  # fmt: skip
        return TemplateResponse(request, "attendance/roster_print.html", context)

    def file(self, request: HttpRequest) -> HttpResponse:
        """The same as XLSX."""
        asked = _Asked(self.model_admin, request)
        grid = month_grid(list(asked.people()[:MOST_PEOPLE]), asked.month)
        days = [f"{day.date.day} {day.weekday}" for day in grid.days]
        return rows_response(
            self.model_admin, request, "xlsx", name=f"roster-{asked.month:%Y-%m}",
            headings=[gettext("employee number"), gettext("Employee"), *days, gettext("Hours")], rows=_rows(grid),
        )  # fmt: skip


def _furnished(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The view; where no industry template is installed yet, the templates, or home for who may not see them."""

    def shown(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
            may_choose = actor_of(request).may("attendance.setup.view")
            return redirect("admin:attendance_installedpack_gallery" if may_choose else "admin:index")

    return shown


class _Asked:
    """What the address asks for, within the actor's reach."""

    def __init__(self, model_admin: TenantAdmin, request: HttpRequest) -> None:
        self.actor = actor_of(request)
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        self.month = _month_asked(request)
        self.text = request.GET.get("q", "").strip()[:80]
        self.units = units_within(self.actor.reach(VIEW))
        self.unit = self._unit(request.GET.get("unit", ""))

    @property
    def may_change(self) -> bool:
        return self.actor.may(CHANGE)

    def people(self) -> QuerySet[Employee]:
        """Who is employed in the month, in the unit and below where one is asked for, and found by the text."""
        month, end = self.month, end_of(self.month)
        people = visible_to(self.actor.within(VIEW)).filter(pk__in=active_in(month, end).values("pk"))
        people = people.filter(kind=Employee.Kind.HUMAN)
        if self.unit is not None:
            units = subtree_ids([self.unit.pk])
            people = people.filter(pk__in={one.employee_id for one in segments(month, end) if one.unit_id in units})
        if self.text:
            people = find(self.text, people)
        return people.order_by("pinyin", "id")

    def _unit(self, asked: str) -> OrgUnit | None:
        if not asked:
            return None
        found = [unit for unit in self.units if str(unit.pk) == asked]
        if not found:
            raise Http404
        return found[0]


def _facts(asked: _Asked, grid: MonthGrid, people: Any) -> dict[str, Any]:
    """What the page's script needs to know; ids are texts."""
    offered = {shift.pk for shift in grid.offered}
    everybody = list(asked.people().values_list("pk", flat=True)[: MOST_PEOPLE + 1]) if asked.may_change else []
    return {
        "first": grid.month.isoformat(), "end": end_of(grid.month).isoformat(),
        "unit": None if asked.unit is None else str(asked.unit.pk),
        "everybody": [str(one) for one in everybody] if len(everybody) <= MOST_PEOPLE else [],
        "changeable": asked.may_change and not grid.locked,
        "shifts": [
            {
                "id": str(shift.pk), "code": shift.code, "name": localized(shift.name, shift.name_en),
                "hours": _hours(shift), "minutes": shift.build().due_minutes, "offered": shift.pk in offered,
            }
            for shift in grid.shifts
        ],
        "api": API, "texts": _texts(),
    }  # fmt: skip


def _texts() -> dict[str, str]:
    return {
        "free": gettext("Free day"), "unplanned": gettext("Not planned"), "rotation": gettext("by the rotation"),
        "hand": gettext("changed by hand"), "published": gettext("published"), "leave": gettext("away"),
        "notEmployed": gettext("not employed"), "unsaved": gettext("not saved"), "selected": gettext("days selected"),
        "noSuchShift": gettext("There is no such shift."), "saved": gettext("days saved."),
        "nothing": gettext("Nothing to save."), "undone": gettext("Taken back."),
        "failed": gettext("That did not work. Try again."),
        "fine": gettext("No rule is broken."), "checking": gettext("Checking …"), "blocking": gettext("not allowed"),
        "warning": gettext("warning"), "hours": gettext("planned hours"), "cost": gettext("estimated cost"),
        "more": gettext("through unsaved changes"), "noGaps": gettext("No slot has fewer people than wanted."),
        "missing": gettext("missing"), "wanted": gettext("wanted"),
        "wouldChange": gettext("days would change"), "skipped": gettext("days of leave are left out"),
        "typing": gettext("typing"),
        "published_done": gettext("Published."), "opened": gettext("Open now."), "more_findings": gettext("more"),
    }  # fmt: skip


def _legend(grid: MonthGrid) -> list[tuple[Shift, str, str]]:
    """Shift, name and times, by start."""
    return [
        (shift, localized(shift.name, shift.name_en), _hours(shift))
        for shift in sorted(grid.offered, key=lambda one: (one.start_minute, one.code))
    ]


def _open_row(asked: _Asked, grid: MonthGrid) -> list[str]:
    """Codes of open shifts per day; empty where there are none in the month."""
    units = asked.actor.reach(VIEW) if asked.unit is None else subtree_ids([asked.unit.pk])
    found = open_shifts_of(units, grid.month)
    return [" ".join(found.get(day.date, ())) for day in grid.days] if found else []


def _rows(grid: MonthGrid) -> Iterator[list[Any]]:
    for line in grid.lines:
        yield [line.employee.code, line.employee.name, *(_shown(cell) for cell in line.cells), line.minutes / 60]


def _shown(cell: Cell) -> str:
    """The code, and leave beside it."""
    return f"{cell.text} {cell.leave}".strip()


def _hours(shift: Shift) -> str:
    return f"{clock(shift.start_minute)}–{clock(shift.end_minute)}"


def _month_asked(request: HttpRequest) -> date:
    try:
        found = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return month_of(timezone.localdate(timezone.now(), request.tenant.zone))  # type: ignore[attr-defined]
    return min(max(found, date(1990, 1, 1)), date(2190, 1, 1))
