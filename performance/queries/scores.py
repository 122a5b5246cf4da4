"""Scores of a month: the coefficients that payroll multiplies by, and rows for files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection

from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_condition, read_columns
from performance.models import Score

CHUNK = 2_000


def coefficients(month: date, employee_ids: Iterable[int]) -> dict[int, tuple[Decimal, int]]:
    """Employee id → (score 0.00 to 120.00, coefficient in ten-thousandths) of the month, in one statement.

    month: its first day. People without goals, or without a total yet, are left out: their coefficient is 1.
    """
    rows = Score.objects.filter(month=month, employee_id__in=list(employee_ids), value__isnull=False)
    return {id_: (value, e4) for id_, value, e4 in rows.values_list("employee_id", "value", "coefficient_e4")}


def coefficient_columns(month: date, employee_ids: Ints, *, dense: bool = False) -> dict[str, Ints]:
    """employee_id and coefficient_e4 of those among the people who have a total, by columns for payroll.

    dense: the people are nearly all with ids in between; then a few others come too.
    """
    sql = _COEFFICIENTS + ids_condition("employee_id", employee_ids, dense=dense)
    return read_columns(sql, {"tenant": require_tenant_id(), "month": month}, ("employee_id", "coefficient_e4"))


def export_rows(month: date) -> tuple[list[str], Iterator[list[str]]]:
    """(header, rows by employee number) of the month, for files; the rows are read while they are consumed.

    One column per KPI, by code, with the score of that part; empty where a person has no such goal or no reading.
    """
    codes = _kpi_codes(month)
    header = ["employee_code", "name", "score", "coverage", "coefficient", *codes]
    return header, (_export_row(score, codes) for score in _by_number(month))


def _by_number(month: date) -> Iterator[Score]:
    """The month's scores with their employees, in chunks. Sorted here: joined right after a bulk load, before
    PostgreSQL has statistics, they would be compared each with each.
    """
    codes = dict(Employee.objects.order_by().values_list("id", "code"))
    ids = sorted(Score.objects.filter(month=month).values_list("employee_id", flat=True), key=lambda id_: codes[id_])
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = Score.objects.filter(month=month, employee_id__in=part).prefetch_related("employee")
        yield from sorted(rows, key=lambda score: score.employee.code)


def shown_coefficient(coefficient_e4: int | None) -> str:
    """12000 → "1.2000"; empty while there is none."""
    return "" if coefficient_e4 is None else str(Decimal(coefficient_e4).scaleb(-4))


def _export_row(score: Score, codes: Sequence[str]) -> list[str]:
    parts: dict[str, str] = {}
    for part in score.parts:  # two goals for one KPI share its column
        parts[part["kpi"]] = "; ".join(filter(None, (parts.get(part["kpi"]), part["score"])))
    value = "" if score.value is None else str(score.value)
    person = [score.employee.code, score.employee.name]
    figures = [value, str(score.coverage), shown_coefficient(score.coefficient_e4)]
    return [*person, *figures, *(parts.get(code, "") for code in codes)]


def _kpi_codes(month: date) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_KPI_CODES, {"tenant": require_tenant_id(), "month": month})
        return [code for (code,) in cursor.fetchall()]


_COEFFICIENTS = """
SELECT employee_id, coefficient_e4::bigint FROM performance_score
WHERE tenant_id = %(tenant)s AND month = %(month)s AND value IS NOT NULL AND
"""
_KPI_CODES = """
SELECT DISTINCT part->>'kpi' FROM performance_score s CROSS JOIN LATERAL jsonb_array_elements(s.parts) AS part
WHERE s.tenant_id = %(tenant)s AND s.month = %(month)s ORDER BY 1
"""
