"""What earlier runs add up to: year to date, the last run, the last few runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id
from payroll.models import PayGroup, PayRun
from payroll.rules.formula import History

LONGEST_SUM = 36
# Input of history → the item or input of earlier payslips that it adds up over the year.
YEAR_TO_DATE = {
    "ytd_income": ("amounts", "gross"),
    "ytd_contributions": ("amounts", "contributions_employee"),
    "ytd_additional_deduction": ("inputs", "additional_deduction"),
    "ytd_other_tax_deduction": ("inputs", "other_tax_deduction"),
    "ytd_tax_withheld": ("amounts", "income_tax"),
}


@dataclass(frozen=True)
class Past:
    """One person's history. sums: by code of the input, None where no payslip has it; failed_month: the last month of
    this year whose payslip has an error, None if all are well.
    """

    sums: dict[str, int | None]
    failed_month: date | None


def earlier_runs(group: PayGroup, month: date) -> list[PayRun]:
    """Calculated runs before the month, oldest first, at most 36.

    DomainError payroll.run.earlier_unfinished while one of this year is being calculated.
    """
    runs = PayRun.objects.filter(group=group, kind=PayRun.Kind.REGULAR, month__lt=month)
    found = runs.exclude(state=PayRun.State.DRAFT).select_related("formula_set").order_by("-month")[:LONGEST_SUM]
    for run in found:
        if run.state == PayRun.State.CALCULATING and run.month.year == month.year:
            raise DomainError(
                "payroll.run.earlier_unfinished", status=409,
                zh=f"{run.month:%Y-%m} 的薪资尚未核算完成,请先完成该月核算。",
                en=f"The pay run of {run.month:%Y-%m} is not calculated yet. Finish it first.",
            )  # fmt: skip
    return list(found)[::-1]


def history_digest(runs: Sequence[PayRun]) -> str:
    """SHA-256 of what the earlier runs say; '' if there are none."""
    text = "\n".join(f"{run.month} {run.result_digest}" for run in runs)
    return hashlib.sha256(text.encode()).hexdigest() if runs else ""


def sum_pasts(
    runs: Sequence[PayRun], month: date, wanted: Sequence[Mapping[str, Any]], openings: Mapping[int, date],
    employee_ids: Sequence[int],
) -> dict[int, Past]:  # fmt: skip
    """History of the employees who have payslips in the runs, in one statement.

    wanted: entries of a formula set's inputs with source history. openings: employee → month of the opening balance;
    year-to-date sums leave out the runs before it.
    """
    terms = [entry for entry in wanted if entry["code"] in YEAR_TO_DATE or entry.get("asked")]
    if not runs or not terms:
        return {}
    rows = [[run.id, run.month, *(_place(entry, runs, run, month) for entry in terms)] for run in runs]
    with connection.cursor() as cursor:
        cursor.execute(_sums(terms, len(rows)), [
            month.replace(month=1, day=1), *(value for row in rows for value in row), list(openings),
            list(openings.values()), require_tenant_id(), list(employee_ids),
        ])  # fmt: skip
        found = cursor.fetchall()
    codes = [entry["code"] for entry in terms]
    return {row[0]: Past(dict(zip(codes, map(_int, row[2:]), strict=True)), row[1]) for row in found}


def _place(entry: Mapping[str, Any], runs: Sequence[PayRun], run: PayRun, month: date) -> int | None:
    """1-based place of the wanted value in the run's payslips; None where it does not count or is not there."""
    assert run.formula_set is not None, "only a draft has none"
    if entry["code"] in YEAR_TO_DATE:
        array, code = YEAR_TO_DATE[entry["code"]]
        find = run.formula_set.item_position if array == "amounts" else run.formula_set.input_position
        place = find(code) if run.month.year == month.year else None
    else:
        place = run.formula_set.item_position(entry["item"]) if _counts(entry, runs, run, month) else None
    return None if place is None else place + 1


def _counts(entry: Mapping[str, Any], runs: Sequence[PayRun], run: PayRun, month: date) -> bool:
    if entry["kind"] == History.YTD:
        return run.month.year == month.year
    months = max(entry["months"], 1)
    if entry["kind"] == History.PREV:
        return months <= len(runs) and run == runs[-months]
    return run in runs[-months:]


def _sums(terms: Sequence[Mapping[str, Any]], runs: int) -> str:
    """The statement; arrays, places and casts come from code, every value is a parameter."""
    places = [f"place_{at}" for at in range(len(terms))]
    row = f"(%s::bigint, %s::date{', %s::int' * len(terms)})"
    sums = [_sum(entry, place) for entry, place in zip(terms, places, strict=True)]
    return f"""
        SELECT slip.employee_id, max(used.month) FILTER (WHERE slip.error IS NOT NULL AND used.month >= %s),
               {", ".join(sums)}
        FROM payroll_payslip slip
        JOIN (VALUES {", ".join([row] * runs)}) AS used (run_id, month, {", ".join(places)})
            ON used.run_id = slip.run_id
        LEFT JOIN unnest(%s::bigint[], %s::date[]) AS opening (employee_id, month)
            ON opening.employee_id = slip.employee_id
        WHERE slip.tenant_id = %s AND slip.employee_id = ANY(%s::bigint[])
        GROUP BY slip.employee_id
    """


def _sum(entry: Mapping[str, Any], place: str) -> str:
    if entry["code"] in YEAR_TO_DATE:
        array = YEAR_TO_DATE[entry["code"]][0]
        opened = "opening.month IS NULL OR used.month >= opening.month"
        return f"sum(slip.{array}[used.{place}]) FILTER (WHERE {opened})"
    return f"{'count' if entry['kind'] == History.COUNTPREV else 'sum'}(slip.amounts[used.{place}])"


def _int(value: Any) -> int | None:
    """PostgreSQL sums bigint as numeric."""
    return None if value is None else int(value)
