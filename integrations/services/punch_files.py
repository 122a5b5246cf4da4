"""Punches from a file; stamps that are there already are counted and not written twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attendance.services.punches import PunchRow as NewPunch
from attendance.services.punches import record_punches
from hrsaas.access.actors import Actor
from hrsaas.people.queries.employees import known_codes
from hrsaas.tenancy.queries.tenants import current_tenant
from integrations.rules.records import PUNCH_COLUMNS, PunchRow, punches
from integrations.rules.sheets import RowError, Sheet

__all__ = ["PUNCH_COLUMNS", "check", "write"]

SOURCE = "file"


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, PunchRow]], Sequence[RowError], Mapping[str, int]]:
    """Every punch must be of somebody we know."""
    parsed = punches(sheet, current_tenant().zone)
    known = known_codes({row.employee_code for _line, row in parsed.records})
    unknown = [_unknown(line, row) for line, row in parsed.records if row.employee_code not in known]
    errors = sorted([*parsed.errors, *unknown], key=lambda error: error.line)
    people = {row.employee_code for _line, row in parsed.records} & known
    return parsed.records, errors, {"punches": len(parsed.records), "people": len(people)}


def write(rows: Sequence[PunchRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    new = [NewPunch(row.employee_code, row.punched_at) for row in rows]
    done = record_punches(rows=new, source=SOURCE, actor=actor, now=now)
    return {"added": done.added, "repeated": done.repeated, "late": done.late}


def _unknown(line: int, row: PunchRow) -> RowError:
    zh = f"没有工号为“{row.employee_code}”的员工。"
    en = f"Nobody has the employee number '{row.employee_code}'."
    return RowError(line, "employee_code", "integrations.punches.unknown_person", zh, en)
