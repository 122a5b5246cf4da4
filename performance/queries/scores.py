"""Scores of a month: the coefficients that payroll multiplies by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from performance.models import Score


def coefficients(month: date, employee_ids: Iterable[int]) -> dict[int, tuple[Decimal, int]]:
    """Employee id → (score 0.00 to 120.00, coefficient in ten-thousandths) of the month, in one statement.

    month: its first day. People without goals, or without a total yet, are left out: their coefficient is 1.
    """
    rows = Score.objects.filter(month=month, employee_id__in=list(employee_ids), value__isnull=False)
    return {id_: (value, e4) for id_, value, e4 in rows.values_list("employee_id", "value", "coefficient_e4")}
