"""Results of a chunk as payslips: rows in, only what differs written.

Row-level security refuses COPY into a tenant's table, so the rows go into a temporary one first.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from hrsaas.tenancy.context import require_tenant_id
from payroll.models import FormulaSetVersion, PayRun
from payroll.queries.input_columns import InputColumns
from payroll.rules.formula import CompiledSet, Result, TextColumn, Type
from payroll.services.payslip_errors import Message

Ints = npt.NDArray[np.int64]

COLUMNS = {
    "employee_id": "bigint", "employee_code": "text", "employee_name": "text", "unit_id": "bigint",
    "position_id": "bigint", "city": "text", "gross_fen": "bigint", "tax_fen": "bigint", "net_fen": "bigint",
    "cost_fen": "bigint", "amounts": "bigint[]", "inputs": "bigint[]", "texts": "text[]", "error": "jsonb",
    "warnings": "jsonb",
}  # fmt: skip
_VALUES = [name for name in COLUMNS if name != "employee_id"]
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = r"\N"


def write_payslips(
    run: PayRun, version: FormulaSetVersion, compiled: CompiledSet, columns: InputColumns, result: Result,
    errors: Mapping[int, Sequence[Message]],
) -> int:  # fmt: skip
    """Insert or update the payslips of these people, in four statements; how many were new or different.

    errors: place of a person → what stopped him; such a payslip has no gross, tax, net and cost.
    """
    lines = _lines(version, compiled, columns, result, errors)
    buffer = io.StringIO("".join(lines))
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.payroll_new")
        fields = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        cursor.execute(f"CREATE TEMPORARY TABLE payroll_new ({fields}) ON COMMIT DROP")
        cursor.copy_expert(f"COPY pg_temp.payroll_new ({names}) FROM STDIN", buffer)
        cursor.execute(_UPSERT, {"tenant": require_tenant_id(), "run": run.id})
        return int(cursor.rowcount)


def remove_others(run: PayRun, first_id: int, last_id: int) -> int:
    """Take back payslips of people with ids in between who were not written last; how many."""
    with connection.cursor() as cursor:
        params = {"tenant": require_tenant_id(), "run": run.id, "first": first_id, "last": last_id}
        cursor.execute(_REMOVE, params)
        return int(cursor.rowcount)


def money(version: FormulaSetVersion, amounts: Ints) -> dict[str, Ints]:
    """gross, tax, net and cost of every person in fen, from the items' categories and the items named so."""
    by_category = {
        name: [at for at, item in enumerate(version.items) if item["category"] == name]
        for name in ("earning", "tax", "net", "employer")
    }
    sums = {name: amounts[:, places].sum(axis=1) for name, places in by_category.items()}
    gross, cost = version.item_position("gross"), version.item_position("employer_cost")
    gross_fen = sums["earning"] if gross is None else amounts[:, gross]
    return {
        "gross": gross_fen,
        "tax": sums["tax"],
        "net": sums["net"],
        "cost": gross_fen + sums["employer"] if cost is None else amounts[:, cost],
    }


def _lines(
    version: FormulaSetVersion, compiled: CompiledSet, columns: InputColumns, result: Result,
    errors: Mapping[int, Sequence[Message]],
) -> Iterator[str]:  # fmt: skip
    sums = {name: values.tolist() for name, values in money(version, result.amounts).items()}
    amounts = _arrays(result.amounts, _failed_cells(compiled, result))
    inputs, texts = _arrays(*_input_cells(version, columns)), _texts(version, columns)
    warnings = _warnings(compiled, result)
    for at, person in enumerate(columns.people):
        failed = errors.get(at)
        fen = [_NULL] * 4 if failed else [str(values[at]) for values in sums.values()]
        cells = [
            str(person.id), _text(person.code), _text(person.name), str(person.last.unit_id),
            str(person.last.position_id), _text(person.last.work_city), *fen, amounts[at], inputs[at],
            texts[at], _json(failed), _json(warnings.get(at)),
        ]  # fmt: skip
        yield "\t".join(cells) + "\n"


def _failed_cells(compiled: CompiledSet, result: Result) -> npt.NDArray[np.bool_]:
    failed = np.zeros(result.amounts.shape, dtype=np.bool_)
    for item, codes in result.errors.items():
        failed[:, item] = codes != 0
    return failed


def _input_cells(version: FormulaSetVersion, columns: InputColumns) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Numbers by person and input; texts count as missing here."""
    shape = (len(columns), len(version.inputs))
    numbers, missing = np.zeros(shape, dtype=np.int64), np.ones(shape, dtype=np.bool_)
    for at, entry in enumerate(version.inputs):
        values = columns.values[entry["code"]]
        if not isinstance(values, TextColumn):
            numbers[:, at] = values
            missing[:, at] = columns.missing[entry["code"]]
    return numbers, missing


def _arrays(values: Ints, missing: npt.NDArray[np.bool_]) -> list[str]:
    """One PostgreSQL array per row."""
    rows = values.tolist()
    for row, column in np.argwhere(missing).tolist():
        rows[row][column] = "NULL"
    return ["{" + ",".join(map(str, row)) + "}" for row in rows]


def _texts(version: FormulaSetVersion, columns: InputColumns) -> list[str]:
    codes = [entry["code"] for entry in version.inputs if entry["type"] == Type.TEXT]
    per_input = [_text_cells(columns.values[code], columns.missing[code]) for code in codes]
    return ["{" + ",".join(cells) + "}" for cells in zip(*per_input, strict=True)] if codes else ["{}"] * len(columns)


def _text_cells(column: Any, missing: npt.NDArray[np.bool_]) -> Iterable[str]:
    words = [_text(json.dumps(word, ensure_ascii=False)) for word in column.vocabulary]
    return ("NULL" if gone else words[code] for code, gone in zip(column.codes.tolist(), missing.tolist(), strict=True))


def _warnings(compiled: CompiledSet, result: Result) -> dict[int, list[Message]]:
    found: dict[int, list[Message]] = {}
    for item, text, mask in result.warnings:
        zh, _, en = text.partition(" / ")
        message = {"code": "payroll.payslip.check", "item": compiled.items[item].id, "zh": zh, "en": en or zh}
        for place in np.flatnonzero(mask).tolist():
            found.setdefault(place, []).append(message)
    return found


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False)) if value else _NULL


_SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in _VALUES)
_UPSERT = f"""
INSERT INTO payroll_payslip AS slip (tenant_id, run_id, {", ".join(COLUMNS)})
SELECT %(tenant)s, %(run)s, {", ".join(COLUMNS)} FROM pg_temp.payroll_new
ON CONFLICT (tenant_id, run_id, employee_id) DO UPDATE SET {_SET}
WHERE ({", ".join(f"slip.{name}" for name in _VALUES)})
    IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _VALUES)})
"""
_REMOVE = """
DELETE FROM payroll_payslip WHERE tenant_id = %(tenant)s AND run_id = %(run)s
AND employee_id BETWEEN %(first)s AND %(last)s
AND NOT EXISTS (SELECT 1 FROM pg_temp.payroll_new written WHERE written.employee_id = payroll_payslip.employee_id)
"""
