"""Entering values of people: sales, insurance bases, deductions, opening balances."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.models import MonthlyInput, PayInput, PayRun
from payroll.queries.formula_sets import parse_value

MONTH_DIGITS = 18


@dataclass(frozen=True)
class EnteredValue:
    """One value as people write it. employee: number; input: code or name; value: 12.50, 2026-03-01, true, a text.

    run: the off-cycle or bonus run that it is for, of the same month.
    """

    employee: str
    month: date
    input: str
    value: str
    run: PayRun | None = None


@dataclass(frozen=True)
class _Known:
    employees: Mapping[str, int]
    inputs: Mapping[str, PayInput]
    closed: frozenset[tuple[date, int | None]]
    paid_months: frozenset[date]


@transaction.atomic
def save_inputs(*, rows: Sequence[EnteredValue], actor: Actor, now: datetime) -> int:
    """Write the values, replacing those of the same person, month and input; how many. All or nothing.

    Errors: payroll.input.rows with every fault in ``extra["rows"]``: unknown_employee, unknown_input, bad_value,
    not_first_day, month_closed, wrong_run, twice.

    A locked or paid month takes values all the same: the next run carries the difference. While its run is approved
    and not locked yet it takes none, and neither does a closed off-cycle or bonus run.
    """
    actor.require("payroll.run.change")
    known = _look_up(rows)
    faults = [fault for place, row in enumerate(rows) for fault in _faults(place, row, known)]
    faults += _doubles(rows)
    if faults:
        first = faults[0]
        raise DomainError("payroll.input.rows", zh=first["zh"], en=first["en"], extra={"rows": faults})
    MonthlyInput.objects.bulk_create(
        [_value(row, known) for row in rows], update_conflicts=True, update_fields=["number", "text"],
        unique_fields=["tenant", "employee", "input", "month", "run"],
    )  # fmt: skip
    digest = hashlib.sha256("\n".join(f"{row.employee} {row.month} {row.input}" for row in rows).encode()).hexdigest()
    facts = {"count": len(rows), "rows_sha256": digest}
    record(actor=actor, action="payroll.input.save", subject_type="payroll.monthlyinput", new=facts, now=now)
    _record_late(rows, known, actor, now)
    return len(rows)


def _record_late(rows: Sequence[EnteredValue], known: _Known, actor: Actor, now: datetime) -> None:
    """Values of a month that is paid already have an entry of their own in the trail, with whom they are for."""
    late = [row for row in rows if row.run is None and row.month in known.paid_months]
    if late:
        facts = {
            "months": sorted({f"{row.month:%Y-%m}" for row in late}),
            "employees": sorted({row.employee for row in late}),
            "inputs": sorted({known.inputs[row.input].code for row in late}),
        }  # fmt: skip
        record(actor=actor, action="payroll.input.retro", subject_type="payroll.monthlyinput", new=facts, now=now)


def _look_up(rows: Sequence[EnteredValue]) -> _Known:
    employees = Employee.objects.filter(code__in={row.employee for row in rows}).values_list("code", "id")
    inputs = list(PayInput.objects.all())
    closed = PayRun.objects.filter(state__in=[PayRun.State.APPROVED, *PayRun.CLOSED])
    closed_runs = list(closed.filter(month__in={row.month for row in rows}).values_list("month", "id", "kind", "state"))
    taken = {
        (month, None if kind == PayRun.Kind.REGULAR else id_) for month, id_, kind, state in closed_runs
        if kind != PayRun.Kind.REGULAR or state == PayRun.State.APPROVED
    }  # fmt: skip
    paid = {month for month, _id, kind, state in closed_runs if kind == PayRun.Kind.REGULAR and state in PayRun.CLOSED}
    names = {name: entry for entry in inputs for name in (entry.name_en, entry.name, entry.code)}
    return _Known(dict(employees), names, frozenset(taken), frozenset(paid))


def _faults(place: int, row: EnteredValue, known: _Known) -> list[dict[str, Any]]:
    found = []
    if row.employee not in known.employees:
        zh, en = f"没有工号 {row.employee}。", f"There is no employee {row.employee}."
        found.append(_fault(place, "employee", "unknown_employee", zh, en))
    if row.month.day != 1:
        zh, en = "请给出月份的第一天。", "Give the first day of the month."
        found.append(_fault(place, "month", "not_first_day", zh, en))
    if row.run is not None and (row.run.is_regular or row.run.month != row.month):
        zh, en = "请选择该月的非月度批次。", "Choose an off-cycle or bonus run of that month."
        found.append(_fault(place, "run", "wrong_run", zh, en))
    if (row.month, row.run.id if row.run else None) in known.closed:
        zh = f"{row.month:%Y-%m} 的薪资已审批。锁定之后可补录，差额由下一批次补发补扣。"
        en = f"The pay run of {row.month:%Y-%m} is approved. Enter it once that is locked: the next run pays the rest."
        found.append(_fault(place, "month", "month_closed", zh, en))
    entry = known.inputs.get(row.input)
    if entry is None:
        zh, en = f"没有输入项“{row.input}”。", f"There is no pay input '{row.input}'."
        found.append(_fault(place, "input", "unknown_input", zh, en))
    elif _stored(entry, row.value) is None:
        zh = f"“{row.value}”不是有效的{entry.name}(最多 {entry.scale} 位小数)。"
        en = f"'{row.value}' is no {entry.name_en} with at most {entry.scale} decimals."
        found.append(_fault(place, "value", "bad_value", zh, en))
    return found


def _doubles(rows: Sequence[EnteredValue]) -> list[dict[str, Any]]:
    seen: set[tuple[str, date, str, PayRun | None]] = set()
    found = []
    for place, row in enumerate(rows):
        key = (row.employee, row.month, row.input, row.run)
        if key in seen:
            found.append(_fault(place, "input", "twice", "同一员工同月同项重复。", "The same value is given twice."))
        seen.add(key)
    return found


def _stored(entry: PayInput, text: str) -> int | str | None:
    """The number at the input's scale, or the text; None for what does not fit."""
    try:
        value = parse_value(entry.type, text.strip())
    except (ValueError, KeyError):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return (value - date(1970, 1, 1)).days
    if isinstance(value, Decimal):
        return _whole(value, entry.scale)
    return value if 0 < len(value) <= 120 else None


def _whole(value: Decimal, scale: int) -> int | None:
    if not value.is_finite() or abs(value.adjusted()) > MONTH_DIGITS - scale:
        return None
    number = value.scaleb(scale)
    return int(number) if number == number.to_integral_value() else None


def _value(row: EnteredValue, known: _Known) -> MonthlyInput:
    entry = known.inputs[row.input]
    stored = _stored(entry, row.value)
    number, text = (None, stored) if isinstance(stored, str) else (stored, None)
    return MonthlyInput(
        employee_id=known.employees[row.employee], month=row.month, run=row.run, input=entry, number=number, text=text
    )


def _fault(row: int, field: str, word: str, zh: str, en: str) -> dict[str, Any]:
    return {"row": row, "field": field, "code": f"payroll.input.{word}", "zh": zh, "en": en}
