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


def adjusted_days(month: date, employee_id: int, column: str) -> list[tuple[date, int]]:
    """Days of locked months with the minutes of this column that the month counts for one person, by day."""
    rows = OvertimeAdjustment.objects.filter(month__start_date=month, employee=employee_id).exclude(**{column: 0})
    return list(rows.order_by("date", "id").values_list("date", column))
