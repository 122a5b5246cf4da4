"""Who could take a planned day's shift: a page of the day, from which the shift is given to somebody."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from attendance.models import RosterDay
from attendance.queries.stand_ins import people_to_plan, stand_ins
from attendance.services.rosters import CHANGE
from hrsaas.console.admin import TenantAdmin
from hrsaas.errors import DomainError


def stand_ins_page(page: TenantAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Everybody of the unit, the best first, each with the reasons."""
    actor = page.actor(request)
    if not actor.may(CHANGE):
        raise PermissionDenied
    row: RosterDay | None = page.get_object(request, object_id)
    if row is None:
        raise Http404
    try:
        shift, found = stand_ins(employee=row.employee, day=row.date, visible=people_to_plan(actor))
    except DomainError as refused:
        messages.error(request, refused.text)
        return redirect("admin:attendance_rosterday_change", row.pk)
    assign = reverse("admin:attendance_rosterday_assign")
    candidates = [
        (one, f"{assign}?{urlencode({'employee': one.employee.code, 'day': row.date, 'shift': shift.pk})}")
        for one in found
    ]
    context = {
        **page.admin_site.each_context(request), "opts": page.opts, "row": row, "shift": shift,
        "candidates": candidates,
        "title": gettext("Stand-ins for %(person)s, %(day)s") % {"person": row.employee, "day": row.date},
    }  # fmt: skip
    return TemplateResponse(request, "attendance/stand_ins.html", context)
