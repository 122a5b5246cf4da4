"""Assignments as of a day, and over a period for the engines that compute many people at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet

from hrsaas.people.models import Assignment, Employee
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns_and_text


class Segment(NamedTuple):
    """One assignment cut to the period that was asked for: [start_date, end_date), both always set."""

    employee_id: int
    start_date: date
    end_date: date
    unit_id: int
    position_id: int
    manager_id: int | None
    work_city: str
    cost_centre: str
    employment_type: str
    base_pay_fen: int
    kind: str


class Headcount(NamedTuple):
    people: int
    digital: int


def assignment_on(day: date) -> QuerySet[Assignment]:
    """The assignments that hold on the day, at most one per employee."""
    holds = Q(end_date=None) | Q(end_date__gt=day)
    rows: QuerySet[Assignment] = Assignment.objects.filter(holds, start_date__lte=day)
    return rows.select_related("unit", "position", "manager")


def held_in(start: date, end: date) -> QuerySet[Assignment]:
    """The assignments of everybody that touch [start, end), with employee, unit and position."""
    touching = Q(end_date=None) | Q(end_date__gt=start)
    rows: QuerySet[Assignment] = Assignment.objects.filter(touching, start_date__lt=end)
    return rows.select_related("employee", "unit", "position")


def as_of(employee: Employee, day: date) -> Assignment | None:
    """What holds for one employee on the day; None before, between and after assignments."""
    return assignment_on(day).filter(employee=employee).first()


def segments(
    start: date, end: date, *, first_id: int | None = None, last_id: int | None = None, kind: str | None = None
) -> list[Segment]:
    """All assignments that touch [start, end), cut to it, by employee and start, in one statement.

    first_id, last_id: only employees with ids in between, both included (chunks: ``employee_id_ranges``).
    kind: only human or only digital workers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEGMENTS, {
            "tenant": require_tenant_id(), "start": start, "end": end, "first": first_id, "last": last_id, "kind": kind,
        })  # fmt: skip
        return [Segment(*row) for row in cursor.fetchall()]


def segments_of(employee_ids: Sequence[int], start: date, end: date, *, kind: str | None = None) -> list[Segment]:
    """As ``segments``, of these employees only: a few out of many, whose ids lie anywhere."""
    params = {
        "tenant": require_tenant_id(), "start": start, "end": end, "first": None, "last": None, "kind": kind,
        "ids": list(employee_ids),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SEGMENTS_OF, params)
        return [Segment(*row) for row in cursor.fetchall()]


def segment_columns(
    start: date, end: date, *, first_id: int | None = None, last_id: int | None = None, kind: str | None = None
) -> tuple[dict[str, Ints], list[str]]:
    """The same as ``segments`` for many people: columns employee_id, hire_day, start_day, end_day (days since
    1970-01-01), unit_id, position_id, base_pay_fen, and the work cities.
    """
    params = {
        "tenant": require_tenant_id(), "start": start, "end": end, "first": first_id, "last": last_id, "kind": kind,
    }  # fmt: skip
    return read_columns_and_text(_SEGMENT_COLUMNS, params, _SEGMENT_NAMES)


def employee_id_ranges(start: date, end: date, *, size: int, kind: str | None = None) -> list[tuple[int, int]]:
    """(first_id, last_id) of chunks of ``size`` employees that have an assignment in [start, end), in id order."""
    with connection.cursor() as cursor:
        cursor.execute(_RANGES, {
            "tenant": require_tenant_id(), "start": start, "end": end, "size": size, "kind": kind,
        })  # fmt: skip
        return [(first, last) for first, last in cursor.fetchall()]


def headcount_by_unit(day: date) -> dict[int, Headcount]:
    """Unit id → who is assigned to it (not to the units below it) on the day; empty units are left out."""
    rows = (
        assignment_on(day)
        .values("unit_id")
        .annotate(
            people=Count("id", filter=Q(employee__kind=Employee.Kind.HUMAN)),
            digital=Count("id", filter=Q(employee__kind=Employee.Kind.DIGITAL)),
        )
    )
    return {row["unit_id"]: Headcount(row["people"], row["digital"]) for row in rows}


def headcount_by_day(days: list[date]) -> list[Headcount]:
    """How many are assigned on each of the days (for a chart: firsts of months), in one statement."""
    if not days:
        return []
    counts = {}
    for index, day in enumerate(days):
        holds = Q(start_date__lte=day) & (Q(end_date=None) | Q(end_date__gt=day))
        for kind in Employee.Kind.values:
            counts[f"{kind}_{index}"] = Count("id", filter=holds & Q(employee__kind=kind))
    found = Assignment.objects.filter(start_date__lte=max(days)).aggregate(**counts)
    return [Headcount(found[f"human_{index}"], found[f"digital_{index}"]) for index in range(len(days))]


_SEGMENT_NAMES = ("employee_id", "hire_day", "start_day", "end_day", "unit_id", "position_id", "base_pay_fen")
_HELD = """
FROM people_assignment a
JOIN people_employee e ON e.tenant_id = a.tenant_id AND e.id = a.employee_id
WHERE a.tenant_id = %(tenant)s AND a.start_date < %(end)s AND (a.end_date IS NULL OR a.end_date > %(start)s)
  AND (%(first)s::bigint IS NULL OR a.employee_id >= %(first)s::bigint)
  AND (%(last)s::bigint IS NULL OR a.employee_id <= %(last)s::bigint)
  AND (%(first)s::bigint IS NULL OR e.id >= %(first)s::bigint)  -- said twice, so that either table is read by range
  AND (%(last)s::bigint IS NULL OR e.id <= %(last)s::bigint)
  AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
ORDER BY a.employee_id, a.start_date
"""
_SEGMENTS = f"""
SELECT a.employee_id, greatest(a.start_date, %(start)s::date), least(a.end_date, %(end)s::date),  -- NULLs are left out
       a.unit_id, a.position_id, a.manager_id, a.work_city, a.cost_centre, a.employment_type, a.base_pay_fen, e.kind
{_HELD}
"""
_SEGMENTS_OF = _SEGMENTS.replace("WHERE a.tenant_id", "WHERE a.employee_id = ANY(%(ids)s::bigint[]) AND a.tenant_id")
_SEGMENT_COLUMNS = f"""
SELECT a.employee_id, (e.hire_date - '1970-01-01'::date)::bigint,
       (greatest(a.start_date, %(start)s::date) - '1970-01-01'::date)::bigint,
       (least(a.end_date, %(end)s::date) - '1970-01-01'::date)::bigint,
       a.unit_id, a.position_id, a.base_pay_fen, a.work_city
{_HELD}
"""
_RANGES = """
SELECT min(employee_id), max(employee_id) FROM (
    SELECT employee_id, (row_number() OVER (ORDER BY employee_id) - 1) / %(size)s AS chunk FROM (
        SELECT DISTINCT a.employee_id
        FROM people_assignment a
        JOIN people_employee e ON e.tenant_id = a.tenant_id AND e.id = a.employee_id
        WHERE a.tenant_id = %(tenant)s AND a.start_date < %(end)s AND (a.end_date IS NULL OR a.end_date > %(start)s)
          AND (%(kind)s::text IS NULL OR e.kind = %(kind)s::text)
    ) people
) numbered
GROUP BY chunk ORDER BY 1
"""
