"""Payroll scenarios of other products, by id: the cost of people goes to several cost centres."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from hrsaas.people.rules.cost_shares import NewShare, NewSplit
from hrsaas.people.services.cost_splits import set_cost_split
from payroll.models import PayItem, PayRun
from payroll.queries.cost_places import cost_places
from payroll.queries.vouchers import voucher_table
from payroll.services.pay_items import save_item
from payroll.services.voucher_accounts import set_account
from tests.payroll.conftest import JANUARY, Payroll

FORMULAS = {"attended_pay": "基本工资", "post_pay": "3000", "performance_pay": "出勤工资 * 0.5", "income_tax": "200"}
ADDED_UP = (PayItem.Category.INFO, PayItem.Category.NET)


def share(shop: Payroll, code: str, start_date: date, **percents: str) -> None:
    shares = [NewShare(Decimal(percent) / 100, centre) for centre, percent in percents.items()]
    set_cost_split(row=NewSplit(code, start_date, shares), actor=shop.actor, now=shop.now)


def post_by_cost_centre(shop: Payroll) -> None:
    by: dict[str, Any] = {"start_date": date(2025, 1, 1), "actor": shop.actor, "now": shop.now}
    set_account(category="earning", side="debit", account="salary", name="salary", by_unit=True, **by)
    set_account(category="tax", side="credit", account="deductions", name="deductions", by_unit=True, **by)
    set_account(category="net", side="credit", account="payable", name="payable", **by)


def pay(shop: Payroll) -> PayRun:
    """50,000, half of it again, 3,000, and a tax of 200; whatever else the shop has is nothing."""
    by = {"actor": shop.actor, "now": shop.now}
    others = PayItem.objects.exclude(category__in=ADDED_UP).exclude(code__in=FORMULAS).values_list("code", flat=True)
    for code, formula in (FORMULAS | dict.fromkeys(others, "0")).items():
        save_item(code=code, formula=formula, **by)
    shop.calculate(JANUARY)
    return shop.lock(JANUARY)


@pytest.mark.parametrize("expected", [
    pytest.param({
        ("payable", "", "credit", 155_600), ("salary", "CC1", "debit", 124_800), ("salary", "CC2", "debit", 31_200),
        ("deductions", "CC1", "credit", 320), ("deductions", "CC2", "credit", 80),
    }, id="FH-216"),
])  # fmt: skip
def test_an_accrual_is_posted_by_the_cost_centres_of_the_people(shop: Payroll, expected: set[Any]) -> None:
    for code, percents in (("E1", {"CC1": "100"}), ("E2", {"CC1": "60", "CC2": "40"})):
        shop.hire(code, 5_000_000)
        shop.full_month(code, JANUARY)
        share(shop, code, date(2025, 3, 1), **percents)
    post_by_cost_centre(shop)
    rows = voucher_table(pay(shop)).sheets[0].rows
    found = set()
    for _line, _day, _summary, account, _name, debit, credit, _department, centre, _project in rows:
        side, amount = ("debit", debit) if debit else ("credit", credit)
        found.add((account, centre, side, amount))
    assert found == expected


@pytest.mark.parametrize("used", [pytest.param({"CC1": 60, "CC2": 40}, id="FH-218")])
def test_the_latest_assignment_of_shares_up_to_the_end_of_the_month_counts(shop: Payroll, used: dict[str, int]) -> None:
    someone = shop.hire("E1")
    share(shop, "E1", date(2025, 3, 1), Main="100")
    share(shop, "E1", date(2026, 1, 31), CC1="60", CC2="40")
    share(shop, "E1", date(2026, 2, 1), Later="100")
    places = cost_places(JANUARY, date(2026, 2, 1), np.array([someone.pk]), np.array([shop.unit.pk]))
    hundred = places.split(np.array([100]))
    centres = [places.found[at].cost_centre for at in places.places.tolist()]
    assert dict(zip(centres, hundred.tolist(), strict=True)) == used
