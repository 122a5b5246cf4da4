"""People of a group who were employed in a closed month and have no payslip of it: hired after it was closed."""

from __future__ import annotations

from datetime import date

import numpy as np

from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns
from payroll.models import PayGroup, PayRun
from payroll.rules.findings import NOTHING, Found, Kind

# Nothing is calculated into these any more.
CLOSED = [PayRun.State.APPROVED, *PayRun.CLOSED]


def missed_months(run: PayRun) -> list[Found]:
    """Of a regular run: a finding for each person and closed month of the twelve before, by month. One statement.

    Left out is what a closed run after that month had acknowledged for the person by name.
    """
    if not run.is_regular:
        return []
    found = read_columns(_MISSED, _params(run), ("employee_id", "month"))
    return [_of_month(day, found["employee_id"][found["month"] == day]) for day in np.unique(found["month"]).tolist()]


def _of_month(day: int, ids: Ints) -> Found:
    zeros = np.zeros(len(ids), dtype=np.int64)
    month = np.datetime64(day, "D").astype("datetime64[M]")
    return Found(Kind.MONTH_WITHOUT_PAYSLIP, ids, zeros, np.full_like(zeros, NOTHING), month=str(month))


def _params(run: PayRun) -> dict[str, object]:
    return {
        "tenant": require_tenant_id(), "group": run.group_id, "is_default": run.group.code == PayGroup.DEFAULT,
        "since": date(run.month.year - 1, run.month.month, 1), "month": run.month, "closed": CLOSED,
        "regular": PayRun.Kind.REGULAR, "bonus": PayRun.Kind.BONUS, "human": Employee.Kind.HUMAN,
        "finding": Kind.MONTH_WITHOUT_PAYSLIP.value,
    }  # fmt: skip


# Members as in ``queries.pay_groups``: by the last day of the month; the default group has whoever is in none.
_MISSED = """
SELECT DISTINCT held.employee_id, (origin.month - '1970-01-01'::date)::bigint
FROM payroll_payrun origin
JOIN people_assignment held ON held.tenant_id = origin.tenant_id
    AND held.start_date < (origin.month + interval '1 month')::date
    AND (held.end_date IS NULL OR held.end_date > origin.month)
JOIN people_employee person ON person.tenant_id = held.tenant_id AND person.id = held.employee_id
WHERE origin.tenant_id = %(tenant)s AND origin.group_id = %(group)s AND origin.kind = %(regular)s
  AND origin.state = ANY(%(closed)s) AND origin.month >= %(since)s AND origin.month < %(month)s
  AND held.tenant_id = %(tenant)s AND person.kind = %(human)s
  AND %(is_default)s <> EXISTS (
      SELECT 1 FROM payroll_paygroupmember member
      WHERE member.tenant_id = %(tenant)s AND member.employee_id = held.employee_id
        AND (%(is_default)s OR member.group_id = %(group)s)
        AND member.start_date < (origin.month + interval '1 month')::date
        AND (member.end_date IS NULL OR member.end_date >= (origin.month + interval '1 month')::date)
  )
  AND NOT EXISTS (
      SELECT 1 FROM payroll_payslip slip
      JOIN payroll_payrun paid ON paid.tenant_id = slip.tenant_id AND paid.id = slip.run_id
      WHERE slip.tenant_id = %(tenant)s AND slip.employee_id = held.employee_id AND paid.kind <> %(bonus)s
        AND paid.month = origin.month AND paid.entity_id = origin.entity_id
  )
  AND NOT EXISTS (
      SELECT 1 FROM payroll_findingacknowledgement said
      JOIN payroll_payrun later ON later.tenant_id = said.tenant_id AND later.id = said.run_id
      WHERE said.tenant_id = %(tenant)s AND said.employee_id = held.employee_id AND said.kind = %(finding)s
        AND said.result_digest = later.result_digest AND later.group_id = %(group)s AND later.state = ANY(%(closed)s)
        AND later.month > origin.month AND later.month < %(month)s
  )
ORDER BY 1, 2
"""
