"""Changing days of the roster: many in one step, checked, recorded cell by cell, and never over somebody else's change.

``save_edits`` is for who plans; ``write_edits`` is for services that decide themselves who may (claims, swaps).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from attendance.models import CrewMembership, RosterBatch, RosterChange, RosterDay, Shift
from attendance.queries.months import end_of, months_between, require_open
from attendance.queries.roster_checks import (
    BY_ROTATION,
    CheckedRoster,
    Finding,
    findings_of,
    refuse_blocking,
    roster_of,
)
from attendance.queries.shifts import require_shifts
from attendance.services.months import begin_months
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import visible_to

CHANGE = "attendance.roster.change"
MOST_EDITS = 20_000
ONE_DAY = timedelta(days=1)
Cell = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw before changing it: whether the day was planned, and on which shift."""

    planned: bool
    shift_id: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One day of one person. shift_id: None for a free day, BY_ROTATION for what the person's rotation says.

    seen: refuse the edit where the day is something else by now; None writes whatever is there.
    """

    employee_id: int
    date: date
    shift_id: int | None
    seen: Seen | None = None


@dataclass(frozen=True)
class Saved:
    """batch: None where nothing was different. findings: rules newly broken that only warn."""

    batch: RosterBatch | None
    days: int
    findings: list[Finding]


@transaction.atomic
def save_edits(*, edits: Sequence[Edit], actor: Actor, now: datetime, kind: str = RosterBatch.Kind.EDIT) -> Saved:
    """Change these days, all or none.

    Errors: attendance.roster.{conflict (409),rules (409),not_employed,too_many,twice,shift}, attendance.month.locked;
    not found where somebody is beyond the actor's reach.
    """
    actor.require(CHANGE)
    require_visible({edit.employee_id for edit in edits}, actor)
    return write_edits(edits=edits, actor=actor, now=now, kind=kind)


@transaction.atomic
def write_edits(*, edits: Sequence[Edit], actor: Actor, now: datetime, kind: str, by_hand: bool = True) -> Saved:
    """The same for whoever the caller has allowed to. by_hand: planning leaves the days alone from then on."""
    if not edits:
        return Saved(None, 0, [])
    wanted = _by_cell(edits)
    _hold_months(wanted)
    hold_people({id_ for id_, _day in wanted})
    rows = held_days(wanted)
    _refuse_conflicts(edits, rows)
    roster = roster_of(wanted)
    _refuse_strangers(roster, wanted)
    findings = findings_of(roster, wanted, actor)
    refuse_blocking(findings)
    cells = _new_rows(roster, wanted, rows, by_hand)
    if not cells:
        return Saved(None, 0, findings)
    batch = note_step(cells=cells, before=rows, kind=kind, actor=actor, now=now)
    RosterDay.objects.bulk_create(
        cells.values(),
        update_conflicts=True, unique_fields=["tenant", "employee", "date"],
        update_fields=["shift", "by_hand", "own_week"],
    )  # fmt: skip
    record(actor=actor, action="attendance.roster.assign", subject=batch, new=_facts(cells), now=now)
    return Saved(batch, len(cells), findings)


def note_step(
    *, cells: Mapping[Cell, RosterDay], before: Mapping[Cell, RosterDay], kind: str, actor: Actor, now: datetime
) -> RosterBatch:
    """Keep what these days become, and what they were: to undo it, and to tell people whose days were published."""
    batch: RosterBatch = RosterBatch.objects.create(kind=kind, made_at=now, made_by=actor.label[:200])
    RosterChange.objects.bulk_create([_change(batch, row, before.get(cell)) for cell, row in cells.items()])
    return batch


@transaction.atomic
def assign_shift(*, employee: Employee, day: date, shift: Shift | None, actor: Actor, now: datetime) -> RosterDay:
    """Set one person's shift of one day by hand; None is a free day.

    Errors: attendance.month.locked, attendance.roster.{not_employed,rules (409)}.
    """
    edit = Edit(employee.id, day, None if shift is None else shift.id)
    save_edits(edits=[edit], actor=actor, now=now)
    assigned: RosterDay = RosterDay.objects.get(employee=employee, date=day)
    return assigned


def require_visible(ids: Sequence[int] | set[int], actor: Actor) -> None:
    """Raise NotFound where somebody is beyond the actor's reach for the roster."""
    seen = set(visible_to(actor.within(CHANGE)).filter(id__in=ids).values_list("id", flat=True))
    unseen = sorted(set(ids) - seen)
    if unseen:
        raise NotFound("people.employee", unseen[0])


def _by_cell(edits: Sequence[Edit]) -> dict[Cell, int | None]:
    wanted = {(edit.employee_id, edit.date): edit.shift_id for edit in edits}
    if len(wanted) < len(edits):
        raise DomainError(
            "attendance.roster.twice",
            field="edits",
            zh="同一员工同一天出现了两次。",
            en="A day of a person is there twice.",
        )
    if len(edits) > MOST_EDITS:
        raise DomainError(
            "attendance.roster.too_many", field="edits",
            zh=f"一次最多保存 {MOST_EDITS} 天。", en=f"At most {MOST_EDITS} days can be saved at once.",
        )  # fmt: skip
    require_shifts(wanted)
    return wanted


def _hold_months(wanted: dict[Cell, int | None]) -> None:
    days = [day for _id, day in wanted]
    first, end = min(days), max(days) + ONE_DAY
    begin_months(first=first, end=end)
    touched = {day.replace(day=1) for day in days}
    for month in months_between(first, end):
        if month in touched:
            require_open(month, end_of(month))


def hold_people(employee_ids: Collection[int]) -> None:
    """Whoever changes days of these people comes one after the other."""
    list(Employee.objects.select_for_update(no_key=True).filter(id__in=employee_ids).order_by("id"))


def held_days(wanted: Collection[Cell]) -> dict[Cell, RosterDay]:
    """Those of the days that are stored, held until the end of the transaction."""
    days = [day for _id, day in wanted]
    people = {id_ for id_, _day in wanted}
    rows = RosterDay.objects.select_for_update(of=("self",)).filter(
        employee_id__in=people, date__gte=min(days), date__lte=max(days)
    )
    found = {(row.employee_id, row.date): row for row in rows.order_by("id")}
    return {cell: row for cell, row in found.items() if cell in wanted}


def _refuse_conflicts(edits: Sequence[Edit], rows: dict[Cell, RosterDay]) -> None:
    """Nothing is written over what somebody else has changed meanwhile; who and when is said."""
    moved = [edit for edit in edits if edit.seen is not None and edit.seen != _as_seen(rows.get(_cell(edit)))]
    if not moved:
        return
    conflicts = _conflicts(moved, rows)
    first = conflicts[0]
    zh = f"{first['name']} {first['date']} 的排班已被他人改为「{first['now_zh']}」"
    en = f"{first['name']}, {first['date']}: somebody else has made it {first['now_en']}"
    by = f"{first['changed_by']}" if first["changed_by"] else ""
    raise DomainError(
        "attendance.roster.conflict", status=409,
        zh=f"{zh}{f'（{by}）' if by else ''}，共 {len(moved)} 处冲突。请核对后重新保存。",
        en=f"{en}{f' ({by})' if by else ''}. {len(moved)} days differ from what you saw; look at them and save again.",
        extra={"conflicts": conflicts},
    )  # fmt: skip


def _conflicts(moved: Sequence[Edit], rows: dict[Cell, RosterDay]) -> list[dict[str, str | None]]:
    people = {edit.employee_id for edit in moved}
    names = dict(Employee.objects.filter(id__in=people).values_list("id", "name"))
    codes = dict(Shift.objects.values_list("id", "code"))
    last: dict[Cell, RosterBatch] = {}
    changes = RosterChange.objects.filter(employee_id__in=people, date__in={edit.date for edit in moved})
    for change in changes.select_related("batch").order_by("id"):
        last[change.employee_id, change.date] = change.batch
    found = []
    for edit in moved:
        row, batch = rows.get(_cell(edit)), last.get(_cell(edit))
        code = None if row is None or row.shift_id is None else codes[row.shift_id]
        found.append({
            "employee_id": str(edit.employee_id), "name": names.get(edit.employee_id, ""),
            "date": edit.date.isoformat(), "planned": row is not None, "shift": code,
            "now_zh": code or ("休息" if row else "未排班"), "now_en": code or ("a free day" if row else "unplanned"),
            "changed_by": batch.made_by if batch else None,
            "changed_at": batch.made_at.isoformat() if batch else None,
        })  # fmt: skip
    return found


def _cell(edit: Edit) -> Cell:
    return edit.employee_id, edit.date


def _as_seen(row: RosterDay | None) -> Seen:
    return Seen(False) if row is None else Seen(True, row.shift_id)


def _refuse_strangers(roster: CheckedRoster, wanted: dict[Cell, int | None]) -> None:
    for employee_id, day in wanted:
        if roster.place(employee_id, day) is None:
            someone = Employee.objects.filter(id=employee_id).first()
            if someone is None:
                raise NotFound("people.employee", employee_id)
            raise DomainError(
                "attendance.roster.not_employed", field="date",
                zh=f"{someone.name} 在 {day} 不在职。", en=f"{someone.name} is not employed on {day}.",
            )  # fmt: skip


def _new_rows(
    roster: CheckedRoster, wanted: dict[Cell, int | None], rows: dict[Cell, RosterDay], by_hand: bool
) -> dict[Cell, RosterDay]:
    """The days that become something else, as they are to be."""
    rotating = of_own_week({id_ for id_, _day in wanted})
    found = {}
    for cell, shift_id in roster.resolved(wanted).items():
        old, hand = rows.get(cell), by_hand and wanted[cell] != BY_ROTATION
        if old is None or (old.shift_id, old.by_hand) != (shift_id, hand):
            own_week = old.own_week if old and wanted[cell] != BY_ROTATION else cell[0] in rotating
            found[cell] = RosterDay(
                employee_id=cell[0], date=cell[1], shift_id=shift_id, by_hand=hand, own_week=own_week
            )
    return found


def of_own_week(employee_ids: Collection[int]) -> frozenset[int]:
    """Those whose rotation has a week of its own instead of the calendar's."""
    members = CrewMembership.objects.filter(employee_id__in=employee_ids, rotation__follows_calendar=False)
    return frozenset(members.values_list("employee_id", flat=True))


def _change(batch: RosterBatch, row: RosterDay, old: RosterDay | None) -> RosterChange:
    return RosterChange(
        batch=batch, employee_id=row.employee_id, date=row.date, new_shift_id=row.shift_id,
        old_planned=old is not None, old_shift_id=old.shift_id if old else None,
        old_by_hand=old is not None and old.by_hand, published=old is not None and old.published,
    )  # fmt: skip


def _facts(cells: dict[Cell, RosterDay]) -> dict[str, object]:
    """What the trail keeps; all of a small step, the outline of a large one, whose days are in the changes."""
    days = sorted(day for _id, day in cells)
    facts: dict[str, object] = {"days": len(cells), "first": days[0], "last": days[-1]}
    if len(cells) == 1:
        (row,) = cells.values()
        facts |= {"employee_id": row.employee_id, "date": row.date, "shift_id": row.shift_id}
    return facts
