"""Day results: stored columns for the engine, and exports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from attendance.models import DayResult
from attendance.queries.months import end_of
from attendance.queries.timesheets import status_word
from attendance.rules.day_columns import RESULT_COLUMNS
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_literal, read_columns

# Stands for "no time" in the integer columns first_in and last_out; smaller than any minute of a day's window.
NO_TIME = -32_768
STORED = ("employee_id", "day", "shift_id", "kind", *RESULT_COLUMNS)


def stored_results(employee_ids: Ints, first: date, end: date) -> dict[str, Ints]:
    """Stored results of [first, end) by person and day: ``day`` since 1970, ``shift_id`` -1 for none, first_in and
    last_out in minutes of the day or NO_TIME.
    """
    params = {"tenant": require_tenant_id(), "ids": ids_literal(employee_ids), "first": first, "end": end}
    return read_columns(_STORED, params, STORED)


def export_header() -> list[str]:
    return [
        "employee_code", "date", "status", "first_in", "last_out", "worked_minutes", "late_minutes", "early_minutes",
        "overtime_minutes", "due_minutes", "overtime_weekday_minutes", "overtime_rest_day_minutes",
        "overtime_statutory_minutes", "night_minutes", "shift", "short_minutes", "absent_half_days",
        "leave_paid_minutes", "leave_unpaid_minutes", "travel_minutes", "overtime_leave_minutes",
    ]  # fmt: skip


def export_rows(month: date) -> Iterator[list[Any]]:
    """Rows under ``export_header``, by employee number and date. Times are local ``YYYY-MM-DDTHH:MM`` or empty."""
    rows = DayResult.objects.filter(date__gte=month, date__lt=end_of(month)).order_by("employee__code", "date")
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


_EXPRESSIONS = {
    "day": "date - '1970-01-01'::date",
    "shift_id": "COALESCE(shift_id, -1)",
    "first_in": f"COALESCE(first_in, {NO_TIME})",
    "last_out": f"COALESCE(last_out, {NO_TIME})",
}
# OFFSET 0 keeps the planner, whatever it believes about a table that grows as the month is computed, to the index that
# finds a person's days.
_STORED = f"""
SELECT found.* FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS asked (id, place), LATERAL (
    SELECT {", ".join(f"({_EXPRESSIONS.get(name, name)})::bigint" for name in STORED)} FROM attendance_dayresult
    WHERE tenant_id = %(tenant)s AND employee_id = asked.id AND date >= %(first)s AND date < %(end)s
    ORDER BY date OFFSET 0
) AS found
ORDER BY asked.place
"""
