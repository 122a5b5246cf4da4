"""What people's claims of special additional deductions come to in a run."""

from __future__ import annotations

from datetime import date

import numpy as np

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_condition, places_of, read_columns
from payroll.models import DeductionClaim
from payroll.packs.income_tax import income_tax
from payroll.queries.histories import Numbers
from payroll.rules.statutory.additional_deductions import Deduction
from payroll.rules.statutory.claim_columns import (
    NEVER,
    ONLY_CHILD,
    ClaimColumns,
    ClaimKind,
    claimed_by_deduction,
    claimed_fen,
    month_number,
)

_NAMES = ("employee", "kind", "start", "end", "birth", "percent", "tier", "agreed")


def deductions_due(
    employee_ids: Ints, month: date, first_months: Ints, used_fen: Ints, *, dense: bool = False
) -> Numbers:
    """What the claims give from each person's first month (1 to 12) of the year to this one, less what earlier runs
    used: a late claim is made up for at once. Missing for people without claims. One statement.
    """
    claims = claim_columns(employee_ids, month, dense=dense)
    missing = np.ones(len(employee_ids), dtype=np.bool_)
    missing[claims.places] = False
    due = -used_fen
    for number in range(1, month.month + 1):
        of_month = date(month.year, number, 1)
        law = income_tax(of_month).additional_deductions
        fen = claimed_fen(claims, month_number(of_month.year, number), law, len(employee_ids))
        due += np.where(first_months <= number, fen, 0)
    return Numbers(np.where(missing, 0, due), missing)


def deductions_by_kind(employee_ids: Ints, month: date, first_months: Ints) -> dict[Deduction, Ints]:
    """What the claims give of each kind from each person's first month (1 to 12) of the year to this one, by today's
    claims. One statement.
    """
    claims = claim_columns(employee_ids, month)
    sums = {kind: np.zeros(len(employee_ids), dtype=np.int64) for kind in Deduction}
    for number in range(1, month.month + 1):
        law = income_tax(date(month.year, number, 1)).additional_deductions
        found = claimed_by_deduction(claims, month_number(month.year, number), law, len(employee_ids))
        for kind, fen in found.items():
            sums[kind] += np.where(first_months <= number, fen, 0)
    return sums


def claim_columns(employee_ids: Ints, month: date, *, dense: bool = False) -> ClaimColumns:
    """The claims of the employees that hold in some month of the year up to this one."""
    params = {
        "tenant": require_tenant_id(), "month": month,
        "year": month.replace(month=1), "never": NEVER, "only_child": ONLY_CHILD,
        "kinds": [kind.name.lower() for kind in ClaimKind],
    }  # fmt: skip
    found = read_columns(_CLAIMS + ids_condition("employee_id", employee_ids, dense=dense), params, _NAMES)
    places, there = places_of(employee_ids, found["employee"])
    return ClaimColumns(places[there], *(found[name][there] for name in _NAMES[1:]))


def claims_of(employee_id: int, month: date) -> list[DeductionClaim]:
    """The claims of one person that hold in some month of the year up to this one."""
    rows = DeductionClaim.objects.filter(employee=employee_id, start_date__lte=month)
    return list(rows.exclude(end_date__lte=month.replace(month=1)))


_CLAIMS = """
SELECT employee_id, array_position(%(kinds)s::text[], kind::text)::bigint - 1,
       (12 * extract(year FROM start_date) + extract(month FROM start_date) - 1)::bigint,
       COALESCE((12 * extract(year FROM end_date) + extract(month FROM end_date) - 1)::bigint, %(never)s::bigint),
       COALESCE((12 * extract(year FROM birth_date) + extract(month FROM birth_date) - 1)::bigint, 0),
       share_percent::bigint, COALESCE(rent_tier, 0)::bigint, COALESCE(agreed_fen, %(only_child)s::bigint)
FROM payroll_deductionclaim
WHERE tenant_id = %(tenant)s AND start_date <= %(month)s
  AND (end_date IS NULL OR end_date > %(year)s) AND
"""
