"""Writing timesheets from day results in memory."""

from __future__ import annotations

from datetime import date
from typing import Any

from attendance.models import AttendanceMonth, Timesheet
from attendance.models.shifts import base_code
from attendance.queries.columns import Ints
from attendance.queries.overtime_adjustments import adjusted_minutes
from attendance.rules.day_columns import DayResults, RosterColumns
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.timesheets import TOTAL_COLUMNS, late_tier_counts, shift_counts, total_days

FIELDS = (*TOTAL_COLUMNS, "shift_days", "late_tiers")


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
        wanted[id_] = {name: value + minutes[name] if name in minutes else value for name, value in wanted[id_].items()}
    changed = {id_: values for id_, values in wanted.items() if stored.get(id_) != tuple(values.values())}
    rows = [Timesheet(month=period, employee_id=id_, **values) for id_, values in changed.items()]
    Timesheet.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "month", "employee"], update_fields=FIELDS
    )
    gone = stored.keys() - wanted.keys()
    if gone:
        there.filter(employee_id__in=gone).delete()
    return len(changed) + len(gone)


def _totals(
    table: ShiftTable, employee_ids: Ints, roster: RosterColumns, results: DayResults
) -> dict[int, dict[str, Any]]:
    """Employee id → values of FIELDS, in their order."""
    sheets = total_days(table, roster, results)
    ids = employee_ids[sheets.employee].tolist()
    columns = [getattr(sheets, name).tolist() for name in TOTAL_COLUMNS]
    worked = [_by_code(table, row) for row in shift_counts(table, roster, results).tolist()]
    tiers = _late_tiers(table, roster, results)
    return {id_: dict(zip(FIELDS, values)) for id_, *values in zip(ids, *columns, worked, tiers)}


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
