"""Payroll scenarios of other products, by id: amounts that are set by hand, through a whole run."""

from __future__ import annotations

from typing import Any

import pytest

from payroll.services import calculations, pay_items
from payroll.services.manual_amounts import set_amount, take_back_amount
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll


@pytest.fixture
def by(shop: Payroll) -> dict[str, Any]:
    return {"actor": shop.actor, "now": shop.now}


def ready(shop: Payroll) -> None:
    shop.hire("E1", base_pay_fen=6_000_000)
    shop.full_month("E1", JANUARY)
    shop.full_month("E1", FEBRUARY)


@pytest.mark.parametrize(("formula", "by_hand"), [pytest.param(300_000, 500_000, id="FH-214")])
def test_an_additional_amount_overwrites_that_of_the_scheme(
    shop: Payroll, by: dict[str, Any], formula: int, by_hand: int
) -> None:
    changes = {"name": "住房补贴", "name_en": "HRA", "category": "earning", "order": 120}
    pay_items.save_item(code="hra", formula=f"{formula // 100}", changes=changes, **by)
    ready(shop)
    shop.calculate(JANUARY)
    before = shop.amounts(JANUARY, "E1")
    employee, run = shop.slip(JANUARY, "E1").employee, calculations.run_of(JANUARY)
    set_amount(run=run, employee=employee, item="hra", amount_fen=by_hand, reason="additional salary", **by)
    after = shop.amounts(JANUARY, "E1")
    assert (before["hra"], after["hra"]) == (formula, by_hand)
    assert after["gross"] - before["gross"] == by_hand - formula


@pytest.mark.parametrize("by_hand", [pytest.param(500_000, id="FH-215")])
def test_a_tax_that_is_set_counts_until_it_is_taken_back(shop: Payroll, by: dict[str, Any], by_hand: int) -> None:
    """And the next month withholds what the year then lacks: with us tax is cumulative."""
    ready(shop)
    shop.calculate(JANUARY)
    before = shop.amounts(JANUARY, "E1")
    employee, run = shop.slip(JANUARY, "E1").employee, calculations.run_of(JANUARY)
    row = set_amount(run=run, employee=employee, item="income_tax", amount_fen=by_hand, reason="local office", **by)
    shop.calculate(FEBRUARY)
    set_, next_month = shop.amounts(JANUARY, "E1"), shop.amounts(FEBRUARY, "E1")
    assert set_["income_tax"] == by_hand
    assert set_["net"] == before["net"] + before["income_tax"] - by_hand
    take_back_amount(amount=row, **by)
    shop.calculate(FEBRUARY)
    again, two = shop.amounts(JANUARY, "E1"), shop.amounts(FEBRUARY, "E1")
    assert again == before != by_hand
    assert again["income_tax"] + two["income_tax"] == set_["income_tax"] + next_month["income_tax"]
