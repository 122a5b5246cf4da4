"""Computing day results and timesheets: read columns, run the engine, write only what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import IntegrityError, transaction
from psycopg2.errors import UniqueViolation

from attendance.models.months import CELLS
from attendance.queries.absences import absence_minutes
from attendance.queries.day_results import NO_SHIFT_ID, NO_TIME, MonthCells, no_cells, stored_cells
from attendance.queries.months import end_of, require_open
from attendance.queries.overtime_approvals import NOTHING, approved_rows
from attendance.queries.punches import punch_minutes
from attendance.queries.rosters import People, RosterGrid, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.rules.absences import AbsenceColumns
from attendance.rules.calendars import day_number
from attendance.rules.day_columns import NO_MINUTE, NO_SHIFT, DayResults, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.overtime_leave import ApprovedOvertime, move_to_leave
from attendance.rules.shift_choice import choose_shifts
from attendance.rules.shifts import DAY_MINUTES
from attendance.services.month_results import write_cells
from attendance.services.months import begin_months
from attendance.services.overtime_leave import post_time_off
from attendance.services.rosters import EVERYBODY, put_newcomers_on_default, write_missing
from attendance.services.timesheets import write_timesheets
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.jobs.kinds import ItemError
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.columns import Ints
from hrsaas.tenancy.services.statistics import refresh_statistics_on_commit

CHANGE = "attendance.timesheet.change"
ONE_DAY = timedelta(days=1)
NO_PUNCHES = PunchColumns(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Computed:
    """What computing a month for some people did. errors: people who were left out, and why."""

    people: int
    days: int
    days_written: int
    timesheets_written: int
    roster_days_planned: int
    errors: tuple[ItemError, ...]


@transaction.atomic
def compute_month(*, month: date, people: People = EVERYBODY, actor: Actor, now: datetime) -> Computed:
    """Day results and timesheets of the month, up to yesterday while it still runs. Constant number of statements.

    Missing days of the roster are planned first. Rows that are right already are not written, so a second run changes
    nothing. month: its first day. Errors: attendance.settings.missing, attendance.month.locked.
    """
    actor.require(CHANGE)
    begin_months(first=month, end=end_of(month))
    require_open(month, end_of(month))
    put_newcomers_on_default(first=month, end=end_of(month), people=people, actor=actor, now=now)
    setup = load_setup()
    end = min(end_of(month), now.astimezone(setup.zone).date())
    done = _compute(setup, people, month, max(end, month), now, plan=True)
    if done.planned or done.written or done.sheets:
        new = {"month": month, "roster_days": done.planned, "day_results": done.written, "timesheets": done.sheets}
        record(actor=actor, action="attendance.month.compute", subject_type="attendance.dayresult", new=new, now=now)
    return Computed(
        people=len(done.grid.employee_ids), days=done.days, days_written=done.written, timesheets_written=done.sheets,
        roster_days_planned=done.planned, errors=_without_roster(done.grid, month),
    )  # fmt: skip


def write_days(setup: Setup, people: People, month: date, end: date, now: datetime) -> int:
    """Judge the days of [month, end) again and write results and timesheets that differ; how many rows changed.

    The month must be begun and open. Nothing is planned.
    """
    done = _compute(setup, people, month, end, now, plan=False)
    return done.written + done.sheets


@dataclass(frozen=True)
class WhatIf:
    """What is counted as if it were stored; employees are places in the grid. without_punch: one to leave out."""

    punches: PunchColumns = NO_PUNCHES
    without_punch: int | None = None
    overtime: ApprovedOvertime = NOTHING


AS_STORED = WhatIf()


@dataclass(frozen=True)
class Batch:
    """The days of the period. The roster's employees are places in ``employee_ids``."""

    employee_ids: Ints
    roster: RosterColumns
    results: DayResults


def only_rostered(grid: RosterGrid) -> RosterGrid:
    """The grid with the days of those whose roster somebody made."""
    return RosterGrid(
        employee_ids=grid.employee_ids, first=grid.first, shift=grid.shift, own_week=grid.own_week,
        employed=grid.employed & grid.rostered[:, None], stored=grid.stored, rostered=grid.rostered,
    )  # fmt: skip


def compute_batch(setup: Setup, grid: RosterGrid, first: date, end: date, what_if: WhatIf = AS_STORED) -> Batch:
    """The days of [first, end) by what is stored and what might be; constant number of statements, nothing written."""
    roster = grid.columns(setup.calendar(grid.first, grid.days))
    last = grid.first + timedelta(days=grid.days)
    stamps = punch_minutes(grid.employee_ids, grid.first, last, setup.zone, without=what_if.without_punch)
    places = np.searchsorted(grid.employee_ids, stamps["employee"]).astype(np.int64)
    punches = _joined(PunchColumns(places, stamps["minute"]), what_if.punches)
    roster = choose_shifts(setup.table, roster, punches)
    absences = _absences(setup, grid)
    approved, for_leave = approved_rows(
        setup.table, grid.employee_ids, roster, grid.first, last, what_if.overtime
    )  # fmt: skip
    results = compute_days(setup.table, roster, punches, absences=absences, approved=approved)
    if for_leave is not None:
        move_to_leave(results, for_leave)
    inside = roster.within(day_number(first), day_number(end))
    return Batch(grid.employee_ids, roster.select(inside), results.select(inside))


def _joined(punches: PunchColumns, extra: PunchColumns) -> PunchColumns:
    if not len(extra):
        return punches
    columns = ((punches.employee, extra.employee), (punches.minute, extra.minute))
    return PunchColumns(*(np.concatenate(pair) for pair in columns))


def _absences(setup: Setup, grid: RosterGrid) -> AbsenceColumns:
    """Approved leave and travel of these people; their places are those of the grid."""
    found = absence_minutes(grid.employee_ids, grid.first, grid.first + timedelta(days=grid.days), setup.zone)
    return AbsenceColumns(
        employee=np.searchsorted(grid.employee_ids, found["employee_id"]).astype(np.int64),
        start_minute=found["start_minute"],
        end_minute=found["end_minute"],
        kind=found["kind"].astype(np.int8),
    )


def _held(setup: Setup, people: People, month: date) -> tuple[MonthCells, RosterGrid]:
    """What is stored, held for this transaction, and only then the roster, as later the punches: of two at once, the
    later sees all that the earlier counted.
    """
    stored = stored_cells(people, month, hold=True)
    # One day more on either side: shifts over midnight share punches with their neighbours.
    grid = roster_grid(setup, people, month - ONE_DAY, end_of(month) + ONE_DAY)
    return stored.of(np.isin(stored.employee_ids, grid.employee_ids)), grid


@dataclass(frozen=True)
class _Done:
    """days: judged; planned, written, sheets: rows of the roster, day results and timesheets that were not so yet."""

    grid: RosterGrid
    days: int
    planned: int
    written: int
    sheets: int


def _compute(setup: Setup, people: People, month: date, end: date, now: datetime, *, plan: bool) -> _Done:
    """The days of [month, end) and the timesheets, written where they differ from what is stored. plan: missing days of
    the roster first.
    """
    stored, grid = _held(setup, people, month)
    planned = write_missing(setup, grid, month, end_of(month)) if plan else 0
    batch = compute_batch(setup, only_rostered(grid), month, end)
    try:
        with transaction.atomic():
            written = write_cells(wanted=_cells(setup, batch, month), stored=stored, month=month, now=now)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        # Somebody computed the same people for the first time meanwhile; now their results can be held.
        again = _compute(setup, people, month, end, now, plan=plan)
        return replace(again, planned=planned + again.planned)
    refresh_statistics_on_commit(rows=written)
    sheets = write_timesheets(
        month=month, table=setup.table, employee_ids=grid.employee_ids, roster=batch.roster, results=batch.results
    )
    post_time_off(employee_ids=grid.employee_ids, first=month, end=end, now=now)
    return _Done(grid, len(batch.roster), planned, written, sheets)


def _cells(setup: Setup, batch: Batch, month: date) -> MonthCells:
    roster, results = batch.roster, batch.results
    cells = no_cells(batch.employee_ids, (end_of(month) - month).days)
    person, day = roster.employee, roster.day - day_number(month)
    ids = setup.ids_of(roster.shift)
    cells.shift_ids[person, day] = np.where(ids == NO_SHIFT, NO_SHIFT_ID, ids)
    own: dict[str, npt.NDArray[Any]] = {
        "kind": roster.kind,
        "first_in": _minute_of_day(results.first_in, roster.day),
        "last_out": _minute_of_day(results.last_out, roster.day),
    }
    for place, name in enumerate(CELLS):
        cells.cells[person, place, day] = own[name] if name in own else getattr(results, name)
    return cells


def _minute_of_day(minutes: Ints, day: Ints) -> Ints:
    found: Ints = np.where(minutes == NO_MINUTE, NO_TIME, minutes - day * DAY_MINUTES)
    return found


def _without_roster(grid: RosterGrid, month: date) -> tuple[ItemError, ...]:
    here = grid.employed[:, grid.between(month, end_of(month))].any(axis=1)
    left_out: Sequence[int] = grid.employee_ids[here & ~grid.rostered].tolist()
    if not left_out:
        return ()
    codes = Employee.objects.filter(id__in=left_out).order_by("code").values_list("code", flat=True)
    return tuple(
        ItemError(
            code,
            "attendance.roster.missing",
            zh="没有排班，也未指定轮班规律，未计算考勤。",
            en="Has no roster and is on no rotation; attendance was not computed.",
        )
        for code in codes
    )
