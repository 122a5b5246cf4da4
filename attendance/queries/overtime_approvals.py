"""Approved overtime as the day engine takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attendance.queries.columns import Ints, read_columns
from hrsaas.tenancy.context import require_tenant_id

NAMES = ("employee_id", "day", "minutes", "leave_minutes")


def approved_minutes(employee_ids: Sequence[int] | Ints, first: date, end: date) -> dict[str, Ints]:
    """Approved overtime of these people on the days [first, end), one row per person and day, in one statement: columns
    employee_id, day (since 1970-01-01), minutes, and leave_minutes (of them, for time off instead of pay).

    What was decided after the month was locked is an adjustment and not here.
    """
    params = {
        "tenant": require_tenant_id(), "ids": [int(one) for one in employee_ids], "first": first, "end": end,
    }  # fmt: skip
    return read_columns(_APPROVED, params, NAMES)


_APPROVED = """
SELECT employee_id, date - '1970-01-01'::date, sum(minutes),
       COALESCE(sum(minutes) FILTER (WHERE compensation = 'time_off'), 0)
FROM attendance_overtimerequest
WHERE tenant_id = %(tenant)s AND employee_id = ANY(%(ids)s::bigint[]) AND date >= %(first)s AND date < %(end)s
  AND counts_on_day
GROUP BY employee_id, date
ORDER BY employee_id, date
"""
