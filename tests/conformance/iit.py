"""The income tax cases against `payroll.rules.statutory`: one check per category that is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.errors import StatutoryError
from payroll.rules.statutory.income_tax import BasicDeductionRule, YearToDate, basic_deduction_fen, withhold

Case = dict[str, Any]
Answer = dict[str, Any]
LAW = income_tax(date(2026, 1, 1))
SUMS = {"income": "income_fen", "exempt": "exempt_fen", "social": "social_fen", "additional": "additional_fen",
        "other": "other_fen", "relief": "relief_fen"}  # fmt: skip


def run(cases: Iterable[Case]) -> Iterator[tuple[str, bool, str]]:
    """For each case: its id, whether every expected field came out, and what differed."""
    for case in cases:
        compute = CATEGORIES.get(case["category"])
        if compute is None:
            yield case["id"], False, f"category not built: {case['category']}"
            continue
        got = _answer(compute, case["inputs"])
        wrong = {key: got.get(key) for key, value in case["expected"].items() if not _same(got.get(key), value)}
        yield case["id"], not wrong, f"expected {case['expected']}, got {got}" if wrong else ""


def _answer(compute: Callable[[dict[str, Any]], Answer], given: dict[str, Any]) -> Answer:
    """The computed fields; an exception is told, not raised, so that the other cases still run."""
    try:
        return compute(given)
    except StatutoryError as refusal:
        return {"error": refusal.code}
    except (KeyError, ValueError, ArithmeticError, TypeError) as error:
        return {"exception": repr(error)}


def _same(got: Any, expected: Any) -> bool:
    """Amounts are equal as numbers; 75 and 75.00 are the same tax."""
    if isinstance(expected, list):
        return isinstance(got, list) and len(got) == len(expected) and all(map(_same, got, expected))
    return got is not None and Decimal(got) == Decimal(expected)


def _salary(given: dict[str, Any]) -> Answer:
    """Month after month with the same employer; fields that a month leaves out are 0."""
    rule = BasicDeductionRule(given["basic_deduction_rule"])
    months = given["months"]
    taxes: list[int] = []
    taxable: list[int] = []
    sums = dict.fromkeys(SUMS.values(), 0)
    for entry in months:
        for name, field in SUMS.items():
            sums[field] += _fen(entry.get(name, "0"))
        basic = basic_deduction_fen(
            rule,
            month=entry["month"],
            first_month=months[0]["month"],
            monthly_fen=LAW.basic_deduction_monthly_fen,
        )
        step = withhold(YearToDate(basic_deduction_fen=basic, withheld_fen=sum(taxes), **sums), LAW.cumulative)
        taxes.append(step.tax_fen)
        taxable.append(step.taxable_fen)
    return {
        "monthly_tax": [_yuan(tax) for tax in taxes],
        "cumulative_taxable": [_yuan(amount) for amount in taxable],
        "year_total": _yuan(sum(taxes)),
    }


def _basic_deduction(given: dict[str, Any]) -> Answer:
    first = given["first_pay_month"]
    amount = basic_deduction_fen(
        BasicDeductionRule(given["rule"]),
        month=given.get("month", first),
        first_month=first,
        monthly_fen=LAW.basic_deduction_monthly_fen,
    )
    return {"cumulative_basic_deduction": _yuan(amount)}


def _fen(yuan: str) -> int:
    exact = Decimal(yuan) * 100
    if exact != int(exact):
        raise ValueError(f"{yuan} is not a whole number of fen")
    return int(exact)


def _yuan(fen: int) -> str:
    return str(Decimal(fen).scaleb(-2))


CATEGORIES: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "salary_cumulative": _salary,
    "basic_deduction": _basic_deduction,
}
