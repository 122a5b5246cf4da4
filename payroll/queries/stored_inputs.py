"""The stored payslips of a run as columns: what they were calculated from, and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns_and_text
from payroll.models import FormulaSetVersion, PayRun, Payslip
from payroll.queries.people_columns import text_column
from payroll.rules.formula import TextColumn, Type

Mask = Any
NOTHING, BETWEEN = "\x1e", "\x1f"  # separators that no text of ours contains


@dataclass(frozen=True)
class Stored:
    """One place per payslip. values, missing: by input, as ``payroll.rules.formula.run`` takes them. amounts: by code
    of the item, 0 where there is none. sound: without an error."""

    ids: Ints
    units: Ints
    sound: Mask
    values: dict[str, Any]
    missing: dict[str, Mask]
    amounts: dict[str, Ints]

    def __len__(self) -> int:
        return len(self.ids)


def stored_ranges(run: PayRun, size: int) -> list[tuple[int, int]]:
    """(first, last) ids of employees of parts of the run's payslips."""
    ids = list(Payslip.objects.filter(run=run).order_by("employee_id").values_list("employee_id", flat=True))
    return [(part[0], part[-1]) for part in (ids[at : at + size] for at in range(0, len(ids), size))]


def stored_between(run: PayRun, first_id: int, last_id: int) -> Stored:
    """Payslips of the employees with ids from first_id to last_id, in one statement."""
    version = run.formula_set
    assert version is not None, "only a draft has none"
    numbers = [(at, entry) for at, entry in enumerate(version.inputs) if entry["type"] != Type.TEXT]
    terms = ["slip.employee_id", "slip.unit_id", "(slip.error IS NULL)::int::bigint"]
    terms += [f"COALESCE(slip.inputs[{at + 1}], 0)" for at, _entry in numbers]
    terms += [f"(slip.inputs[{at + 1}] IS NULL)::int::bigint" for at, _entry in numbers]
    terms += [f"COALESCE(slip.amounts[{at + 1}], 0)" for at in range(len(version.items))]
    sql = f"""
        SELECT {", ".join(terms)}, array_to_string(slip.texts, %s, %s) FROM payroll_payslip slip
        WHERE slip.tenant_id = %s AND slip.run_id = %s AND slip.employee_id BETWEEN %s AND %s
        ORDER BY slip.employee_id
    """
    params = [BETWEEN, NOTHING, require_tenant_id(), run.pk, first_id, last_id]
    found, lines = read_columns_and_text(sql, params, [f"column_{at}" for at in range(len(terms))])
    return _stored(version, [entry for _at, entry in numbers], list(found.values()), lines)


def _stored(
    version: FormulaSetVersion, numbers: Sequence[dict[str, Any]], columns: Sequence[Ints], lines: Sequence[str]
) -> Stored:
    ids, units, sound, *rest = columns
    count = len(numbers)
    values: dict[str, Any] = {}
    for entry, column in zip(numbers, rest, strict=False):
        values[entry["code"]] = column.astype(np.bool_) if entry["type"] == Type.BOOL else column
    missing = {entry["code"]: column == 1 for entry, column in zip(numbers, rest[count:], strict=False)}
    amounts = {item["code"]: column for item, column in zip(version.items, rest[2 * count :], strict=True)}
    for code, (texts, absent) in _texts(version, lines).items():
        values[code], missing[code] = texts, absent
    return Stored(ids, units, sound == 1, values, missing, amounts)


def _texts(version: FormulaSetVersion, lines: Sequence[str]) -> dict[str, tuple[TextColumn, Mask]]:
    codes = [entry["code"] for entry in version.inputs if entry["type"] == Type.TEXT]
    parts = {line: line.split(BETWEEN) for line in set(lines)}
    found = {}
    for at, code in enumerate(codes):
        words = [parts[line][at] for line in lines]
        found[code] = (text_column(words), np.array([word == NOTHING for word in words], dtype=np.bool_))
    return found
