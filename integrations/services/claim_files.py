"""Claims of special additional deductions from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee
from integrations.rules.records import CLAIM_COLUMNS, ClaimRow, claims
from integrations.rules.sheets import RowError, Sheet
from payroll.services.deduction_claims import NewClaim, add_claims, claim_faults, claims_there

__all__ = ["CLAIM_COLUMNS", "check", "write"]

_COLUMNS = {"employee": "employee_code", "end_date": "last_month", "agreed_fen": "agreed"}


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, ClaimRow]], Sequence[RowError], Mapping[str, int]]:
    """Claims that are not there yet, so that a file may be brought again with more lines."""
    parsed = claims(sheet)
    codes = {row.employee_code for _line, row in parsed.records}
    there = set(claims_there(sorted(codes)))
    new = [(line, row) for line, row in parsed.records if _claim(row) not in there]
    known = dict(Employee.objects.filter(code__in=codes).order_by("id").values_list("code", "id"))
    faults = [] if parsed.errors else claim_faults([_claim(row) for _line, row in new], known)
    errors = [
        RowError(new[one["row"]][0], _COLUMNS.get(one["field"], one["field"]), one["code"], one["zh"], one["en"])
        for one in faults
    ]
    return new, [*parsed.errors, *errors], {"new": len(new), "unchanged": len(parsed.records) - len(new)}


def write(rows: Sequence[ClaimRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    if rows:
        add_claims(rows=[_claim(row) for row in rows], actor=actor, now=now)
    return {"new": len(rows)}


def _claim(row: ClaimRow) -> NewClaim:
    end = None if row.last_month is None else (row.last_month + timedelta(days=31)).replace(day=1)
    return NewClaim(
        row.employee_code,
        row.kind,
        row.start_date,
        end,
        row.birth_date,
        row.share_percent,
        row.rent_tier,
        row.agreed_fen,
    )
