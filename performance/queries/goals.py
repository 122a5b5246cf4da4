"""Goals and their latest readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from hrsaas.tenancy.context import require_tenant_id
from performance.models import Goal, Reading
from performance.queries.months import end_of


class GoalReading(NamedTuple):
    """One goal that counts in a month, with the reading that counts (None: there is none)."""

    employee_id: int
    employee_code: str
    goal_id: int
    kpi: str
    name: str
    name_en: str
    measure: str
    measure_en: str
    places: int
    direction: str
    floor: Decimal
    target: Decimal
    stretch: Decimal
    weight: Decimal
    reading_id: int | None
    value: Decimal | None
    source: str | None


class Addressed(NamedTuple):
    """Where a row (0-based place) of employee number, KPI code and month leads; None where there is nothing."""

    place: int
    employee_id: int | None
    kpi_id: int | None
    goal_id: int | None
    value: Decimal | None


def goals_of_month(month: date, *, first_id: int | None = None, last_id: int | None = None) -> list[GoalReading]:
    """What is scored with the month, of people employed in it, by person and KPI; one statement.

    first_id, last_id: only employees with ids in between, both included.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GOALS_OF_MONTH, {
            "tenant": require_tenant_id(), "month": month, "end": end_of(month), "first": first_id, "last": last_id,
        })  # fmt: skip
        return [GoalReading(*row) for row in cursor.fetchall()]


def addressed(rows: Sequence[tuple[str, str, date]]) -> list[Addressed]:
    """The goals that (employee number, KPI code, month) mean, with their latest values, in one statement.

    A row that means several goals comes several times.
    """
    codes, kpis, months = (list(column) for column in zip(*rows)) if rows else ([], [], [])
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSED, {"tenant": require_tenant_id(), "codes": codes, "kpis": kpis, "months": months})
        return [Addressed(*row) for row in cursor.fetchall()]


def overlapping(employee_ids: Iterable[int], kpi_ids: Iterable[int], start: date, end: date) -> QuerySet[Goal]:
    """Goals of these people for these KPIs that touch [start, end)."""
    rows: QuerySet[Goal] = Goal.objects.filter(
        employee_id__in=list(employee_ids), kpi_id__in=list(kpi_ids), start_date__lt=end, end_date__gt=start
    )
    return rows


def with_latest_reading(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """Each goal's value that counts, or None, as ``latest_value``."""
    readings = Reading.objects.filter(goal=OuterRef("pk")).order_by("-recorded_at", "-id")
    return goals.annotate(latest_value=Subquery(readings.values("value")[:1]))


_LATEST = """
LEFT JOIN LATERAL (
    SELECT r.id, r.value, r.source FROM performance_reading r
    WHERE r.tenant_id = g.tenant_id AND r.goal_id = g.id ORDER BY r.recorded_at DESC, r.id DESC LIMIT 1
) latest ON true
"""
_GOALS_OF_MONTH = f"""
SELECT g.employee_id, e.code, g.id, k.code, k.name, k.name_en, k.measure, k.measure_en, k.places, g.direction,
       g.floor, g.target, g.stretch, g.weight, latest.id, latest.value, latest.source
FROM performance_goal g
JOIN people_employee e ON e.tenant_id = g.tenant_id AND e.id = g.employee_id
JOIN performance_kpi k ON k.tenant_id = g.tenant_id AND k.id = g.kpi_id
{_LATEST}
WHERE g.tenant_id = %(tenant)s AND g.end_date > %(month)s AND g.end_date <= %(end)s
  AND (%(first)s::bigint IS NULL OR g.employee_id >= %(first)s::bigint)
  AND (%(last)s::bigint IS NULL OR g.employee_id <= %(last)s::bigint)
  AND EXISTS (
      SELECT 1 FROM people_assignment a WHERE a.tenant_id = g.tenant_id AND a.employee_id = g.employee_id
        AND a.start_date < %(end)s AND (a.end_date IS NULL OR a.end_date > %(month)s)
  )
ORDER BY g.employee_id, k.code, g.id
"""
_ADDRESSED = f"""
SELECT row.place - 1, e.id, k.id, g.id, latest.value
FROM unnest(%(codes)s::text[], %(kpis)s::text[], %(months)s::date[]) WITH ORDINALITY AS row (code, kpi, month, place)
LEFT JOIN people_employee e ON e.tenant_id = %(tenant)s AND e.code = row.code
LEFT JOIN performance_kpi k ON k.tenant_id = %(tenant)s AND k.code = row.kpi
LEFT JOIN performance_goal g ON g.tenant_id = %(tenant)s AND g.employee_id = e.id AND g.kpi_id = k.id
  AND g.end_date > row.month AND g.end_date <= (row.month + interval '1 month')::date
{_LATEST}
ORDER BY row.place, g.id
"""
