"""Paid wrong and corrected later comes to what paying right would have."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import change_pay
from payroll.models import Payslip
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll

PAIRS = 8
MONTHS = (JANUARY, FEBRUARY, MARCH)


def sums(code: str) -> dict[str, int]:
    """Of the year, by item."""
    found: dict[str, int] = {}
    for slip in Payslip.objects.filter(employee_code=code).select_related("run__formula_set"):
        for name in ("gross", "contributions_employee", "income_tax", "net", "employer_cost"):
            found[name] = found.get(name, 0) + slip.amounts[slip.run.formula_set.item_position(name)]
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_paying_wrong_and_correcting_comes_to_paying_right(shop: Payroll, seed: int) -> None:
    """R has the right inputs from the beginning; W the same pay, sales and relief some months late."""
    chance = random.Random(seed)
    people = {f"{side}{at}": None for at in range(PAIRS) for side in "RW"}
    truth: list[dict[str, Any]] = []
    for at in range(PAIRS):
        pay = chance.randint(500_000, 6_000_000)
        truth.append({
            "pay": pay, "rise": pay + chance.randint(100, 500_000),
            "day": date(2026, chance.choice([1, 2]), chance.randint(2, 28)),
            "sales": [f"{chance.randint(0, 30_000_000) / 100:.2f}" for _month in MONTHS],
            "relief": str(chance.choice([0, 1000, 2500.5])), "known": chance.choice([1, 2]),
        })  # fmt: skip
        for side in "RW":
            shop.hire(f"{side}{at}", pay)
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    for code in people:
        for month in MONTHS:
            shop.full_month(code, month)
    for at, one in enumerate(truth):
        change_pay(employee=Employee.objects.get(code=f"R{at}"), on_date=one["day"], base_pay_fen=one["rise"], **by)
        shop.enter(f"R{at}", JANUARY, additional_deduction=one["relief"])
        for month, sales in zip(MONTHS, one["sales"], strict=True):
            shop.enter(f"R{at}", month, sales=sales)
        shop.enter(f"W{at}", JANUARY, sales="0.01")
    for place, month in enumerate(MONTHS):
        for at, one in enumerate(truth):
            if one["known"] == place:
                employee = Employee.objects.get(code=f"W{at}")
                change_pay(employee=employee, on_date=one["day"], base_pay_fen=one["rise"], **by)
                shop.enter(f"W{at}", JANUARY, additional_deduction=one["relief"])
                for past, sales in zip(MONTHS, one["sales"], strict=True):
                    shop.enter(f"W{at}", past, sales=sales)
        shop.calculate(month)
        shop.lock(month)
    for at in range(PAIRS):
        assert sums(f"W{at}") == sums(f"R{at}"), truth[at]
