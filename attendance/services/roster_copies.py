"""Copying weeks of the roster into the weeks after them, and taking a step of the roster back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from attendance.models import RosterBatch, RosterChange, RosterDay, Shift
from attendance.queries.roster_checks import CheckedRoster, load_roster, require_allowed
from attendance.queries.shifts import version_on
from attendance.rules.day_columns import NO_SHIFT
from attendance.services.roster_edits import (
    CHANGE,
    Edit,
    Saved,
    Seen,
    hold_people,
    of_own_week,
    require_visible,
    save_edits,
)
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

WEEK = timedelta(days=7)
MOST_WEEKS = 12


@dataclass(frozen=True)
class Copied:
    """edits: days that become different. away: (employee id, day) left out because of leave or travel."""

    edits: tuple[Edit, ...]
    away: tuple[tuple[int, date], ...]


def preview_copy(*, employee_ids: Sequence[int], source: date, weeks: int, actor: Actor) -> Copied:
    """What copying the seven days from ``source`` on into each of the weeks after them would change.

    Only days with a plan are copied, and only to days on which the person is employed and not on leave.
    Errors: attendance.roster.weeks; not found where somebody is beyond the actor's reach.
    """
    actor.require(CHANGE)
    require_visible(set(employee_ids), actor)
    if not 1 <= weeks <= MOST_WEEKS:
        raise DomainError(
            "attendance.roster.weeks", field="weeks",
            zh=f"一次可复制到之后的 1 至 {MOST_WEEKS} 周。", en=f"Copy into the next 1 to {MOST_WEEKS} weeks.",
        )  # fmt: skip
    return _copied(load_roster(employee_ids, source, source + (weeks + 1) * WEEK), source, weeks)


@transaction.atomic
def copy_weeks(*, employee_ids: Sequence[int], source: date, weeks: int, actor: Actor, now: datetime) -> Saved:
    """The same, done. Errors: as ``preview_copy`` and ``save_edits``."""
    found = preview_copy(employee_ids=employee_ids, source=source, weeks=weeks, actor=actor)
    return save_edits(edits=found.edits, actor=actor, now=now, kind=RosterBatch.Kind.COPY)


@transaction.atomic
def undo_batch(*, batch: RosterBatch, actor: Actor, now: datetime) -> RosterBatch:
    """Make the days of a step what they were before; the step that did it.

    Errors: attendance.roster.{undone (409),conflict (409),rules (409)}, attendance.month.locked; not found where
    somebody is beyond the actor's reach.
    """
    actor.require(CHANGE)
    row = RosterBatch.objects.select_for_update().get(id=batch.id)
    changes = list(row.changes.order_by("employee_id", "date"))
    require_visible({change.employee_id for change in changes}, actor)
    _refuse_undone(row)
    hold_people({change.employee_id for change in changes})
    _renew(changes)
    _require_untouched(changes)
    require_allowed({(one.employee_id, one.date): one.old_shift_id for one in changes}, actor=actor)
    undone: RosterBatch = RosterBatch.objects.create(kind=RosterBatch.Kind.UNDO, made_at=now, made_by=actor.label[:200])
    proposed = row.kind == RosterBatch.Kind.PROPOSAL
    own_week = of_own_week({one.employee_id for one in changes}) if proposed else frozenset()
    for change in changes:
        _put_back(change, {"own_week": change.employee_id in own_week} if proposed else {})
    RosterChange.objects.bulk_create([_reverse(change, undone) for change in changes])
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    record(actor=actor, action="attendance.roster.take_back", subject=row, new={"days": len(changes)}, now=now)
    return undone


def _copied(roster: CheckedRoster, source: date, weeks: int) -> Copied:
    edits, away = [], []
    shifts = {shift.pk: shift for shift in roster.setup.shifts}
    for row, employee_id in enumerate(roster.grid.employee_ids.tolist()):
        for at in range(7 * weeks):
            day, origin = source + WEEK + timedelta(days=at), source + timedelta(days=at % 7)
            here, there = (row, (origin - roster.grid.first).days), (row, (day - roster.grid.first).days)
            if not roster.lines.employed[there] or not roster.lines.employed[here] or not roster.planned[here]:
                continue
            if roster.lines.away[there]:
                away.append((employee_id, day))
                continue
            shift_id = version_on(shifts, _shift_id(roster, here), day)
            if not roster.grid.stored[there] or shift_id != _shift_id(roster, there):
                edits.append(Edit(employee_id, day, shift_id))
    return Copied(tuple(edits), tuple(away))


def _shift_id(roster: CheckedRoster, cell: tuple[int, int]) -> int | None:
    place = int(roster.lines.shift[cell])
    return None if place == NO_SHIFT else int(roster.setup.shift_ids[place])


def _refuse_undone(row: RosterBatch) -> None:
    if row.undone_at is not None:
        raise DomainError(
            "attendance.roster.undone", status=409,
            zh="此步骤已撤销。", en="This step has been taken back already.",
        )  # fmt: skip


def _require_untouched(changes: Sequence[RosterChange]) -> None:
    """Only what is still as the step left it is taken back: an edit that must have seen that, and changes nothing."""
    stored = {
        (row.employee_id, row.date): Seen(True, row.shift_id)
        for row in RosterDay.objects.filter(
            employee_id__in={one.employee_id for one in changes}, date__in={one.date for one in changes}
        )
    }
    for one in changes:
        expected = Seen(True, one.new_shift_id) if one.new_planned else Seen(False)
        if stored.get((one.employee_id, one.date), Seen(False)) != expected:
            name = Employee.objects.get(id=one.employee_id).name
            raise DomainError(
                "attendance.roster.conflict", status=409,
                zh=f"{name} {one.date} 的排班此后又被修改，不能撤销。",
                en=f"{name}, {one.date}: changed again since, so the step cannot be taken back.",
            )  # fmt: skip


def _renew(changes: Sequence[RosterChange]) -> None:
    """Versions of shifts that were replaced since give way to those that the roster has gone over to."""
    shifts = Shift.objects.in_bulk()
    for one in changes:
        one.old_shift_id = version_on(shifts, one.old_shift_id, one.date)
        one.new_shift_id = version_on(shifts, one.new_shift_id, one.date)


def _put_back(change: RosterChange, more: Mapping[str, bool]) -> None:
    """more: what else the step has set on every day; a proposal makes everybody's week an own one."""
    row = RosterDay.objects.filter(employee_id=change.employee_id, date=change.date)
    if change.old_planned:
        defaults = {"shift_id": change.old_shift_id, "by_hand": change.old_by_hand, **more}
        RosterDay.objects.update_or_create(employee_id=change.employee_id, date=change.date, defaults=defaults)
    else:
        row.delete()


def _reverse(change: RosterChange, batch: RosterBatch) -> RosterChange:
    return RosterChange(
        batch=batch, employee_id=change.employee_id, date=change.date, old_planned=change.new_planned,
        old_shift_id=change.new_shift_id, old_by_hand=True, new_planned=change.old_planned,
        new_shift_id=change.old_shift_id, published=change.published,
    )  # fmt: skip
