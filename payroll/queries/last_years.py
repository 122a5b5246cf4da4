"""Who may deduct the whole year's 60,000 at once: what last year's payslips say."""

from __future__ import annotations

from datetime import date

import numpy as np

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_condition, places_of, read_columns, spread
from payroll.models import PayRun
from payroll.packs.income_tax import income_tax
from payroll.queries.histories import Numbers

MONTHS = 12


def full_year_people(run: PayRun, employee_ids: Ints, employed_months: Ints, *, dense: bool = False) -> Numbers:
    """1 for people whom the run's legal entity paid in all twelve months of last year, at most 60,000 in all of its
    runs, and in every month of this year so far; 0 for the others. Two statements.

    As ``basic_deduction_rule`` decides.
    """
    nobody = Numbers(np.zeros(len(employee_ids), dtype=np.int64), np.zeros(len(employee_ids), dtype=np.bool_))
    last_year = PayRun.objects.filter(entity=run.entity_id, kind=PayRun.Kind.REGULAR, month__year=run.month.year - 1)
    if last_year.values("month").distinct().count() < MONTHS:
        return nobody
    params = {
        "tenant": require_tenant_id(), "entity": run.entity_id, "draft": PayRun.State.DRAFT,
        "first": date(run.month.year - 1, 1, 1), "end": date(run.month.year, 1, 1),
    }  # fmt: skip
    sql = _LAST_YEAR.format(whose=ids_condition("slip.employee_id", employee_ids, dense=dense))
    found = read_columns(sql, params, ("employee", "months", "income"))
    places, there = places_of(found["employee"], employee_ids)
    months, income = spread(found["months"], places, there), spread(found["income"], places, there)
    limit = income_tax(run.month).amount_fen("full_year_income_limit")
    full = (months == MONTHS) & (income <= limit) & (employed_months == run.month.month)
    return Numbers(full.astype(np.int64), nobody.missing)


_LAST_YEAR = """
SELECT slip.employee_id, count(DISTINCT run.month) FILTER (WHERE run.kind = 'regular'),
       COALESCE(sum(slip.gross_fen), 0)::bigint
FROM payroll_payslip slip JOIN payroll_payrun run ON run.tenant_id = slip.tenant_id AND run.id = slip.run_id
WHERE slip.tenant_id = %(tenant)s AND {whose} AND run.entity_id = %(entity)s
  AND run.month >= %(first)s AND run.month < %(end)s AND run.state <> %(draft)s AND slip.error IS NULL
GROUP BY slip.employee_id
"""
