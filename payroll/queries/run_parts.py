"""The parts that a run's people are worked through in."""

from __future__ import annotations

from datetime import date

from django.db import connection

from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from payroll.models import PayGroup
from payroll.queries.pay_groups import member_ids
from payroll.rules.parts import LAST_ID


def parts_of(group: PayGroup, month: date, size: int) -> list[tuple[int, int]]:
    """(first, last) ids of employees, without gaps, so nobody can fall between: of all people for the default group,
    else of members; at most about ``size`` people each. One statement.
    """
    starts = _starts(month, size) if group.code == PayGroup.DEFAULT else member_ids(group)[::size]
    firsts = [0, *starts[1:]]
    lasts = [*(first - 1 for first in firsts[1:]), LAST_ID]
    return list(zip(firsts, lasts, strict=True))


def _starts(month: date, size: int) -> list[int]:
    """Every so manieth employee by id, of those who have not left before the month."""
    with connection.cursor() as cursor:
        cursor.execute(_STARTS, {
            "tenant": require_tenant_id(), "kind": Employee.Kind.HUMAN.value, "month": month, "size": size,
        })  # fmt: skip
        return [id_ for (id_,) in cursor.fetchall()]


_STARTS = """
SELECT id FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM people_employee
    WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND (leave_date IS NULL OR leave_date > %(month)s)
) AS listed
WHERE (place - 1) %% %(size)s = 0 ORDER BY id
"""
