"""Whole runs, to the cent."""

from datetime import date

from payroll.models import PayRun
from tests.payroll.conftest import JANUARY, Payroll


def test_a_shop_assistant_with_commission_to_the_cent(shop: Payroll) -> None:
    shop.hire("E1", 600_000)
    shop.full_month("E1", JANUARY, sales="60000", late_minutes="0")
    run = shop.calculate(JANUARY)
    assert (run.state, run.headcount, run.error_count) == (PayRun.State.CALCULATED, 1, 0), shop.results
    print(shop.amounts(JANUARY, "E1"))
