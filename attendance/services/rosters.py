"""Planning: who is on which rotation, the roster that follows from it, and changes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction

from attendance.models import CrewMembership, RosterBatch, RosterDay, Rotation
from attendance.queries.months import end_of, locked_months, month_of, require_open
from attendance.queries.roster_checks import BY_ROTATION
from attendance.queries.rosters import People, RosterGrid, require_crews, roster_grid
from attendance.queries.setups import Setup, current_settings, load_setup
from attendance.rules.calendars import date_of
from attendance.services.months import begin_months
from attendance.services.roster_edits import CHANGE, Edit, assign_shift, require_visible, write_edits
from attendance.services.staging import stage_columns
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.services.statistics import refresh_statistics_on_commit

EVERYBODY = People()
__all__ = [
    "CHANGE", "EVERYBODY", "assign_shift", "plan_roster", "put_newcomers_on_default", "put_on_rotation",
    "require_visible", "write_missing",
]  # fmt: skip


@transaction.atomic
def plan_roster(*, first: date, end: date, people: People = EVERYBODY, actor: Actor, now: datetime) -> int:
    """Plan the days of [first, end) that have no entry yet, in open months; how many were written.

    People who are on no rotation are put on the template's default, crews evenly.
    """
    actor.require(CHANGE)
    put_newcomers_on_default(first=first, end=end, people=people, actor=actor, now=now)
    begin_months(first=first, end=end)
    setup = load_setup()
    count = write_missing(setup, roster_grid(setup, people, first, end), first, end)
    if count:
        new = {"first": first, "end": end, "days": count}
        record(actor=actor, action="attendance.roster.plan", subject_type="attendance.rosterday", new=new, now=now)
    return count


def write_missing(setup: Setup, grid: RosterGrid, first: date, end: date) -> int:
    """Write the cells of [first, end) that were planned but are not stored; months that are locked stay as they are."""
    missing = grid.employed & ~grid.stored & grid.rostered[:, None] & grid.between(first, end)[None, :]
    locked = locked_months(first, end)
    if locked:
        missing &= ~np.array([month_of(date_of(int(day))) in locked for day in grid.day_numbers()])[None, :]
    person, day = np.nonzero(missing)
    if len(person):
        columns = {
            "employee_id": grid.employee_ids[person],
            "day": grid.day_numbers()[day],
            "shift_id": setup.ids_of(grid.shift[person, day]),
            "own_week": grid.own_week[person, day],
        }
        stage_columns("staged_roster", columns)
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, {"tenant": require_tenant_id()})
        refresh_statistics_on_commit(rows=len(person))
    return len(person)


@transaction.atomic
def put_newcomers_on_default(
    *, first: date, end: date, people: People = EVERYBODY, actor: Actor, now: datetime
) -> int:  # fmt: skip
    """Put those of the people who are employed in [first, end) and on no rotation on the default one; how many."""
    actor.require(CHANGE)
    rotation = current_settings().default_rotation
    if rotation is None:
        return 0
    params = {
        "tenant": require_tenant_id(), "rotation": rotation.id, "crews": rotation.crews, "first": first, "end": end,
        **people.bounds(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NEWCOMERS, params)
        count = int(cursor.rowcount)
    if count:
        new = {"people": count}
        record(actor=actor, action="attendance.rotation.default", subject=rotation, new=new, now=now)
    return count


@transaction.atomic
def put_on_rotation(
    *,
    employees: Sequence[Employee],
    rotation: Rotation,
    start_date: date,
    crew: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Plan these people by this rotation from start_date on; without a crew they are spread over all, in order.

    What was planned from that day on is forgotten, days changed by hand stay; published days become those of the new
    rotation, and that is told. Earlier days that were never planned will follow the new rotation too.
    Errors: attendance.rotation.crew, attendance.month.locked, attendance.roster.rules (409, of published days).
    """
    actor.require(CHANGE)
    require_crews(rotation, [] if crew is None else [crew])
    ids = [employee.id for employee in employees]
    require_visible(ids, actor)
    if RosterDay.objects.filter(employee_id__in=ids, date__gte=start_date).exists():
        require_open(start_date, end_of(month_of(start_date)))
    members = [
        CrewMembership(employee_id=id_, rotation=rotation, crew=place % rotation.crews if crew is None else crew)
        for place, id_ in enumerate(ids)
    ]
    CrewMembership.objects.bulk_create(
        members,
        update_conflicts=True, unique_fields=["tenant", "employee"], update_fields=["rotation", "crew"],
    )  # fmt: skip
    planned = RosterDay.objects.filter(employee_id__in=ids, date__gte=start_date, by_hand=False)
    planned.filter(published=False).delete()
    edits = [Edit(id_, day, BY_ROTATION) for id_, day in planned.values_list("employee_id", "date")]
    write_edits(edits=edits, actor=actor, now=now, kind=RosterBatch.Kind.ROTATION)
    new = {"people": len(ids), "crew": crew, "start_date": start_date}
    record(actor=actor, action="attendance.rotation.assign", subject=rotation, new=new, now=now)


_INSERT = """
INSERT INTO attendance_rosterday (tenant_id, employee_id, date, shift_id, by_hand, own_week)
SELECT %(tenant)s, employee_id, '1970-01-01'::date + day::int, NULLIF(shift_id, -1), false, own_week = 1
FROM pg_temp.staged_roster
ON CONFLICT (tenant_id, employee_id, date) DO NOTHING
"""
# New people take turns, beginning after those who are on the rotation already.
_NEWCOMERS = """
INSERT INTO attendance_crewmembership (tenant_id, employee_id, rotation_id, crew)
SELECT %(tenant)s, e.id, %(rotation)s, (
    (SELECT count(*) FROM attendance_crewmembership m WHERE m.tenant_id = %(tenant)s AND m.rotation_id = %(rotation)s)
    + row_number() OVER (ORDER BY e.id) - 1) %% %(crews)s
FROM people_employee e
WHERE e.tenant_id = %(tenant)s AND e.kind = 'human' AND e.id BETWEEN %(first_id)s AND %(last_id)s
  AND NOT EXISTS (SELECT 1 FROM attendance_crewmembership m WHERE m.tenant_id = e.tenant_id AND m.employee_id = e.id
                  AND m.employee_id BETWEEN %(first_id)s AND %(last_id)s)
  AND EXISTS (SELECT 1 FROM people_assignment a WHERE a.tenant_id = e.tenant_id AND a.employee_id = e.id
              AND a.employee_id BETWEEN %(first_id)s AND %(last_id)s
              AND a.start_date < %(end)s AND (a.end_date IS NULL OR a.end_date > %(first)s))
ON CONFLICT (tenant_id, employee_id) DO NOTHING
"""
