"""Writing timesheets from day results in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from attendance.models import AttendanceMonth, Timesheet
from attendance.models.shifts import base_code
from attendance.queries.overtime_adjustments import adjusted_minutes
from attendance.rules.day_columns import DayResults, RosterColumns
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.timesheets import TOTAL_COLUMNS, late_tier_counts, shift_counts, total_days
from attendance.services.staging import stage_columns
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_literal

_TEXTS = ("shift_days", "late_tiers")
FIELDS = (*TOTAL_COLUMNS, *_TEXTS)


def write_timesheets(
    *, month: date, table: ShiftTable, employee_ids: Ints, roster: RosterColumns, results: DayResults
) -> int:
    """Write the timesheets of these people that differ, remove those of people without days; how many rows changed.

    Overtime of locked months that counts in this one is added.

    The roster's employees are places in employee_ids, its days those of the month only.
    """
    period = AttendanceMonth.objects.get(start_date=month)
    there = Timesheet.objects.filter(month=period, employee_id__in=employee_ids.tolist())
    stored = {row[0]: row[1:] for row in there.values_list("employee_id", *FIELDS)}
    wanted = _totals(table, employee_ids, roster, results)
    for id_, minutes in adjusted_minutes(month, list(wanted)).items():
        wanted[id_] = tuple(
            value + minutes[name] if name in minutes else value for name, value in zip(FIELDS, wanted[id_])
        )
    changed = {id_: values for id_, values in wanted.items() if stored.get(id_) != values}
    if changed:
        _write(period, changed)
    gone = stored.keys() - wanted.keys()
    if gone:
        there.filter(employee_id__in=gone).delete()
    return len(changed) + len(gone)


def _write(period: AttendanceMonth, rows: Mapping[int, Sequence[Any]]) -> None:
    """rows: employee id → values of FIELDS."""
    ids = np.array(list(rows), dtype=np.int64)
    totals = np.array([row[: -len(_TEXTS)] for row in rows.values()], dtype=np.int64).T
    texts = [json.dumps(row[-len(_TEXTS) :]) for row in rows.values()]
    stage_columns("staged_sheets", {"employee_id": ids, **dict(zip(TOTAL_COLUMNS, totals, strict=True))})
    params: dict[str, Any] = {
        "tenant": require_tenant_id(), "month": period.id, "ids": ids_literal(ids), "texts": texts,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, params)


def _totals(
    table: ShiftTable, employee_ids: Ints, roster: RosterColumns, results: DayResults
) -> dict[int, tuple[Any, ...]]:
    """Employee id → values of FIELDS, in their order."""
    sheets = total_days(table, roster, results)
    columns = [getattr(sheets, name).tolist() for name in TOTAL_COLUMNS]
    worked = [_by_code(table, row) for row in shift_counts(table, roster, results).tolist()]
    rows = zip(*columns, worked, _late_tiers(table, roster, results))
    return dict(zip(employee_ids[sheets.employee].tolist(), rows))


def _late_tiers(table: ShiftTable, roster: RosterColumns, results: DayResults) -> list[dict[str, int]]:
    """Per person: lower bound of a tier → late days in it."""
    bounds = table.lateness.bounds
    counts = late_tier_counts(roster, results, bounds, table.lateness)
    return [{str(bound): count for bound, count in zip(bounds, row) if count} for row in counts.tolist()]


def _by_code(table: ShiftTable, counts: list[int]) -> dict[str, int]:
    """Versions of a shift count as the one that they are."""
    found: dict[str, int] = {}
    for code, count in zip(table.codes, counts):
        if count:
            found[base_code(code)] = found.get(base_code(code), 0) + count
    return found


_UPSERT = f"""
INSERT INTO attendance_timesheet (tenant_id, month_id, employee_id, {", ".join(FIELDS)})
SELECT %(tenant)s, %(month)s, employee_id, {", ".join(TOTAL_COLUMNS)}, texts.pair -> 0, texts.pair -> 1
FROM pg_temp.staged_sheets JOIN unnest(%(ids)s::bigint[], %(texts)s::jsonb[]) AS texts (id, pair) ON id = employee_id
ON CONFLICT (tenant_id, month_id, employee_id) DO UPDATE SET
    {", ".join(f"{name} = EXCLUDED.{name}" for name in FIELDS)}
"""
