"""Payslips of a run as the columns that the review looks at, in one statement."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, read_columns, read_columns_and_text
from payroll.models import FormulaSetVersion, PayInput, PayItem, PayRun
from payroll.packs.minimum_wages import minimum_wage
from payroll.queries.histories import YEAR_TO_DATE
from payroll.rules.findings import UNKNOWN, Before, Deduction, Slips
from payroll.rules.item_sources import inputs_read

OVERTIME = ("workday_overtime_minutes", "rest_day_overtime_minutes", "holiday_overtime_minutes")
NIGHT = ("night_minutes", "night_shifts", "evening_shifts")
LATE = ("late_minutes", "early_minutes")
LATENESS = {*LATE, "late_count", "early_count"}
ABSENCE = "absent_days"
ENTERED = {PayInput.Source.MANUAL, PayInput.Source.INTEGRATION}
Category = PayItem.Category
CENT = 2
_YTD = re.compile(r"\b(YTD|本年累计)\s*[(（]", re.IGNORECASE)

_PLAIN = {
    "ids": "slip.employee_id",
    "units": "slip.unit_id",
    "positions": "slip.position_id",
    "gross": "COALESCE(slip.gross_fen, 0)",
    "net": "COALESCE(slip.net_fen, 0)",
    "tax": "COALESCE(slip.tax_fen, 0)",
    "failed": "(slip.error IS NOT NULL)::int::bigint",
    "has_account": "(person.bank_account <> '')::int::bigint",
}


def slips_of(run: PayRun) -> Slips:
    """The run's payslips by employee number. One statement."""
    version = run.formula_set
    assert version is not None, "only a draft has none"
    deductions = _deductions(version)
    terms = {
        **_PLAIN,
        "base_pay": _input(version, "base_pay", scale=2),
        "base_days": _divisor(version, "base_pay"),
        **{code: _input(version, code, scale=2) for code in ("paid_days", "due_days", ABSENCE)},
        "late": _sum_of_inputs(version, LATE),
        "overtime": _sum_of_inputs(version, OVERTIME),
        "extra": _sum_of_items(_extra_places(version)),
        **{item: _sum_of_items([place]) for item, place, _marks in deductions},
    }
    columns, cities = _read(run, version, terms)
    wages = {city: minimum_wage(city, run.end_date - timedelta(days=1)) for city in set(cities)}
    minimum = np.array([wage.month_fen if (wage := wages[city]) else 0 for city in cities], dtype=np.int64)
    unchecked = Counter(city for city, failed in zip(cities, columns["failed"].tolist(), strict=True)
                        if wages[city] is None and not failed)  # fmt: skip
    return Slips(
        **{name: columns[name] for name in (*_PLAIN, "base_pay", "base_days", "paid_days", "due_days", ABSENCE, "late",
                                            "overtime", "extra") if name not in ("failed", "has_account")},
        failed=columns["failed"] == 1, has_account=columns["has_account"] == 1, minimum=minimum,
        deductions=[Deduction(item, columns[item], **marks) for item, _place, marks in deductions],
        unchecked=unchecked,
    )  # fmt: skip


def before_of(run: PayRun) -> Before:
    """Sound payslips of a run, for comparing the next one with. One statement."""
    sql = """SELECT employee_id, gross_fen, net_fen FROM payroll_payslip
             WHERE tenant_id = %s AND run_id = %s AND error IS NULL ORDER BY employee_code"""
    found = read_columns(sql, [require_tenant_id(), run.id], ("ids", "gross", "net"))
    return Before(**found)


def compared_places(version: FormulaSetVersion) -> list[int]:
    """Places of the items whose totals say something beside last month's: money on the payslip, but not information
    made from sums of the year, such as the cumulative taxable income, which grows from month to month by itself."""
    formulas = _formulas(version)
    growing = {
        item["code"]
        for item in version.items
        if item["category"] == Category.INFO
        and (inputs_read(formulas, item["code"], formulas) & YEAR_TO_DATE.keys() or _YTD.search(item["formula"]))
    }
    shown = (at for at, item in enumerate(version.items) if item["scale"] == CENT and item["shown"])
    return [at for at in shown if version.items[at]["code"] not in growing]


def _read(run: PayRun, version: FormulaSetVersion, terms: Mapping[str, str]) -> tuple[dict[str, Ints], list[str]]:
    texts = [entry["code"] for entry in version.inputs if entry["type"] == PayInput.Type.TEXT]
    insured = f"slip.texts[{texts.index('insured_city') + 1}]" if "insured_city" in texts else "NULL"
    sql = f"""
        SELECT {", ".join(terms.values())}, COALESCE({insured}, slip.city)
        FROM payroll_payslip slip
        JOIN people_employee person ON person.tenant_id = slip.tenant_id AND person.id = slip.employee_id
        WHERE slip.tenant_id = %s AND slip.run_id = %s ORDER BY slip.employee_code
    """
    return read_columns_and_text(sql, [require_tenant_id(), run.id], list(terms))


def _input(version: FormulaSetVersion, code: str, *, scale: int) -> str:
    """SQL of an input at another scale, UNKNOWN where it is not there. Places come from our own rows."""
    place = version.input_position(code)
    if place is None:
        return f"{UNKNOWN}::bigint"
    have = version.inputs[place]["scale"]
    change = f"* {10 ** (scale - have)}" if have <= scale else f"/ {10 ** (have - scale)}"
    return f"COALESCE(slip.inputs[{place + 1}] {change}, {UNKNOWN})::bigint"


def _divisor(version: FormulaSetVersion, code: str) -> str:
    """SQL of what an input is divided by: 1 for what is no quotient."""
    per = next((entry.get("per") for entry in version.inputs if entry["code"] == code), None)
    place = None if per is None else version.input_position(per)
    return "1::bigint" if place is None else f"GREATEST(COALESCE(slip.inputs[{place + 1}], 1), 1)::bigint"


def _sum_of_inputs(version: FormulaSetVersion, codes: Sequence[str]) -> str:
    """Whole units; 0 for what is not there."""
    places = [(place, version.inputs[place]["scale"]) for code in codes
              if (place := version.input_position(code)) is not None]  # fmt: skip
    parts = [f"COALESCE(slip.inputs[{place + 1}] / {10**scale}, 0)" for place, scale in places]
    return f"({' + '.join(parts) or '0'})::bigint"


def _sum_of_items(places: Sequence[int]) -> str:
    parts = [f"COALESCE(slip.amounts[{place + 1}], 0)" for place in places]
    return f"({' + '.join(parts) or '0'})::bigint"


def _extra_places(version: FormulaSetVersion) -> list[int]:
    """Earnings made from overtime and night work alone, besides what the person is: they do not count as wage."""
    formulas = _formulas(version)
    personal = {entry["code"] for entry in version.inputs if entry["source"] == PayInput.Source.PEOPLE}
    extra = {*OVERTIME, *NIGHT}
    read = {at: inputs_read(formulas, item["code"]) for at, item in enumerate(version.items)
            if item["category"] == Category.EARNING}  # fmt: skip
    return [at for at, codes in read.items() if codes & extra and codes <= personal | extra]


def _deductions(version: FormulaSetVersion) -> list[tuple[str, int, dict[str, Any]]]:
    """(item, place, marks) of the deductions that the law limits, by what their formulas read."""
    formulas = _formulas(version)
    earned = {item["code"] for item in version.items if item["category"] == Category.EARNING} | {"gross"}
    entered = {entry["code"] for entry in version.inputs if entry["source"] in ENTERED}
    found = []
    for at, item in enumerate(version.items):
        if item["category"] == Category.DEDUCTION:
            read = inputs_read(formulas, item["code"], earned)
            marks = {
                "for_absence": ABSENCE in read,
                "for_lateness": bool(read & LATENESS),
                "is_claim": bool(read) and read <= entered,
            }
            if any(marks.values()):
                found.append((item["code"], at, marks))
    return found


def _formulas(version: FormulaSetVersion) -> dict[str, str]:
    return {item["code"]: item["formula"] for item in version.items}
