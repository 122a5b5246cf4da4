"""Shifts without a person: opened by who plans, taken by people of the unit, whoever comes first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from attendance.models import OpenShift, RosterBatch, RosterDay, Shift
from attendance.queries.months import require_open
from attendance.queries.shifts import require_shifts, version_on
from attendance.services.requests import ASK, require_for
from attendance.services.roster_edits import CHANGE, Edit, Saved, write_edits
from attendance.services.roster_publications import require_unit
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee, OrgUnit
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.queries.units import subtree_ids
from hrsaas.tenancy.queries.tenants import current_tenant

MOST = 50


@transaction.atomic
def open_shifts(
    *, unit: OrgUnit, day: date, shift: Shift, places: int = 1, note: str = "", actor: Actor, now: datetime
) -> list[OpenShift]:
    """Open so many places on a shift. Errors: attendance.open_shift.places, attendance.roster.shift,
    attendance.month.locked; not found beyond the actor's reach.
    """
    actor.require(CHANGE)
    require_unit(unit, actor)
    require_open(day, day + timedelta(days=1))
    require_shifts({(0, day): shift.pk}, field="shift")
    if not 1 <= places <= MOST:
        raise DomainError(
            "attendance.open_shift.places", field="places",
            zh=f"一次可开放 1 至 {MOST} 个名额。", en=f"Open 1 to {MOST} places at once.",
        )  # fmt: skip
    rows = [
        OpenShift(unit=unit, date=day, shift=shift, note=note[:200], opened_at=now, opened_by=actor.label[:200])
        for _place in range(places)
    ]
    made: list[OpenShift] = OpenShift.objects.bulk_create(rows)
    new = {"unit_id": unit.pk, "date": day, "shift_id": shift.pk, "places": places}
    record(actor=actor, action="attendance.open_shift.create", subject=made[0], new=new, now=now)
    return made


@transaction.atomic
def withdraw_open_shift(*, open_shift: OpenShift, actor: Actor, now: datetime) -> OpenShift:
    """Nobody may take it any more. Errors: attendance.open_shift.gone (409)."""
    row = _held(open_shift)
    actor.require(CHANGE)
    require_unit(row.unit, actor)
    _require_there(row)
    row.state = OpenShift.State.WITHDRAWN
    row.save(update_fields=["state"])
    record(actor=actor, action="attendance.open_shift.withdraw", subject=row, now=now)
    return row


@transaction.atomic
def take_open_shift(*, open_shift: OpenShift, employee: Employee, actor: Actor, now: datetime) -> Saved:
    """Put the person on the shift, who has to be of the unit and free that day. The first one has it.

    Errors: attendance.open_shift.{gone,unit,over,busy} (409), attendance.roster.rules (409), attendance.month.locked.
    """
    row = _held(open_shift)
    actor.require(ASK)
    require_for(employee, actor)
    _require_there(row)
    _require_fits(row, employee, now)
    shift_id = version_on(Shift.objects.in_bulk(), row.shift_id, row.date)
    edits = [Edit(employee.pk, row.date, shift_id)]
    saved = write_edits(edits=edits, actor=actor, now=now, kind=RosterBatch.Kind.CLAIM)
    row.state, row.taken_by, row.taken_at = OpenShift.State.TAKEN, employee, now
    row.save(update_fields=["state", "taken_by", "taken_at"])
    new = {"employee_id": employee.pk, "date": row.date, "shift_id": shift_id}
    record(actor=actor, action="attendance.open_shift.take", subject=row, new=new, now=now)
    return saved


def _held(open_shift: OpenShift) -> OpenShift:
    rows = OpenShift.objects.select_for_update(of=("self",)).select_related("unit", "shift")
    row: OpenShift = rows.get(id=open_shift.pk)
    return row


def _require_there(row: OpenShift) -> None:
    if row.state != OpenShift.State.OPEN:
        raise _refused("gone", "该班次已被领取或撤回。", "This shift has been taken or withdrawn.")


def _require_fits(row: OpenShift, employee: Employee, now: datetime) -> None:
    if row.date < now.astimezone(current_tenant().zone).date():
        raise _refused("over", "该日期已过。", "That day is over.")
    held = as_of(employee, row.date)
    if held is None or held.unit_id not in subtree_ids([row.unit_id]):
        raise _refused("unit", "该班次只对本部门员工开放。", "This shift is for the people of its unit.")
    if RosterDay.objects.filter(employee=employee, date=row.date).exclude(shift=None).exists():
        raise _refused("busy", "您当天已有排班。", "There is a shift on that day already.")


def _refused(code: str, zh: str, en: str) -> DomainError:
    return DomainError(f"attendance.open_shift.{code}", zh=zh, en=en, status=409)
