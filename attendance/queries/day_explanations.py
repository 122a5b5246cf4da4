"""Why one stored day is as it is: the engine's own trace of it, as long as that still comes to what is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from attendance.models import AttendanceMonth, DayResult
from attendance.queries.absences import absence_minutes
from attendance.queries.months import month_of
from attendance.queries.overtime_approvals import approved_rows
from attendance.queries.punches import known_by
from attendance.queries.rosters import People, roster_grid
from attendance.queries.setups import Setup, load_setup
from attendance.rules.absences import AbsenceColumns
from attendance.rules.calendars import DayKind, date_of, day_number
from attendance.rules.day_columns import NO_MINUTE, RESULT_COLUMNS, DayRow, PunchColumns, RosterColumns
from attendance.rules.day_traces import trace_day
from attendance.rules.reasons import Reason, explain_day, explain_stored
from attendance.rules.segment_tables import Minutes
from attendance.rules.shift_choice import Misfit, choose_shifts, misfits
from attendance.rules.shifts import DAY_MINUTES
from hrsaas.errors import NotFound
from hrsaas.tenancy.queries.columns import Ints

ONE_DAY = timedelta(days=1)


def explain(employee_id: int, day: date) -> Reason:
    """Why the stored result of this day is as it is. NotFound where there is none."""
    result = (
        DayResult.objects.select_related("shift").filter(employee=employee_id, month=month_of(day), date=day).first()
    )
    if result is None:
        raise NotFound("attendance.day_result", day)
    return explain_result(result)


def explain_result(result: DayResult) -> Reason:
    """Why one stored result is as it is."""
    around = _around(load_setup(), result)
    row = _day_row(result)
    if around is not None:
        trace = trace_day(
            around.setup.table, around.roster, around.punches, around.place, absences=around.absences,
            approved=around.approved, for_leave=around.for_leave,
        )  # fmt: skip
        if trace.row == row:
            return explain_day(trace, choice=around.choice, too_late=around.too_late(result))
    shift = result.shift.build() if result.shift else None
    return explain_stored(day=day_number(result.date), kind=DayKind(result.kind), shift=shift, row=row)


@dataclass(frozen=True)
class _Around:
    """One person's days around the one that is explained, as the engine takes them; place: its row."""

    setup: Setup
    roster: RosterColumns
    punches: PunchColumns
    absences: AbsenceColumns
    approved: Minutes | None
    for_leave: Minutes | None
    place: int
    choice: list[Misfit]
    all_punches: list[int]

    def too_late(self, result: DayResult) -> list[int]:
        """Punches near the day that were not there yet when its month was locked."""
        base = day_number(result.date) * DAY_MINUTES
        known = set(self.punches.minute.tolist())
        return [minute for minute in self.all_punches if minute not in known and 0 <= minute - base < 2 * DAY_MINUTES]


def _around(setup: Setup, result: DayResult) -> _Around | None:
    """None for somebody who was employed when the month was locked, and by today's records was not."""
    first, end = result.date - 2 * ONE_DAY, result.date + 2 * ONE_DAY
    month = AttendanceMonth.objects.filter(start_date=month_of(result.date)).first()
    grid = roster_grid(setup, People.only(result.employee_id), first, end)
    planned = grid.columns(setup.calendar(grid.first, grid.days))
    place = np.flatnonzero(planned.day == day_number(result.date))
    if not len(place):
        return None
    punches = _punches(known_by(month, result.employee_id, first, end, setup.zone))
    roster = _as_worked(setup, choose_shifts(setup.table, planned, punches), result.employee_id)
    at = int(place[0])
    roster.kind[at] = result.kind
    approved, for_leave = approved_rows(setup.table, grid.employee_ids, roster, first, end)
    return _Around(
        setup=setup, roster=roster, punches=punches, place=at, approved=approved, for_leave=for_leave,
        absences=_absences(setup, result.employee_id, first, end),
        choice=_choice(setup, planned, punches, at),
        all_punches=known_by(None, result.employee_id, first, end, setup.zone),
    )  # fmt: skip


def _punches(minutes: list[int]) -> PunchColumns:
    return PunchColumns(np.zeros(len(minutes), dtype=np.int64), np.array(minutes, dtype=np.int64))


def _as_worked(setup: Setup, roster: RosterColumns, employee_id: int) -> RosterColumns:
    """The shifts with which the days were computed, where they were."""
    days = [date_of(int(day)) for day in roster.day]
    stored = dict(
        DayResult.objects.filter(
            employee_id=employee_id, month__in={month_of(day) for day in days}, date__in=days
        ).values_list("date", "shift_id")
    )  # fmt: skip
    ids = np.array([stored.get(day) or -1 for day in days], dtype=np.int64)
    known: Ints = np.array([day in stored for day in days])
    return replace(roster, shift=np.where(known, setup.places_of(ids), roster.shift))


def _choice(setup: Setup, planned: RosterColumns, punches: PunchColumns, at: int) -> list[Misfit]:
    """How the shifts that may have been worked fit, after what the day before has taken."""
    if not len(punches) or not setup.table.has_alternatives[planned.shift[at]]:
        return []
    used = NO_MINUTE
    if at:
        chosen = choose_shifts(setup.table, planned, punches)
        used = trace_day(setup.table, chosen, punches, at - 1).row.last_out
    return misfits(
        setup.table, int(planned.shift[at]), punches, employee=0, day=int(planned.day[at]), used=used
    )  # fmt: skip


def _absences(setup: Setup, employee_id: int, first: date, end: date) -> AbsenceColumns:
    found = absence_minutes([employee_id], first, end, setup.zone)
    return AbsenceColumns(
        employee=np.zeros(len(found["kind"]), dtype=np.int64),
        start_minute=found["start_minute"],
        end_minute=found["end_minute"],
        kind=found["kind"].astype(np.int8),
    )


def _day_row(result: DayResult) -> DayRow:
    base = day_number(result.date) * DAY_MINUTES
    values = {name: getattr(result, name) for name in RESULT_COLUMNS}
    for name in ("first_in", "last_out"):
        values[name] = NO_MINUTE if values[name] is None else base + values[name]
    return DayRow(**values)
