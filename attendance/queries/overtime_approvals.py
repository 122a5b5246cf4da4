"""Approved overtime as the day engine takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from attendance.rules.day_columns import RosterColumns
from attendance.rules.overtime_leave import ApprovedOvertime, approved_by_row
from attendance.rules.segment_tables import Minutes
from attendance.rules.shift_tables import ShiftTable
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns

# Before the day in the keys of lots of overtime that a clerk has made time off.
CREDITED = "credited:"
NAMES = ("employee_id", "day", "minutes", "leave_minutes")


def approved_minutes(employee_ids: Sequence[int] | Ints, first: date, end: date) -> dict[str, Ints]:
    """Approved overtime of these people on the days [first, end), one row per person and day, in one statement: columns
    employee_id, day (since 1970-01-01), minutes, and leave_minutes (for time off instead of pay: of them,
    or credited by hand).

    What was decided after the month was locked is an adjustment and not here.
    """
    params = {
        "tenant": require_tenant_id(), "ids": [int(one) for one in employee_ids], "first": first, "end": end,
        "credited": CREDITED,
    }  # fmt: skip
    return read_columns(_APPROVED, params, NAMES)


NOTHING = ApprovedOvertime(*[np.zeros(0, dtype=np.int64)] * 4)


def approved_rows(
    table: ShiftTable,
    employee_ids: Ints,
    roster: RosterColumns,
    first: date,
    end: date,
    more: ApprovedOvertime = NOTHING,
) -> tuple[Minutes, Minutes] | tuple[None, None]:
    """Minutes of approved overtime of [first, end) by row of the roster (its employees are places in employee_ids), and
    those of them for time off; None where there are none. more: to count beside what is stored. One statement.
    """
    found = approved_minutes(employee_ids, first, end)
    place = np.searchsorted(employee_ids, found["employee_id"]).astype(np.int64)
    stored = (place, found["day"], found["minutes"], found["leave_minutes"])
    added = (more.employee, more.day, more.minutes, more.leave_minutes)
    approved = ApprovedOvertime(*(np.concatenate(pair) for pair in zip(stored, added)))
    return approved_by_row(table, roster, approved) if len(approved) else (None, None)


# What a clerk credits approves nothing: it only moves minutes that count already.
_APPROVED = """
SELECT employee_id, (date - '1970-01-01'::date)::bigint, sum(minutes)::bigint, sum(leave_minutes)::bigint FROM (
    SELECT employee_id, date, minutes, CASE WHEN compensation = 'time_off' THEN minutes ELSE 0 END AS leave_minutes
    FROM attendance_overtimerequest
    WHERE tenant_id = %(tenant)s AND employee_id = ANY(%(ids)s::bigint[]) AND date >= %(first)s AND date < %(end)s
      AND counts_on_day
    UNION ALL
    SELECT l.employee_id, l.start_date, 0, e.amount
    FROM attendance_leavelot l
    JOIN attendance_leaveentry e ON e.tenant_id = l.tenant_id AND e.lot_id = l.id AND e.kind = 'overtime'
    WHERE l.tenant_id = %(tenant)s AND l.employee_id = ANY(%(ids)s::bigint[]) AND l.start_date >= %(first)s
      AND l.start_date < %(end)s AND starts_with(l.key, %(credited)s)
) AS counted
GROUP BY employee_id, date
ORDER BY employee_id, date
"""
