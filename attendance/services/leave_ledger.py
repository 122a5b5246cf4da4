"""Movements of the ledger: opening balances, adjustments, drawing and giving back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from attendance.models import LeaveEntry, LeaveLot, LeaveRequest, LeaveType
from attendance.queries.leave_balances import OPEN
from attendance.rules.leave_amounts import to_decimal
from attendance.rules.leave_lots import Draw, Lot, NotEnough, draw
from attendance.services.leave_types import unknown_employee
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import visible_to

CHANGE = "attendance.leave.change"
Kind = LeaveEntry.Kind


@dataclass(frozen=True)
class OpeningRow:
    """employee, leave_type: their codes. amount: as in ``LeaveType``; end_date: the first day on which it is gone."""

    employee: str
    leave_type: str
    amount: int
    end_date: date | None = None


@transaction.atomic
def adjust_balance(
    *, employee: Employee, leave_type: LeaveType, amount: int, on: date, reason: str, actor: Actor, now: datetime,
    end_date: date | None = None,
) -> None:  # fmt: skip
    """Add to a balance on a day, as a lot of its own that ends on end_date, or take from what expires first.

    A closed month is corrected this way in an open one.
    Errors: attendance.leave.{no_balance,reason,amount,validity,not_enough}.
    """
    lock_people([employee.pk])
    actor.require(CHANGE)
    require_visible(employee, actor)
    _require_adjustable(leave_type, amount, reason)
    _require_validity(on, end_date)
    if amount > 0:
        key = f"by_hand:{LeaveLot.objects.filter(employee=employee, leave_type=leave_type).count() + 1}"
        lot = LeaveLot.objects.create(
            employee=employee, leave_type=leave_type, key=key, start_date=on, end_date=end_date
        )
        moves = [(lot.pk, amount)]
    else:
        draws = draw_or_refuse(own_lots(employee.pk, leave_type), [(on, -amount)], leave_type)
        moves = [(one.lot_id, -one.amount) for one in draws]
    why = reason[:300]
    post([entry(lot_id, Kind.ADJUSTMENT, on, part, reason=why, actor=actor, now=now) for lot_id, part in moves])
    new = {"leave_type": leave_type.code, "amount": amount, "date": on, "reason": reason}
    record(actor=actor, action="attendance.leave.adjust", subject=employee, new=new, now=now)


@transaction.atomic
def set_opening_balances(*, rows: Sequence[OpeningRow], on: date, actor: Actor, now: datetime) -> int:
    """What people brought along when the tenant began here; how many were new or different. The same rows again change
    nothing, another amount corrects the difference.

    Errors: attendance.leave.{unknown_employee,unknown_type,no_balance,validity,not_enough}.
    """
    people = ids_of(row.employee for row in rows)
    lock_people(list(people.values()))
    actor.require(CHANGE)
    types = {one.code: one for one in LeaveType.objects.all()}
    changed = 0
    for row in rows:
        if row.employee not in people:
            raise unknown_employee(row.employee)
        leave_type = _balanced(types.get(row.leave_type), row.leave_type)
        _require_validity(on, row.end_date)
        lot = lot_of(people[row.employee], leave_type, f"opening:{row.end_date or ''}", on, row.end_date)
        there = lot.entries.filter(kind=Kind.OPENING).aggregate(total=Sum("amount"))["total"] or 0
        if row.amount != there:
            changed += 1
            if lot.remaining + row.amount - there < 0:
                raise not_enough(there - row.amount - lot.remaining, leave_type)
            post([entry(lot.pk, Kind.OPENING, on, row.amount - there, actor=actor, now=now)])
    if changed:
        new = {"rows": len(rows), "changed": changed, "date": on}
        record(actor=actor, action="attendance.leave.set", subject_type="attendance.leavelot", new=new, now=now)
    return changed


def lock_people(employee_ids: Sequence[int]) -> None:
    """Whoever moves a person's leave holds the person: the second sees what the first has left."""
    people = Employee.objects.select_for_update(no_key=True).filter(id__in=employee_ids).order_by("id")
    list(people.values_list("id", flat=True))


def require_visible(employee: Employee, actor: Actor, permission: str = CHANGE) -> None:
    if not visible_to(actor.within(permission)).filter(pk=employee.pk).exists():
        raise NotFound("people.employee", employee.pk)


def own_lots(employee_id: int, leave_type: LeaveType) -> list[Lot]:
    """What the person can draw from now, with the open lot of advances and of types without a balance."""
    floor = -leave_type.most_advance if leave_type.has_balance else None
    if floor != 0:
        open_lot = lot_of(employee_id, leave_type, OPEN, date(1970, 1, 1), None, floor=floor)
        if open_lot.floor != floor and (floor is None or open_lot.remaining >= floor):
            LeaveLot.objects.filter(pk=open_lot.pk).update(floor=floor)
    rows = LeaveLot.objects.filter(employee_id=employee_id, leave_type=leave_type)
    return [Lot(row.id, row.start_date, row.end_date, row.remaining, row.floor) for row in rows]


def draw_or_refuse(lots: Iterable[Lot], days: Sequence[tuple[date, int]], leave_type: LeaveType) -> list[Draw]:
    """Errors: attendance.leave.not_enough (409)."""
    try:
        return draw(lots, days)
    except NotEnough as short:
        raise not_enough(short.missing, leave_type) from short


def take(request: LeaveRequest, draws: Sequence[Draw], *, actor: Actor, now: datetime) -> None:
    """Note what the request's days draw."""
    post([entry(one.lot_id, Kind.TAKEN, one.day, -one.amount, request=request, actor=actor, now=now) for one in draws])


def give_back(request: LeaveRequest, *, actor: Actor, now: datetime) -> None:
    """Undo what the request took, lot by lot and day by day; a second time there is nothing left."""
    held: defaultdict[tuple[int, date], int] = defaultdict(int)
    for lot_id, day, amount in request.entries.values_list("lot_id", "date", "amount"):
        held[lot_id, day] += amount
    post([
        entry(lot_id, Kind.RETURNED, day, -amount, request=request, actor=actor, now=now)
        for (lot_id, day), amount in held.items() if amount
    ])  # fmt: skip


def entry(
    lot_id: int, kind: str, day: date, amount: int, *, actor: Actor, now: datetime, reason: str = "",
    request: LeaveRequest | None = None,
) -> LeaveEntry:  # fmt: skip
    return LeaveEntry(
        lot_id=lot_id, kind=kind, date=day, amount=amount, request=request, reason=reason, created_at=now,
        created_by=actor.label[:200],
    )  # fmt: skip


def post(entries: Sequence[LeaveEntry]) -> None:
    """Write the movements; the database moves the lots."""
    if entries:
        LeaveEntry.objects.bulk_create(entries)


def not_enough(missing: int, leave_type: LeaveType) -> DomainError:
    value = to_decimal(missing, leave_type.unit)
    zh_unit, en_unit = ("小时", "hours") if leave_type.in_hours else ("天", "days")
    return DomainError(
        "attendance.leave.not_enough", field="leave_type", status=409,
        zh=f"{leave_type.name}余额不足，还差 {value:f} {zh_unit}。",
        en=f"Not enough {leave_type.name_en or leave_type.name} left: {value:f} {en_unit} short.",
        extra={"missing": str(value)},
    )  # fmt: skip


def lot_of(
    employee_id: int, leave_type: LeaveType, key: str, start: date, end: date | None, floor: int | None = 0
) -> LeaveLot:
    """The lot of that key, made where there is none."""
    values = {"start_date": start, "end_date": end, "floor": floor}
    lot: LeaveLot
    lot, _made = LeaveLot.objects.get_or_create(
        employee_id=employee_id, leave_type=leave_type, key=key, defaults=values
    )
    return lot


def ids_of(codes: Iterable[str]) -> dict[str, int]:
    """Ids of employees by number."""
    return dict(Employee.objects.filter(code__in=set(codes)).values_list("code", "id"))


def _balanced(leave_type: LeaveType | None, code: str) -> LeaveType:
    if leave_type is None:
        raise DomainError(
            "attendance.leave.unknown_type", field="leave_type",
            zh=f"没有假期类型 {code}。", en=f"There is no leave type {code}.",
        )  # fmt: skip
    if not leave_type.has_balance:
        raise _no_balance()
    return leave_type


def _no_balance() -> DomainError:
    return DomainError(
        "attendance.leave.no_balance", field="leave_type",
        zh="该假期没有余额。", en="This type of leave has no balance.",
    )  # fmt: skip


def _require_adjustable(leave_type: LeaveType, amount: int, reason: str) -> None:
    if not leave_type.has_balance:
        raise _no_balance()
    if amount == 0:
        raise DomainError(
            "attendance.leave.amount", field="amount", zh="请填写调整数量。", en="Say how much to adjust."
        )
    if not reason.strip():
        raise DomainError(
            "attendance.leave.reason", field="reason", zh="请填写调整原因。", en="Say why the balance is adjusted."
        )


def _require_validity(on: date, end_date: date | None) -> None:
    if end_date is not None and end_date <= on:
        raise DomainError(
            "attendance.leave.validity", field="end_date",
            zh="有效期须晚于生效日期。", en="It must hold for a while after it begins.",
        )  # fmt: skip
