"""Overtime that a clerk turns into time off by hand: into the ledger, and out of what its day is paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from attendance.models import DayResult, LeaveEntry, LeaveLot, LeaveType
from attendance.queries.months import is_locked, month_locked, month_of
from attendance.queries.overtime_approvals import CREDITED
from attendance.rules.leave_entitlements import add_months
from attendance.services.leave_ledger import CHANGE, entry, ids_of, lock_people, lot_of, not_enough, post
from attendance.services.leave_types import unknown_employee
from attendance.services.overtime_leave import lot_key
from attendance.services.recomputations import recompute_stored
from attendance.services.requests import hold_months
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.queries.employees import visible_to

Cell = tuple[int, date]


@dataclass(frozen=True)
class OvertimeRow:
    """Overtime of one day that is leave instead of pay. employee: number; minutes: all of the day; 0 takes it back."""

    employee: str
    day: date
    minutes: int


@transaction.atomic
def credit_overtime(*, rows: Sequence[OvertimeRow], leave_type: LeaveType, actor: Actor, now: datetime) -> int:
    """So much overtime of working and rest days is leave instead of pay; how many days were new or different.

    The days are computed again, so that these minutes are not paid too. Never more than was worked; overtime on
    statutory holidays is paid in any case (劳动法第四十四条). Days that an overtime request has made time off stay.
    Errors: attendance.leave.{not_from_overtime,unknown_employee,not_worked (409),not_enough (409, where it was taken)},
    attendance.month.locked (409): their pay is settled.
    """
    hold_months(row.day for row in rows)
    people = ids_of(row.employee for row in rows)
    lock_people(list(people.values()))
    actor.require(CHANGE)
    _require_type(leave_type)
    _require_known(rows, people, actor)
    _require_unlocked(rows)
    cells = {(people[row.employee], row.day): row for row in rows}
    changed = _changed(cells, leave_type)
    for cell, change in changed.items():
        _post(cell, change, leave_type, actor, now)
    for employee_id in sorted({id_ for id_, _day in changed}):
        days = [day for id_, day in changed if id_ == employee_id]
        recompute_stored(employee_id=employee_id, first=min(days), last=max(days), now=now)
    new = {"leave_type": leave_type.code, "rows": len(rows), "new": len(changed)}
    record(actor=actor, action="attendance.leave.add", subject_type="attendance.leavelot", new=new, now=now)
    return len(changed)


def _changed(cells: dict[Cell, OvertimeRow], leave_type: LeaveType) -> dict[Cell, int]:
    """Minutes more or less than the ledger has, of the days where that differs. Errors: attendance.leave.not_worked."""
    people = {id_ for id_, _day in cells}
    paid, credited = _paid(cells), _sums(people, [credit_key(day) for _id, day in cells], leave_type)
    asked_for = _sums(people, [lot_key(day) for _id, day in cells], leave_type)
    found = {}
    for (id_, day), row in cells.items():
        there = credited.get((id_, credit_key(day)), 0)
        if not 0 <= row.minutes <= paid.get((id_, day), 0) + there:
            raise _not_worked(row, paid.get((id_, day), 0) + there)
        if row.minutes != there and not asked_for.get((id_, lot_key(day))):
            found[id_, day] = row.minutes - there
    return found


def _post(cell: Cell, change: int, leave_type: LeaveType, actor: Actor, now: datetime) -> None:
    employee_id, day = cell
    months = leave_type.overtime_months
    assert months is not None
    lot = lot_of(employee_id, leave_type, credit_key(day), day, add_months(day, months))
    if lot.remaining + change < 0:
        raise not_enough(-change - lot.remaining, leave_type)
    post([entry(lot.pk, LeaveEntry.Kind.OVERTIME, day, change, actor=actor, now=now)])


def credit_key(day: date) -> str:
    """Key of the lot of a day's overtime that was made time off by hand."""
    return f"{CREDITED}{day}"


def _paid(cells: Collection[Cell]) -> dict[Cell, int]:
    """Minutes of overtime on working and rest days that are paid."""
    people, days = {id_ for id_, _day in cells}, {day for _id, day in cells}
    months = {month_of(day) for day in days}
    rows = DayResult.objects.filter(employee_id__in=people, month__in=months, date__in=days)
    columns = ("employee_id", "date", "overtime_weekday_minutes", "overtime_rest_day_minutes")
    return {(id_, day): weekday + rest_day for id_, day, weekday, rest_day in rows.values_list(*columns)}


def _sums(employee_ids: Iterable[int], keys: Sequence[str], leave_type: LeaveType) -> dict[tuple[int, str], int]:
    """What overtime has given to these lots, by person and key."""
    lots = LeaveLot.objects.filter(employee_id__in=employee_ids, key__in=keys, leave_type=leave_type)
    rows = lots.filter(entries__kind=LeaveEntry.Kind.OVERTIME).values_list("employee_id", "key")
    return {(id_, key): total for id_, key, total in rows.annotate(total=Sum("entries__amount"))}


def _require_type(leave_type: LeaveType) -> None:
    if leave_type.overtime_months is None:
        raise DomainError(
            "attendance.leave.not_from_overtime", field="leave_type",
            zh=f"{leave_type.name}不能由加班转入。",
            en=f"{leave_type.name_en or leave_type.name} does not come from overtime.",
        )  # fmt: skip


def _require_known(rows: Sequence[OvertimeRow], people: dict[str, int], actor: Actor) -> None:
    seen = set(visible_to(actor.within(CHANGE)).filter(pk__in=people.values()).values_list("pk", flat=True))
    for row in rows:
        if people.get(row.employee) not in seen:
            raise unknown_employee(row.employee)


def _require_unlocked(rows: Sequence[OvertimeRow]) -> None:
    for month in sorted({month_of(row.day) for row in rows}):
        if is_locked(month):
            raise month_locked(month)


def _not_worked(row: OvertimeRow, worked: int) -> DomainError:
    return DomainError(
        "attendance.leave.not_worked", field="minutes", status=409,
        zh=f"{row.employee} 在 {row.day} 只有 {worked} 分钟可转调休的加班，不能转 {row.minutes} 分钟。",
        en=f"{row.employee} has {worked} minutes of overtime on {row.day} that may become leave, not {row.minutes}.",
    )  # fmt: skip
