"""Goals and their latest readings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from performance.models import Goal, Kpi, Reading
from performance.queries.months import end_of

_Address = tuple[int | None, int | None, date]


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
    """The goals that (employee number, KPI code, month) mean, with their latest values, in three statements.

    A row that means several goals comes several times.
    """
    people = _ids(Employee, {code for code, _kpi, _month in rows})
    kpis = _ids(Kpi, {kpi for _code, kpi, _month in rows})
    goals = _goals_by_address(people.values(), kpis.values(), {month for _code, _kpi, month in rows})
    found = []
    for place, (code, kpi, month) in enumerate(rows):
        employee_id, kpi_id = people.get(code), kpis.get(kpi)
        for goal_id, value in goals.get((employee_id, kpi_id, month), [(None, None)]):
            found.append(Addressed(place, employee_id, kpi_id, goal_id, value))
    return found


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


def _ids(model: type[Employee] | type[Kpi], codes: Iterable[str]) -> dict[str, int]:
    return dict(model.objects.filter(code__in=list(codes)).order_by().values_list("code", "id"))


def _goals_by_address(
    employee_ids: Iterable[int], kpi_ids: Iterable[int], months: Collection[date]
) -> dict[_Address, list[tuple[int | None, Decimal | None]]]:
    """(employee, KPI, month in which it counts) → (goal, latest value), for the months from first to last."""
    found: dict[_Address, list[tuple[int | None, Decimal | None]]] = {}
    if not months:
        return found
    rows = Goal.objects.filter(
        employee_id__in=list(employee_ids), kpi_id__in=list(kpi_ids), end_date__gt=min(months),
        end_date__lte=end_of(max(months)),
    ).order_by("id")  # fmt: skip
    columns = ("id", "employee_id", "kpi_id", "end_date", "latest_value")
    for id_, employee_id, kpi_id, end, value in with_latest_reading(rows).values_list(*columns):
        month = (end - timedelta(days=1)).replace(day=1)
        found.setdefault((employee_id, kpi_id, month), []).append((id_, value))
    return found


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
