"""People from a file: who is new is hired; units and positions that are not there yet are created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.rules.new_hires import NewHire
from hrsaas.people.services.employees import hire_many
from hrsaas.people.services.units import create_position, create_unit
from integrations.rules.records import PEOPLE_COLUMNS, Parsed, PersonRow, people
from integrations.rules.sheets import RowError, Sheet

__all__ = ["PEOPLE_COLUMNS", "check", "write"]

_MAX_CODE = 40


def check(sheet: Sheet) -> tuple[Sequence[tuple[int, PersonRow]], Sequence[RowError], Mapping[str, int]]:
    """Rows that hire somebody. A person who is there with the same name and hire date is left alone."""
    parsed = people(sheet)
    there = _there([row.code for _line, row in parsed.records])
    clashes = list(_clashes(parsed, there))
    new = [(line, row) for line, row in parsed.records if row.code not in there]
    rows = [row for _line, row in new]
    counts = {
        "new": len(new),
        "unchanged": len(parsed.records) - len(new) - len(clashes),
        "new_units": len(_missing(OrgUnit, [row.unit for row in rows])),
        "new_positions": len(_missing(Position, [row.position for row in rows])),
    }
    return new, sorted([*parsed.errors, *clashes], key=lambda error: error.line), counts


def write(rows: Sequence[PersonRow], actor: Actor, now: datetime) -> Mapping[str, int]:
    """Create what is missing and hire everybody, in the caller's transaction."""
    units = _codes(OrgUnit, [row.unit for row in rows], create_unit, actor, now)
    positions = _codes(Position, [row.position for row in rows], create_position, actor, now)
    hires = [_new_hire(row, units[row.unit], positions[row.position]) for row in rows]
    if hires:
        hire_many(rows=hires, actor=actor, now=now)
    return {"new": len(hires)}


def _new_hire(row: PersonRow, unit: str, position: str) -> NewHire:
    return NewHire(
        code=row.code, name=row.name, unit=unit, position=position, hire_date=row.hire_date,
        base_pay_fen=row.base_pay_fen, work_city=row.city,
    )  # fmt: skip


def _there(codes: Sequence[str]) -> dict[str, tuple[str, Any]]:
    rows = Employee.objects.filter(code__in=codes).values_list("code", "name", "hire_date")
    return {code: (name, hire_date) for code, name, hire_date in rows}


def _clashes(parsed: Parsed[PersonRow], there: Mapping[str, tuple[str, Any]]) -> Iterator[RowError]:
    for line, row in parsed.records:
        if row.code in there and there[row.code] != (row.name, row.hire_date):
            zh = f"工号“{row.code}”已属于另一人(姓名或入职日期不同)。"
            en = f"The number '{row.code}' belongs to somebody else (another name or hire date)."
            yield RowError(line, "code", "integrations.people.code_taken", zh, en)


def _known(model: Any, texts: Sequence[str]) -> dict[str, str]:
    """Text of the file → code, where a unit or position of that code or name is there."""
    rows = list(model.objects.values_list("code", "name"))
    by_name = {name: code for code, name in rows}
    codes = {code for code, _name in rows}
    return {text: text if text in codes else by_name[text] for text in texts if text in codes or text in by_name}


def _missing(model: Any, texts: Sequence[str]) -> set[str]:
    return set(texts) - _known(model, texts).keys()


def _codes(model: Any, texts: Sequence[str], create: Any, actor: Actor, now: datetime) -> dict[str, str]:
    """Text of the file → code; what is missing is created with the text as its name."""
    known = _known(model, texts)
    for text in dict.fromkeys(texts):
        if text not in known:
            known[text] = create(code=text[:_MAX_CODE], name=text, actor=actor, now=now).code
    return known
