"""What earlier runs add up to: year to date, the last run, the last few runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import ids_condition, places_of, read_columns, spread
from payroll.models import FormulaSetVersion, PayRun
from payroll.rules.formula import History

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NEVER = -1
# Input of history → the item or input of earlier payslips that it adds up over the year.
YEAR_TO_DATE = {
    "ytd_income": ("amounts", "gross"),
    "ytd_contributions": ("amounts", "contributions_employee"),
    "ytd_additional_deduction": ("inputs", "additional_deduction"),
    "ytd_other_tax_deduction": ("inputs", "other_tax_deduction"),
    "ytd_annuity": ("amounts", "annuity_deductible"),
    "ytd_private_pension": ("amounts", "private_pension_deductible"),
    "ytd_tax_withheld": ("amounts", "income_tax"),
}
# Items of schemes whose pay is taxed apart (annual bonus, severance …): what of it counts with the wages of the year.
COUNTED = {"gross": "income_in_year", "income_tax": "tax_in_year"}


class Numbers(NamedTuple):
    """A column and where it has no value."""

    values: Ints
    missing: Mask


@dataclass(frozen=True)
class Pasts:
    """History by the places of the people. sums: by code of the input, missing where no payslip has it.
    failed_months: day number of the last month of this year whose payslip has an error, NEVER if all are well.
    """

    sums: dict[str, Numbers]
    failed_months: Ints


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
    # Tables are the larger part of a formula set, and asked for only where it has to be compiled.
    runs = runs.exclude(state=PayRun.State.DRAFT).select_related("formula_set").defer("formula_set__tables")
    found = list(runs.order_by("month", "id"))
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
    runs: Sequence[PayRun], month: date, wanted: Sequence[Mapping[str, Any]], openings: Ints, employee_ids: Ints, *,
    dense: bool = False,
) -> Pasts:  # fmt: skip
    """History of the employees, in one statement.

    wanted: entries of a formula set's inputs with source history. openings: day number of the month of each person's
    opening balance, below 0 for none; year-to-date sums leave out the runs before it. dense: the employees are nearly
    all with ids in between.
    """
    terms = [entry for entry in wanted if entry["code"] in YEAR_TO_DATE or entry.get("asked")]
    if not runs or not terms:
        return _no_pasts(terms, len(employee_ids))
    rows = [[run.id, run.month, *(_place(entry, runs, run, month) for entry in terms)] for run in runs]
    opened = openings >= 0
    params = [
        month.replace(month=1, day=1), *(value for row in rows for value in row), employee_ids[opened].tolist(),
        openings[opened].tolist(), require_tenant_id(),
    ]  # fmt: skip
    codes = [entry["code"] for entry in terms]
    names = ("employee_id", "failed", *(f"{part} {code}" for code in codes for part in ("has", "sum")))
    whose = ids_condition("slip.employee_id", employee_ids, dense=dense)
    found = read_columns(_sums(terms, len(rows), whose), params, names)
    places, there = places_of(found["employee_id"], employee_ids)
    sums = {code: Numbers(spread(found[f"sum {code}"], places, there), ~there) for code in codes}
    for code, (_values, missing) in sums.items():
        missing[there] = found[f"has {code}"][places[there]] == 0
    return Pasts(sums, np.where(there, spread(found["failed"], places, there), NEVER))


def _no_pasts(terms: Sequence[Mapping[str, Any]], count: int) -> Pasts:
    nothing = Numbers(np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.bool_))
    return Pasts({entry["code"]: nothing for entry in terms}, np.full(count, NEVER, dtype=np.int64))


def _place(entry: Mapping[str, Any], runs: Sequence[PayRun], run: PayRun, month: date) -> int | None:
    """1-based place of the wanted value in the run's payslips; None where it does not count or is not there."""
    assert run.formula_set is not None, "only a draft has none"
    if entry["code"] in YEAR_TO_DATE:
        array, code = YEAR_TO_DATE[entry["code"]]
        place = year_place(run.formula_set, array, code) if run.month.year == month.year else None
    else:
        place = run.formula_set.item_position(entry["item"]) if _counts(entry, runs, run, month) else None
    return None if place is None else place + 1


def year_place(version: FormulaSetVersion, array: str, code: str) -> int | None:
    """Where payslips of the version have what counts for the year of an item or input."""
    if array == "inputs":
        return version.input_position(code)
    apart = version.item_position(COUNTED.get(code, code))
    return version.item_position(code) if apart is None else apart


def _counts(entry: Mapping[str, Any], runs: Sequence[PayRun], run: PayRun, month: date) -> bool:
    """The year to date takes every run; the last months take regular ones, of whatever group."""
    if entry["kind"] == History.YTD:
        return run.month.year == month.year
    months = sorted({one.month for one in runs if one.is_regular and one.month < month})
    back = max(entry["months"], 1)
    if entry["kind"] == History.PREV:
        months = months[-back:][:1] if back <= len(months) else []
    return run.is_regular and run.month in months[-back:]


def _sums(terms: Sequence[Mapping[str, Any]], runs: int, whose: str) -> str:
    """The statement; arrays, places and casts come from code, every value is a parameter."""
    places = [f"place_{at}" for at in range(len(terms))]
    row = f"(%s::bigint, %s::date{', %s::int' * len(terms)})"
    sums = [_sum(entry, place) for entry, place in zip(terms, places, strict=True)]
    return f"""
        SELECT slip.employee_id, COALESCE(
                   max(used.month) FILTER (WHERE slip.error IS NOT NULL AND used.month >= %s) - '1970-01-01'::date,
                   {NEVER}
               )::bigint,
               {", ".join(sums)}
        FROM payroll_payslip slip
        JOIN (VALUES {", ".join([row] * runs)}) AS used (run_id, month, {", ".join(places)})
            ON used.run_id = slip.run_id
        LEFT JOIN unnest(%s::bigint[], %s::int[]) AS opening (employee_id, day)
            ON opening.employee_id = slip.employee_id
        WHERE slip.tenant_id = %s AND {whose}
        GROUP BY slip.employee_id
    """


def _sum(entry: Mapping[str, Any], place: str) -> str:
    """Whether there is any, and the sum."""
    array = YEAR_TO_DATE[entry["code"]][0] if entry["code"] in YEAR_TO_DATE else "amounts"
    value = f"slip.{array}[used.{place}]"
    since = ""
    if entry["code"] in YEAR_TO_DATE:
        since = "FILTER (WHERE opening.day IS NULL OR used.month >= '1970-01-01'::date + opening.day)"
    total = f"{'count' if entry.get('kind') == History.COUNTPREV else 'payroll_sum'}({value}) {since}"
    return f"(payroll_sum({value}) {since} IS NOT NULL)::int::bigint, COALESCE({total}, 0)"
