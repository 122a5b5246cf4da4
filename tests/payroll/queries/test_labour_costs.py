"""The charts of labour cost add up to the closed runs, of one tenant."""

from __future__ import annotations

from payroll.queries.labour_costs import cost_by_unit, cost_structure, latest_closed_month
from tests.payroll.conftest import JANUARY, Payroll, inside


def test_charts_add_up_to_the_closed_run(shop: Payroll, ward: Payroll) -> None:
    for code in ("E1", "E2"):
        shop.hire(code)
        shop.full_month(code, JANUARY, social_base="8000", fund_base="8000", late_minutes="11")
    shop.calculate(JANUARY)
    assert latest_closed_month() is None
    run = shop.lock(JANUARY)
    assert latest_closed_month() == JANUARY
    assert cost_by_unit(JANUARY) == [(shop.unit, run.cost_fen)]
    assert set(cost_structure(JANUARY)) >= {"net", "deduction", "employer"}
    assert sum(cost_structure(JANUARY).values()) == run.cost_fen
    with inside(ward):
        assert latest_closed_month() is None
        assert (cost_by_unit(JANUARY), cost_structure(JANUARY)) == ([], {})
