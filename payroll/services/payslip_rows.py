"""Results of a chunk as payslips: rows in, only what differs written.

Row-level security refuses COPY into a tenant's table, so the rows go into a temporary one first: numbers only, as numpy
makes them. Names join them in the database, texts by their place in a list of words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.sql import NEW_CLOCK, NEW_IDS
from payroll.models import FormulaSetVersion, PayRun
from payroll.queries.input_cells import input_cells, text_inputs
from payroll.queries.input_columns import InputColumns
from payroll.rules.copied_rows import copied_rows
from payroll.rules.formula import CompiledSet, Result, TextColumn, Type
from payroll.rules.item_values import text_codes
from payroll.services.payslip_errors import Message

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# A part's new rows wait in memory for the trigger that checks them, instead of in a file: 25,000 take 28 MB and up.
_MEMORY = "SET LOCAL work_mem = '128MB'"
_FEN = ("gross", "tax", "net", "cost")
_NUMBERS = ("employee_id", "unit_id", "position_id", *(f"{name}_fen" for name in _FEN), "city")
_VALUES = (
    "employee_code", "employee_name", "unit_id", "position_id", "city", *(f"{name}_fen" for name in _FEN), "amounts",
    "inputs", "texts", "error", "warnings",
)  # fmt: skip


def write_payslips(
    run: PayRun, version: FormulaSetVersion, compiled: CompiledSet, columns: InputColumns, result: Result,
    errors: Mapping[int, Sequence[Message]], warnings: Mapping[int, Sequence[Message]], first_id: int, last_id: int,
) -> int:  # fmt: skip
    """Make the payslips of these people those of the run with ids from first_id to last_id: insert or update them, and
    take back those of others; how many were new, different or taken back.

    errors: place of a person → what stopped him; such a payslip has no gross, tax, net and cost. warnings: more than
    those of the formulas.
    """
    words = _Words()
    city = words.add(columns.people.cities, np.zeros(len(columns), dtype=np.bool_))
    texts = {
        f"text_{at}": words.add(columns.values[entry["code"]], columns.missing[entry["code"]])
        for at, entry in enumerate(entry for entry in version.inputs if entry["type"] == Type.TEXT)
    }
    numbers = [*_numbers(version, columns, result, errors), (city, None), *((codes, None) for codes in texts.values())]
    arrays = [
        (_amount_cells(version, columns, result), _failed_cells(compiled, result)),
        input_cells(version, columns),
    ]
    _stage([*_NUMBERS, *texts], copied_rows(numbers, arrays))
    params = {
        "tenant": require_tenant_id(), "run": run.id, "words": words.all, "first": first_id, "last": last_id,
        "remarks": json.dumps(_remarks(compiled, columns, result, errors, warnings), ensure_ascii=False),
    }  # fmt: skip
    return _write(params, list(texts))


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


class _Words:
    """Texts of several columns in one list; a row holds the place of its text, from 1 on, 0 for none."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def add(self, column: Any, missing: Mask) -> Ints:
        assert isinstance(column, TextColumn), "texts come as such"
        places = np.where(missing, 0, column.codes + len(self.all) + 1)
        self.all += column.vocabulary
        return places


def _numbers(
    version: FormulaSetVersion, columns: InputColumns, result: Result, errors: Mapping[int, Sequence[Message]]
) -> list[tuple[Ints, Mask | None]]:
    failed = np.zeros(len(columns), dtype=np.bool_)
    failed[list(errors)] = True
    fen = money(version, result.amounts)
    people = columns.people
    plain = [(column, None) for column in (people.ids, people.unit_ids, people.position_ids)]
    return [*plain, *((fen[name], failed) for name in _FEN)]


def _amount_cells(version: FormulaSetVersion, columns: InputColumns, result: Result) -> Ints:
    """Amounts by person and item, with the codes of texts."""
    if not result.texts:
        return result.amounts
    amounts, inputs = result.amounts.copy(), text_inputs(version, columns)
    for at, texts in result.texts.items():
        amounts[:, at] = text_codes(texts, version.items[at]["texts"], inputs)
    return amounts


def _failed_cells(compiled: CompiledSet, result: Result) -> Mask:
    failed = np.zeros(result.amounts.shape, dtype=np.bool_)
    for item, codes in result.errors.items():
        failed[:, item] = codes != 0
    return failed


def _remarks(
    compiled: CompiledSet, columns: InputColumns, result: Result, errors: Mapping[int, Sequence[Message]],
    warnings: Mapping[int, Sequence[Message]],
) -> list[dict[str, Any]]:  # fmt: skip
    """employee_id, error and warnings of those who have any."""
    found: dict[int, dict[str, Any]] = {place: {"error": messages} for place, messages in errors.items()}
    for place, messages in warnings.items():
        found.setdefault(place, {})["warnings"] = list(messages)
    for item, text, mask in result.warnings:
        zh, _, en = text.partition(" / ")
        message = {"code": "payroll.payslip.check", "item": compiled.items[item].id, "zh": zh, "en": en or zh}
        for place in np.flatnonzero(mask).tolist():
            found.setdefault(place, {}).setdefault("warnings", []).append(message)
    return [{"employee_id": int(columns.people.ids[place]), **remarks} for place, remarks in found.items()]


def _stage(numbers: Sequence[str], file: Iterator[bytes]) -> None:
    fields = [*(f"{name} bigint" for name in numbers), "amounts bigint[]", "inputs bigint[]"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_MEMORY}; DROP TABLE IF EXISTS pg_temp.payroll_new; "
            f"CREATE TEMPORARY TABLE payroll_new ({', '.join(fields)}) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY pg_temp.payroll_new FROM STDIN (FORMAT binary)", _Sent(file))


class _Sent:
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int) -> bytes:
        """The next piece, of whatever size."""
        return next(self._pieces, b"")


def _write(params: Mapping[str, Any], texts: Sequence[str]) -> int:
    """The caller holds the run's lock: where it has no payslip of these people yet, none can come in between."""
    joins = [f"LEFT JOIN word AS {name} ON {name}.place = new.{name}" for name in ("city", *texts)]
    words = ", ".join(f"{name}.word" for name in texts)
    rows = _ROWS.format(joins="\n".join(joins), texts=f"ARRAY[{words}]::text[]", clock=NEW_CLOCK, ids=NEW_IDS)
    with connection.cursor() as cursor:
        cursor.execute(_ANY, params)
        if cursor.fetchone() is None:
            cursor.execute(rows, params)
            return int(cursor.rowcount)
        cursor.execute(rows + _OR_UPDATE, params)
        changed = int(cursor.rowcount)
        cursor.execute(_REMOVE, params)
        return changed + int(cursor.rowcount)


# Not by run: of a run that has just begun the planner knows nothing, and would read all of it for every chunk.
_THERE = """
FROM payroll_payslip
WHERE tenant_id = %(tenant)s AND employee_id BETWEEN %(first)s AND %(last)s AND run_id + 0 = %(run)s
"""
_ANY = f"SELECT employee_id {_THERE} ORDER BY employee_id LIMIT 1"
_REMOVE = f"DELETE {_THERE} AND employee_id NOT IN (SELECT employee_id FROM pg_temp.payroll_new)"
_ROWS = f"""
WITH word AS MATERIALIZED (SELECT * FROM unnest(%(words)s::text[]) WITH ORDINALITY AS listed (word, place))
INSERT INTO payroll_payslip AS slip (id, tenant_id, run_id, employee_id, {", ".join(_VALUES)})
SELECT {{ids}}, %(tenant)s, %(run)s, new.employee_id, person.code, person.name, new.unit_id, new.position_id, city.word,
       {", ".join(f"new.{name}_fen" for name in _FEN)}, new.amounts, new.inputs, {{texts}}, remark.error,
       remark.warnings
FROM (SELECT *, {{clock}} AS clock FROM pg_temp.payroll_new OFFSET 0) AS new
LEFT JOIN people_employee person ON person.tenant_id = %(tenant)s AND person.id = new.employee_id
    AND person.id BETWEEN %(first)s AND %(last)s
LEFT JOIN jsonb_to_recordset(%(remarks)s::jsonb) AS remark (employee_id bigint, error jsonb, warnings jsonb)
    ON remark.employee_id = new.employee_id
{{joins}}
"""
_OR_UPDATE = f"""
ON CONFLICT (tenant_id, run_id, employee_id) DO UPDATE
SET {", ".join(f"{name} = EXCLUDED.{name}" for name in _VALUES)}
WHERE ({", ".join(f"slip.{name}" for name in _VALUES)})
    IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _VALUES)})
"""
