"""Opening balances of leave from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from attendance.queries.leave_balances import balanced_units, opening_amounts
from attendance.rules.leave_amounts import to_amount
from attendance.services.leave_ledger import OpeningRow, set_opening_balances
from hrsaas.access.actors import Actor
from hrsaas.people.queries.employees import known_codes
from integrations.rules.records import LEAVE_COLUMNS, LeaveRow, leave_balances
from integrations.rules.sheets import RowError, Sheet

__all__ = ["LEAVE_COLUMNS", "check", "write"]


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, LeaveRow]], Sequence[RowError], Mapping[str, int]]:
    parsed = leave_balances(sheet)
    units, people = balanced_units(), known_codes({row.employee_code for _line, row in parsed.records})
    errors = [*parsed.errors]
    for line, row in parsed.records:
        errors += _errors(line, row, units, people)
    there = opening_amounts({row.employee_code for _line, row in parsed.records})
    wrong = {error.line for error in errors}
    sound = [(line, row) for line, row in parsed.records if line not in wrong]
    new = [(line, row) for line, row in sound if there.get(_key(row)) != to_amount(row.amount, units[row.leave_type])]
    counts = {"new": len(new), "unchanged": len(sound) - len(new)}
    return new, sorted(errors, key=lambda error: error.line), counts


def write(rows: Sequence[LeaveRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    units, changed = balanced_units(), 0
    for day in sorted({row.start_date for row in rows}):
        opening = [
            OpeningRow(row.employee_code, row.leave_type, to_amount(row.amount, units[row.leave_type]), row.end_date)
            for row in rows
            if row.start_date == day
        ]
        changed += set_opening_balances(rows=opening, on=day, actor=actor, now=now)
    return {"new": changed}


def _key(row: LeaveRow) -> tuple[str, str, date | None]:
    return row.employee_code, row.leave_type, row.end_date


def _errors(line: int, row: LeaveRow, units: Mapping[str, str], people: frozenset[str]) -> list[RowError]:
    found = []
    if row.employee_code not in people:
        zh, en = f"没有工号 {row.employee_code}。", f"There is no employee {row.employee_code}."
        found.append(RowError(line, "employee_code", "attendance.leave.unknown_employee", zh, en))
    if row.leave_type not in units:
        zh = f"没有带余额的假期类型 {row.leave_type}，可选：{'、'.join(units)}。"
        en = f"No leave type with a balance is called {row.leave_type}; there are {', '.join(units)}."
        found.append(RowError(line, "leave_type", "attendance.leave.unknown_type", zh, en))
    elif not _fits(row, units[row.leave_type]):
        zh, en = "数量小于可记录的最小单位。", "The quantity is finer than what is kept."
        found.append(RowError(line, "amount", "attendance.leave.amount", zh, en))
    if row.end_date is not None and row.end_date <= row.start_date:
        zh, en = "失效日期须晚于生效日期。", "It must end after it begins."
        found.append(RowError(line, "end_date", "attendance.leave.validity", zh, en))
    return found


def _fits(row: LeaveRow, unit: str) -> bool:
    try:
        to_amount(row.amount, unit)
    except ValueError:
        return False
    return True
