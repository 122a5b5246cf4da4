"""Balances of leave as of any day, out of the ledger: one statement however many people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, Sum

from attendance.models import LeaveEntry, LeaveLot, LeaveType
from attendance.rules.leave_lots import Lot, usable
from hrsaas.tenancy.context import require_tenant_id

OPEN = "open"  # the lot of advances, and of types without a balance


class Balance(NamedTuple):
    """As of a day, of the lots that held in its year. granted: what came, whatever became of it; carried: of that;
    taken, expired: until the day.

    remaining: what is left on the day of lots that hold then, less advances. booked: of that, asked for on later days.
    """

    employee_id: int
    leave_type_id: int
    granted: int
    carried: int
    taken: int
    expired: int
    booked: int
    remaining: int

    @property
    def available(self) -> int:
        return self.remaining - self.booked


def balances(
    *, on: date, employee_ids: Sequence[int] | None = None, type_ids: Sequence[int] | None = None
) -> list[Balance]:
    """Balances on the day of the types that have one, by person and type; people without any entry are not there."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {
            "tenant": require_tenant_id(), "on": on,
            "people": None if employee_ids is None else list(employee_ids),
            "types": None if type_ids is None else list(type_ids),
        })  # fmt: skip
        return [Balance(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class LotLine:
    """One lot as of a day, for people who want to know what expires when."""

    lot: LeaveLot
    remaining: int


def lots_of(employee_id: int, leave_type: LeaveType) -> list[Lot]:
    """All lots of the person with what is left of them now, everything booked taken off."""
    rows = LeaveLot.objects.filter(employee_id=employee_id, leave_type=leave_type)
    return [Lot(row.id, row.start_date, row.end_date, row.remaining, row.floor) for row in rows]


def lot_lines(employee_id: int, leave_type: LeaveType, *, on: date) -> list[LotLine]:
    """The lots that hold on the day with what was left of them then."""
    lots = LeaveLot.objects.filter(Q(end_date=None) | Q(end_date__gt=on), employee_id=employee_id, start_date__lte=on)
    lots = lots.filter(leave_type=leave_type).annotate(left=Sum("entries__amount", filter=Q(entries__date__lte=on)))
    return [LotLine(lot, lot.left or 0) for lot in lots]


def usable_between(employee_id: int, leave_type: LeaveType, *, first: date, last: date) -> int:
    """How much can be used from first to last, what expires between by the days until then."""
    return usable(lots_of(employee_id, leave_type), first=first, last=last)


def ledger(employee_ids: Iterable[int], leave_type: LeaveType | None = None) -> list[LeaveEntry]:
    """Every movement of these people, oldest first, with lot, type and request."""
    rows = LeaveEntry.objects.filter(lot__employee_id__in=list(employee_ids))
    if leave_type is not None:
        rows = rows.filter(lot__leave_type=leave_type)
    return list(rows.select_related("lot__leave_type", "lot__employee", "request").order_by("date", "id"))


# By lot first: what a lot has left counts while it holds, what it was overdrawn always.
_BALANCES = """
SELECT employee_id, leave_type_id, sum(granted)::bigint, sum(carried)::bigint, sum(taken)::bigint, sum(expired)::bigint,
       sum(CASE WHEN holds THEN booked ELSE 0 END)::bigint,
       sum(CASE WHEN holds OR at_day < 0 THEN at_day ELSE 0 END)::bigint
FROM (
    SELECT l.employee_id, l.leave_type_id, l.id,
           l.start_date <= %(on)s AND (l.end_date IS NULL OR l.end_date > %(on)s) AS holds,
           COALESCE(sum(e.amount) FILTER (WHERE e.date <= %(on)s), 0) AS at_day,
           COALESCE(-sum(e.amount) FILTER (WHERE e.date > %(on)s AND e.kind IN ('taken', 'returned')), 0) AS booked,
           COALESCE(sum(e.amount) FILTER (WHERE e.date <= %(on)s AND e.kind IN
               ('opening', 'grant', 'accrual', 'overtime', 'adjustment', 'carried')), 0) AS granted,
           COALESCE(sum(e.amount) FILTER (WHERE e.date <= %(on)s AND e.kind = 'carried'), 0) AS carried,
           COALESCE(-sum(e.amount) FILTER (WHERE e.date <= %(on)s AND e.kind IN ('taken', 'returned')), 0) AS taken,
           COALESCE(-sum(e.amount) FILTER (WHERE e.date <= %(on)s AND e.kind = 'expired'), 0) AS expired
    FROM attendance_leavelot l
    JOIN attendance_leavetype t ON t.tenant_id = l.tenant_id AND t.id = l.leave_type_id AND t.has_balance
    LEFT JOIN attendance_leaveentry e ON e.tenant_id = l.tenant_id AND e.lot_id = l.id
    WHERE l.tenant_id = %(tenant)s AND l.start_date <= %(on)s
      AND (l.end_date IS NULL OR l.end_date > date_trunc('year', %(on)s::date))
      AND (%(people)s::bigint[] IS NULL OR l.employee_id = ANY(%(people)s::bigint[]))
      AND (%(types)s::bigint[] IS NULL OR l.leave_type_id = ANY(%(types)s::bigint[]))
    GROUP BY l.employee_id, l.leave_type_id, l.id, l.start_date, l.end_date
) lots
GROUP BY employee_id, leave_type_id
ORDER BY employee_id, leave_type_id
"""
