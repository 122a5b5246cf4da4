"""Timesheets of a month: columns for payroll, totals for people, rows for exports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Count, QuerySet, Sum

from attendance.models import AttendanceMonth, DayResult, Status, Timesheet
from attendance.packs.loader import UnknownPackError, load_pack, load_pay_facts
from attendance.packs.schema import PayFact
from attendance.queries.punches import late_punches
from attendance.queries.setups import current_settings
from attendance.rules.timesheets import TOTAL_COLUMNS
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_condition, places_of, read_columns, spread
from hrsaas.tenancy.queries.tenants import current_tenant

Columns = dict[str, npt.NDArray[np.int64]]


def sheets_of(month: date) -> QuerySet[Timesheet]:
    """All timesheets of the month (its first day)."""
    return Timesheet.objects.filter(month__start_date=month)


def pay_facts() -> tuple[PayFact, ...]:
    """What attendance hands to payroll for this tenant: the facts of every industry and those of its template."""
    return (*load_pay_facts(), *_shift_facts())


def month_columns(
    month: date, employee_ids: Sequence[int] | Ints, names: Collection[str] | None = None, *, dense: bool = False
) -> Columns:  # fmt: skip
    """Totals of the month, one place per employee asked for; 0 where somebody has no timesheet.

    Every column of ``rules.timesheets`` by its name (days, times, minutes), every pay fact by its code (facts in hours
    are in minutes here: divide by 60 exactly where they are used), and ``has_timesheet`` (0 or 1). One statement.
    names: only these of them, the unknown ones left out. dense: the employees are nearly all with ids in between.
    """
    ids = np.asarray(employee_ids, dtype=np.int64)
    facts = [fact for fact in pay_facts() if names is None or fact.code in names]
    needed = {*names, *(fact.column for fact in facts)} if names is not None else set(TOTAL_COLUMNS)
    by_shift = {fact.code: fact.shifts for fact in facts if fact.column is None}
    found = _stored(
        month,
        ids_condition("sheet.employee_id", ids, dense=dense),
        [name for name in TOTAL_COLUMNS if name in needed],
        by_shift,
    )
    places, known = places_of(found.pop("employee_id"), ids)
    columns = {name: spread(column, places, known) for name, column in found.items()}
    columns |= {fact.code: columns[fact.column] for fact in facts if fact.column is not None}
    columns["has_timesheet"] = known.astype(np.int64)
    return columns


def month_summary(month: date) -> dict[str, Any]:
    """Headcount, days by status, totals, and the punches that came too late, in three statements."""
    sheets = sheets_of(month)
    totals = sheets.aggregate(headcount=Count("id"), **{name: Sum(name, default=0) for name in SUMMED})
    days = DayResult.objects.filter(month=month)
    counts = dict(days.order_by().values_list("status").annotate(Count("id")))
    period = AttendanceMonth.objects.filter(start_date=month).first()
    late = late_punches(period, current_tenant().zone).count() if period else 0
    words = {status_word(status): counts.get(status, 0) for status in Status}
    return {**totals, "days": words, "late_punches": late}


def export_header() -> list[str]:
    return ["employee_code", "month", *TOTAL_COLUMNS]


def export_rows(month: date) -> Iterator[list[Any]]:
    """Rows under ``export_header``, by employee number."""
    rows = sheets_of(month).order_by("employee__code").values_list("employee__code", *TOTAL_COLUMNS)
    for code, *totals in rows.iterator(chunk_size=2_000):
        yield [code, f"{month:%Y-%m}", *totals]


def status_word(status: int) -> str:
    """The status as files and the API spell it, e.g. ``missing_punch``."""
    return Status(status).name.lower()


SUMMED = (
    "due_days", "worked_days", "absent_days", "missing_punch_days", "off_roster_days", "worked_minutes", "late_count",
    "late_minutes", "early_minutes", "overtime_weekday_minutes", "overtime_rest_day_minutes",
    "overtime_statutory_minutes", "night_minutes", "night_shift_count", "late_forgiven_count", "half_absent_days",
    "leave_paid_minutes", "leave_unpaid_minutes", "travel_minutes", "overtime_leave_minutes",
)  # fmt: skip


def _shift_facts() -> list[PayFact]:
    try:
        return load_pack(current_settings().pack_code).shift_facts
    except UnknownPackError:  # a template that the product no longer ships
        return []


def _stored(month: date, whose: str, totals: Sequence[str], by_shift: Mapping[str, Sequence[str]]) -> Columns:
    """employee_id, the totals, and the worked days on the shifts of each fact, in no order."""
    days = [
        f"({' + '.join(['COALESCE((sheet.shift_days ->> %s)::bigint, 0)'] * len(codes)) or '0'})::bigint"
        for codes in by_shift.values()
    ]
    columns = ["sheet.employee_id", *(f"sheet.{name}::bigint" for name in totals), *days]
    return read_columns(
        _TIMESHEETS.format(columns=", ".join(columns), whose=whose),
        [*(code for codes in by_shift.values() for code in codes), require_tenant_id(), month],
        ("employee_id", *totals, *by_shift),
    )


_TIMESHEETS = """
SELECT {columns} FROM attendance_timesheet sheet
JOIN attendance_attendancemonth month ON month.tenant_id = sheet.tenant_id AND month.id = sheet.month_id
WHERE sheet.tenant_id = %s AND month.start_date = %s AND {whose}
"""
