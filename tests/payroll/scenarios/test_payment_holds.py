"""Payroll scenarios of other products, by id: pay that is withheld for some cycles and released.

A cycle is a month here. Unlike there, releasing is a decision of its own: a bank file that is declared void pays
nobody, and whoever wants the payment held again holds it again.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from payroll.models import Payment, PaymentHold
from payroll.services.payments import hold_payments, release_payment, void_file
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll
from tests.payroll.services.test_pay_files import made
from tests.payroll.services.test_payments import paid_in


@pytest.fixture
def by(shop: Payroll) -> dict[str, Any]:
    return {"actor": shop.officer("files"), "now": shop.now}


@pytest.mark.parametrize(
    ("start", "cycles", "expected"),
    [pytest.param(date(2024, 6, 1), 2, [date(2024, 6, 1), date(2024, 7, 1)], id="FH-223")],
)
def test_holding_some_cycles_holds_each_of_their_months(
    shop: Payroll, by: dict[str, Any], start: date, cycles: int, expected: list[date]
) -> None:
    employee = shop.hire("E1", hire_date=date(2024, 1, 1))
    holds = hold_payments(employee=employee, month=start, months=cycles, reason="dispute", **by)
    assert [hold.month for hold in holds] == expected


@pytest.mark.parametrize("months", [pytest.param((JANUARY, FEBRUARY), id="FH-224")])
def test_each_cycle_is_paid_to_others_then_released_by_itself(
    shop: Payroll, by: dict[str, Any], months: tuple[date, date]
) -> None:
    runs = []
    for code in ("E1", "E2"):
        shop.hire(code, bank_account=f"62220212345678{code}")
        for month in months:
            shop.full_month(code, month)
    for month in months:
        shop.calculate(month)
        runs.append(shop.lock(month))
    employee = shop.slip(JANUARY, "E1").employee
    holds = hold_payments(employee=employee, month=months[0], months=2, reason="dispute", **by)
    for run, hold in zip(runs, holds, strict=True):
        assert paid_in(shop, made(shop, run, "bank", layout="icbc")) == ["E2"]
        release_payment(hold=hold, note="settled", **by)
        last = made(shop, run, "bank", layout="icbc")
        assert paid_in(shop, last) == ["E1"]
    assert not PaymentHold.objects.filter(released_at=None).exists()
    assert Payment.objects.count() == 4
    void_file(file=last, reason="not handed over", **by)
    assert not Payment.objects.filter(payslip__employee=employee, payslip__run=runs[1]).exists()
    hold_payments(employee=employee, month=months[1], reason="dispute again", **by)
    assert PaymentHold.objects.filter(released_at=None).count() == 1
