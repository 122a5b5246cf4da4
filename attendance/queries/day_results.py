"""Day results: stored columns for the engine, and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from attendance.models import DayResult
from attendance.models.months import CELLS, NO_DAY
from attendance.queries.months import end_of
from attendance.queries.rosters import People
from attendance.queries.timesheets import status_word
from attendance.rules.calendars import day_number
from attendance.rules.day_columns import NO_SHIFT
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_arrays

# Stands for "no time" in first_in and last_out; smaller than any minute of a day's window.
NO_TIME = -32_768
NO_SHIFT_ID = 0
STATUS = CELLS.index("status")
# The bits of a day's id that are its day; the others are the id of its month.
_DAY_BITS = 31


@dataclass(frozen=True)
class MonthCells:
    """Months of people as they are stored: employee_ids ascending, shift_ids int64[people, days of the month], cells
    int16[people, columns of ``CELLS``, days of the month].
    """

    employee_ids: Ints
    shift_ids: Ints
    cells: npt.NDArray[np.int16]

    @property
    def judged(self) -> npt.NDArray[np.bool_]:
        """[people, days]: where there is a result."""
        there: npt.NDArray[np.bool_] = self.cells[:, STATUS] != NO_DAY
        return there

    def of(self, rows: Any) -> MonthCells:
        """Some of the people. rows: a mask or places."""
        return MonthCells(self.employee_ids[rows], self.shift_ids[rows], self.cells[rows])


def no_cells(employee_ids: Ints, days: int) -> MonthCells:
    """Months without any result, to be written over."""
    cells = np.zeros((len(employee_ids), len(CELLS), days), dtype=np.int16)
    cells[:, STATUS] = NO_DAY
    return MonthCells(employee_ids, np.full((len(employee_ids), days), NO_SHIFT_ID, dtype=np.int64), cells)


def stored_cells(people: People, month: date, *, hold: bool = False) -> MonthCells:
    """The stored results of those of the people who have any in the month (its first day).

    hold: nobody else changes them until this transaction ends.
    """
    days = (end_of(month) - month).days
    params = {"tenant": require_tenant_id(), "month": month, **people.bounds()}
    shapes = {"employee_id": (np.int64, ()), "shift_ids": (np.int64, (days,)), "cells": (np.int16, (len(CELLS), days))}
    found = read_arrays(_STORED.format(hold="FOR UPDATE" if hold else ""), params, shapes)
    return MonthCells(found["employee_id"], found["shift_ids"], found["cells"])


def stored_days(employee_id: int, month: date) -> dict[str, Ints]:
    """One person's stored results of the month by day: ``day`` since 1970, ``shift_id`` or NO_SHIFT, and ``CELLS``,
    with first_in and last_out in minutes of the day or NO_TIME.
    """
    stored = stored_cells(People.only(employee_id), month)
    person, day = np.nonzero(stored.judged)
    cells = {name: stored.cells[person, place, day].astype(np.int64) for place, name in enumerate(CELLS)}
    shift_ids = stored.shift_ids[person, day]
    shift_ids[shift_ids == NO_SHIFT_ID] = NO_SHIFT
    return {"day": day + day_number(month), "shift_id": shift_ids, **cells}


def with_id(rows: QuerySet[DayResult], id_: int) -> QuerySet[DayResult]:
    """The one with this id, found by its month: the view has no index by the ids of days."""
    return rows.filter(month_result=id_ & ~_DAY_BITS, pk=id_)


def export_header() -> list[str]:
    return [
        "employee_code", "date", "status", "first_in", "last_out", "worked_minutes", "late_minutes", "early_minutes",
        "overtime_minutes", "due_minutes", "overtime_weekday_minutes", "overtime_rest_day_minutes",
        "overtime_statutory_minutes", "night_minutes", "shift", "short_minutes", "absent_half_days",
        "leave_paid_minutes", "leave_unpaid_minutes", "travel_minutes", "overtime_leave_minutes",
    ]  # fmt: skip


def export_rows(month: date) -> Iterator[list[Any]]:
    """Rows under ``export_header``, by employee number and date. Times are local ``YYYY-MM-DDTHH:MM`` or empty."""
    rows = DayResult.objects.filter(month=month).order_by("employee__code", "date")
    for row in rows.select_related("employee", "shift").iterator(chunk_size=2_000):
        yield [
            row.employee.code, row.date.isoformat(), status_word(row.status), local_time(row.date, row.first_in),
            local_time(row.date, row.last_out), row.worked_minutes, row.late_minutes, row.early_minutes,
            row.overtime_minutes, row.due_minutes, row.overtime_weekday_minutes, row.overtime_rest_day_minutes,
            row.overtime_statutory_minutes, row.night_minutes, row.shift.known_code if row.shift else "",
            row.short_minutes, row.absent_half_days, row.leave_paid_minutes, row.leave_unpaid_minutes,
            row.travel_minutes, row.overtime_leave_minutes,
        ]  # fmt: skip


def local_time(day: date, minute: int | None) -> str:
    """``YYYY-MM-DDTHH:MM`` of a minute of the day, '' for none."""
    if minute is None:
        return ""
    return (datetime.combine(day, time()) + timedelta(minutes=minute)).isoformat(timespec="minutes")


_STORED = """
SELECT employee_id, shift_ids, cells FROM attendance_monthresult
WHERE tenant_id = %(tenant)s AND start_date = %(month)s AND employee_id BETWEEN %(first_id)s AND %(last_id)s
  AND (%(ids)s::bigint[] IS NULL OR employee_id = ANY(%(ids)s::bigint[]))
ORDER BY employee_id {hold}
"""
