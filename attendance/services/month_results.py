"""Writing day results, a row for each person and month, where they differ from what is stored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from attendance.queries.day_results import MonthCells
from attendance.services.staging import stage_columns
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints


def write_cells(*, wanted: MonthCells, stored: MonthCells, month: date, now: datetime) -> int:
    """Make the people's months as wanted; how many days changed. Three statements at most, and their staging.

    stored: what they have now, held for this transaction. Days that are the same keep the time of their computation.
    Raises IntegrityError where somebody has written months of the same people that ``stored`` lacks.
    """
    touched, known = _touched(wanted, stored)
    some, changes = wanted.judged.any(axis=1), touched.any(axis=1)
    gone = ~np.isin(stored.employee_ids, wanted.employee_ids[some])
    new, differs = some & ~known, some & known & changes
    params = {"tenant": require_tenant_id(), "month": month, "now": now}
    _insert(wanted.of(new), params)
    _update(wanted.of(differs), touched[differs], params)
    _remove(stored.employee_ids[gone], params)
    return int(touched[new | differs].sum() + stored.judged[gone].sum())


def _touched(wanted: MonthCells, stored: MonthCells) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """[people, days]: which days differ; and which of the people have a month stored."""
    touched = wanted.judged
    known = np.isin(wanted.employee_ids, stored.employee_ids)
    if known.any():
        old = stored.of(np.searchsorted(stored.employee_ids, wanted.employee_ids[known]))
        ours = wanted.of(known)
        touched[known] = (ours.shift_ids != old.shift_ids) | (ours.cells != old.cells).any(axis=1)
    return touched, known


def _insert(rows: MonthCells, params: dict[str, Any]) -> None:
    if len(rows.employee_ids):
        days = {"days": rows.shift_ids.shape[1]}
        _write("staged_months", _columns(rows), _INSERT, params | days)


def _update(rows: MonthCells, touched: npt.NDArray[np.bool_], params: dict[str, Any]) -> None:
    if len(rows.employee_ids):
        _write("staged_changes", {**_columns(rows), "touched": touched}, _UPDATE, params)


def _remove(employee_ids: Ints, params: dict[str, Any]) -> None:
    if len(employee_ids):
        _write("staged_gone", {"employee_id": employee_ids}, _REMOVE, params)


def _columns(rows: MonthCells) -> dict[str, npt.NDArray[Any]]:
    return {"employee_id": rows.employee_ids, "shift_ids": rows.shift_ids, "cells": rows.cells}


def _write(table: str, columns: dict[str, npt.NDArray[Any]], sql: str, params: dict[str, Any]) -> None:
    stage_columns(table, columns)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


_INSERT = """
INSERT INTO attendance_monthresult (tenant_id, employee_id, start_date, shift_ids, cells, computed_at)
SELECT %(tenant)s, employee_id, %(month)s, shift_ids, cells, array_fill(%(now)s::timestamptz, ARRAY[%(days)s])
FROM pg_temp.staged_months
"""
_UPDATE = """
UPDATE attendance_monthresult m SET shift_ids = s.shift_ids, cells = s.cells, computed_at = ARRAY(
    SELECT CASE day.touched WHEN 1 THEN %(now)s ELSE day.computed_at END
    FROM unnest(m.computed_at, s.touched) WITH ORDINALITY AS day (computed_at, touched, n) ORDER BY n)
FROM pg_temp.staged_changes s
WHERE m.tenant_id = %(tenant)s AND m.employee_id = s.employee_id AND m.start_date = %(month)s
"""
_REMOVE = """
DELETE FROM attendance_monthresult m USING pg_temp.staged_gone g
WHERE m.tenant_id = %(tenant)s AND m.employee_id = g.employee_id AND m.start_date = %(month)s
"""
