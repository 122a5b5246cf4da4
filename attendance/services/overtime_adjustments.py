"""Overtime of a locked month that was decided later: it counts in the month that is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from attendance.models import AttendanceMonth, OvertimeAdjustment, OvertimeRequest, Timesheet
from attendance.queries.months import end_of, is_locked, month_of
from attendance.queries.overtime_adjustments import COLUMNS
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import load_setup
from attendance.services.day_results import compute_batch, only_rostered
from attendance.services.months import begin_months
from attendance.services.recomputations import recompute
from attendance.services.requests import refused
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.people.queries.assignments import held_in
from hrsaas.tenancy.queries.tenants import current_tenant

ONE_DAY = timedelta(days=1)


@transaction.atomic
def overtime_of(request: OvertimeRequest) -> dict[str, int]:
    """Minutes of overtime of the request's day by column, as the engine judges it now."""
    setup = load_setup()
    first, end = request.date, request.date + ONE_DAY
    grid = only_rostered(roster_grid(setup, People.only(request.employee_id), first - ONE_DAY, end + ONE_DAY))
    results = compute_batch(setup, grid, first, end).results
    return {name: int(getattr(results, name).sum()) for name in COLUMNS}


def adjust(*, request: OvertimeRequest, change: Mapping[str, int], actor: Actor, now: datetime) -> None:
    """Count the change in the first open month from today's on. Errors: attendance.request.locked (409), where the
    person works in no such month.
    """
    if not any(change.values()):
        return
    month = _open_month(request, now)
    row = OvertimeAdjustment.objects.create(
        employee_id=request.employee_id, month=month, request=request, date=request.date, created_at=now,
        created_by=actor.label[:200], **change,
    )  # fmt: skip
    new = {"month": month.start_date, "date": request.date, **change}
    record(actor=actor, action="attendance.overtime.adjust", subject=row, new=new, now=now)
    if Timesheet.objects.filter(month=month, employee=request.employee_id).exists():
        start = month.start_date
        recompute(load_setup(), employee_id=request.employee_id, first=start, last=start, now=now)


def take_adjustments_back(*, request: OvertimeRequest, actor: Actor, now: datetime) -> None:
    """Count against what was adjusted for the request, in the month that is open now."""
    totals = request.adjustments.aggregate(**{name: Sum(name, default=0) for name in COLUMNS})
    adjust(request=request, change={name: -totals[name] for name in COLUMNS}, actor=actor, now=now)


def _open_month(request: OvertimeRequest, now: datetime) -> AttendanceMonth:
    month = month_of(now.astimezone(current_tenant().zone).date())
    while is_locked(month):
        month = end_of(month)
    if not held_in(month, end_of(month)).filter(employee=request.employee_id).exists():
        raise _nowhere(request.date)
    begin_months(first=month, end=end_of(month))
    found: AttendanceMonth = AttendanceMonth.objects.select_for_update(no_key=True).get(start_date=month)
    return found


def _nowhere(day: date) -> Exception:
    return refused(
        "locked", f"{day:%Y-%m} 的考勤已锁定，且该员工已不在职，无法计入以后月份，请先解锁该月。",
        f"Attendance of {day:%Y-%m} is locked, and the person works in no later month in which it could count. Unlock "
        "the month first.", status=409, field="date",
    )  # fmt: skip
