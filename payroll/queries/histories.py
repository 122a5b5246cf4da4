"""What earlier runs add up to: year to date, the last run, the last few runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id
from payroll.models import PayRun
from payroll.rules.formula import History

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


def earlier_runs(run: PayRun) -> list[PayRun]:
    """Calculated runs of the legal entity that count as past for this one, oldest first.

    Those of the 36 months before, and of its own month those made before it; regular runs of other groups in the
    same month pay other people. DomainError payroll.run.earlier_unfinished while one of this year is calculated.
    """
    since = date(run.month.year - 3, run.month.month, 1)
    same_month = Q(month=run.month) & (~Q(kind=PayRun.Kind.REGULAR) if run.is_regular else Q())
    if run.pk is not None:
        same_month &= Q(id__lt=run.pk)
    runs = PayRun.objects.filter(Q(month__lt=run.month) | same_month, entity=run.entity_id, month__gte=since)
    found = list(runs.exclude(state=PayRun.State.DRAFT).select_related("formula_set").order_by("month", "id"))
    for one in found:
        if one.state == PayRun.State.CALCULATING and one.month.year == run.month.year:
            raise DomainError(
                "payroll.run.earlier_unfinished", status=409,
                zh=f"“{one}”尚未核算完成，请先完成核算。", en=f"'{one}' is not calculated yet. Finish it first.",
            )  # fmt: skip
    return found


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
    """The year to date takes every run; the last months take regular ones, of whatever group."""
    if entry["kind"] == History.YTD:
        return run.month.year == month.year
    months = sorted({one.month for one in runs if one.is_regular and one.month < month})
    return run.is_regular and run.month in months[-(1 if entry["kind"] == History.PREV else entry["months"]) :]


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
    return f"sum(slip.amounts[used.{place}])"


def _int(value: Any) -> int | None:
    """PostgreSQL sums bigint as numeric."""
    return None if value is None else int(value)
