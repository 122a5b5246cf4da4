"""Computing day results and timesheets: read columns, run the engine, write only what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from attendance.queries.absences import absence_minutes
from attendance.queries.columns import Ints
from attendance.queries.day_results import NO_TIME, STORED, stored_results
from attendance.queries.months import end_of, require_open
from attendance.queries.overtime_approvals import NOTHING, approved_rows
from attendance.queries.punches import punch_minutes
from attendance.queries.rosters import People, RosterGrid, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.rules.absences import AbsenceColumns
from attendance.rules.calendars import day_number
from attendance.rules.day_columns import NO_MINUTE, DayResults, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.overtime_leave import ApprovedOvertime, move_to_leave
from attendance.rules.shift_choice import choose_shifts
from attendance.rules.shifts import DAY_MINUTES
from attendance.services.months import begin_months
from attendance.services.overtime_leave import post_time_off
from attendance.services.rosters import EVERYBODY, put_newcomers_on_default, write_missing
from attendance.services.staging import stage_columns
from attendance.services.timesheets import write_timesheets
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.jobs.kinds import ItemError
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id

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
    put_newcomers_on_default(first=month, end=end_of(month), actor=actor, now=now)
    setup = load_setup()
    end = min(end_of(month), now.astimezone(setup.zone).date())
    # One day more on either side: shifts over midnight share punches with their neighbours.
    grid = roster_grid(setup, people, month - ONE_DAY, end_of(month) + ONE_DAY)
    planned = write_missing(setup, grid, month, end_of(month))
    batch = compute_batch(setup, only_rostered(grid), month, max(end, month))
    written = _write_results(setup, batch, month, now)
    sheets = write_timesheets(
        month=month, table=setup.table, employee_ids=grid.employee_ids, roster=batch.roster, results=batch.results
    )
    post_time_off(employee_ids=grid.employee_ids, first=month, end=max(end, month), now=now)
    if planned or written or sheets:
        new = {"month": month, "roster_days": planned, "day_results": written, "timesheets": sheets}
        record(actor=actor, action="attendance.month.compute", subject_type="attendance.dayresult", new=new, now=now)
    return Computed(
        people=len(grid.employee_ids), days=len(batch.roster), days_written=written, timesheets_written=sheets,
        roster_days_planned=planned, errors=_without_roster(grid, month),
    )  # fmt: skip


def write_days(setup: Setup, people: People, month: date, end: date, now: datetime) -> int:
    """Judge the days of [month, end) again and write results and timesheets that differ; how many rows changed.

    The month must be begun and open. Nothing is planned.
    """
    grid = roster_grid(setup, people, month - ONE_DAY, end_of(month) + ONE_DAY)
    batch = compute_batch(setup, only_rostered(grid), month, end)
    written = _write_results(setup, batch, month, now)
    written += write_timesheets(
        month=month, table=setup.table, employee_ids=grid.employee_ids, roster=batch.roster, results=batch.results
    )
    post_time_off(employee_ids=grid.employee_ids, first=month, end=end, now=now)
    return written


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


def _write_results(setup: Setup, batch: Batch, month: date, now: datetime) -> int:
    """Write the rows that differ from what is stored, and remove those that should not be there."""
    wanted = _stored_form(setup, batch)
    stored = stored_results(batch.employee_ids, month, end_of(month))
    differs, gone = _compare(wanted, stored)
    if differs.any():
        stage_columns("staged_days", {name: column[differs] for name, column in wanted.items()})
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, {"tenant": require_tenant_id(), "now": now})
    if gone.any():
        stage_columns("staged_gone", {name: stored[name][gone] for name in ("employee_id", "day")})
        with connection.cursor() as cursor:
            cursor.execute(_REMOVE, {"tenant": require_tenant_id()})
    return int(differs.sum() + gone.sum())


def _stored_form(setup: Setup, batch: Batch) -> dict[str, npt.NDArray[np.generic]]:
    """The columns as ``queries.day_results.STORED`` names them."""
    roster, results = batch.roster, batch.results
    wanted: dict[str, npt.NDArray[np.generic]] = {
        "employee_id": batch.employee_ids[roster.employee],
        "day": roster.day,
        "shift_id": setup.ids_of(roster.shift),
        "kind": roster.kind,
        "first_in": _minute_of_day(results.first_in, roster.day),
        "last_out": _minute_of_day(results.last_out, roster.day),
    }
    return {name: wanted[name] if name in wanted else getattr(results, name) for name in STORED}


def _minute_of_day(minutes: Ints, day: Ints) -> Ints:
    found: Ints = np.where(minutes == NO_MINUTE, NO_TIME, minutes - day * DAY_MINUTES)
    return found


def _compare(
    wanted: dict[str, npt.NDArray[np.generic]], stored: dict[str, Ints]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which wanted rows are not stored as they are, and which stored rows are not wanted. Both ascend by person and
    day.
    """
    ids = np.unique(np.concatenate([wanted["employee_id"].astype(np.int64), stored["employee_id"]]))
    here, there = _keys(ids, wanted), _keys(ids, stored)
    if not len(there):
        return np.ones(len(here), dtype=np.bool_), np.zeros(0, dtype=np.bool_)
    place = np.minimum(np.searchsorted(there, here), len(there) - 1)
    same = there[place] == here
    for name in STORED:
        same &= wanted[name] == stored[name][place]
    return ~same, ~np.isin(there, here, assume_unique=True)


def _keys(ids: Ints, columns: dict[str, npt.NDArray[np.generic]] | dict[str, Ints]) -> Ints:
    keys: Ints = np.searchsorted(ids, columns["employee_id"]) * 1_000_000 + columns["day"].astype(np.int64)
    return keys


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


_COLUMNS = [name for name in STORED if name not in ("employee_id", "day", "shift_id", "first_in", "last_out")]
_UPSERT = f"""
INSERT INTO attendance_dayresult
    (tenant_id, employee_id, date, shift_id, first_in, last_out, {", ".join(_COLUMNS)}, computed_at)
SELECT %(tenant)s, employee_id, '1970-01-01'::date + day::int, NULLIF(shift_id, -1), NULLIF(first_in, {NO_TIME}),
       NULLIF(last_out, {NO_TIME}), {", ".join(_COLUMNS)}, %(now)s
FROM pg_temp.staged_days
ON CONFLICT (tenant_id, employee_id, date) DO UPDATE SET
    {", ".join(f"{name} = EXCLUDED.{name}" for name in ["shift_id", "first_in", "last_out", *_COLUMNS, "computed_at"])}
"""
_REMOVE = """
DELETE FROM attendance_dayresult r USING pg_temp.staged_gone g
WHERE r.tenant_id = %(tenant)s AND r.employee_id = g.employee_id AND r.date = '1970-01-01'::date + g.day::int
"""
