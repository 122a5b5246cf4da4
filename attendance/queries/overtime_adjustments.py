"""Overtime of locked months that counts in a later one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Sum

from attendance.models import OvertimeAdjustment

COLUMNS = ("overtime_weekday_minutes", "overtime_rest_day_minutes", "overtime_statutory_minutes")


def adjusted_minutes(month: date, employee_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Employee id → minutes by column of ``COLUMNS`` that the month counts for earlier ones, in one statement."""
    rows = OvertimeAdjustment.objects.filter(month__start_date=month, employee_id__in=employee_ids).order_by()
    sums = rows.values("employee_id").annotate(**{f"total_{name}": Sum(name) for name in COLUMNS})
    return {row["employee_id"]: {name: row[f"total_{name}"] for name in COLUMNS} for row in sums}


def adjusted_days(month: date, employee_id: int) -> dict[str, list[tuple[date, int]]]:
    """Column of ``COLUMNS`` → days of locked months with its minutes that the month counts for one person, by day."""
    rows = OvertimeAdjustment.objects.filter(month__start_date=month, employee=employee_id).order_by("date", "id")
    found = list(rows.values_list("date", *COLUMNS))
    return {name: [(row[0], row[at]) for row in found if row[at]] for at, name in enumerate(COLUMNS, 1)}
