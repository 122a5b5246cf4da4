"""A month is calculated by the law of its last day, whatever the law says today."""

from __future__ import annotations

from datetime import date

from tests.payroll.conftest import Payroll

DECEMBER_2025, AUGUST_2026 = date(2025, 12, 1), date(2026, 8, 1)
OPENING = {"employed_months": "1"}


def full(shop: Payroll, code: str, month: date) -> dict[str, int | None]:
    shop.full_month(code, month, **OPENING)
    shop.calculate(month)
    return shop.amounts(month, code)


def test_last_years_month_takes_last_years_values(shop: Payroll) -> None:
    """Shanghai: base limits 7,460 to 37,302 until June 2026, 7,546 to 37,731 after; fund up to 37,302 and 37,731."""
    shop.hire("LOW", base_pay_fen=500_000)
    shop.hire("HIGH", base_pay_fen=5_000_000)
    shop.full_month("HIGH", DECEMBER_2025, **OPENING)
    shop.full_month("HIGH", AUGUST_2026, **OPENING)
    then, now = full(shop, "LOW", DECEMBER_2025), full(shop, "LOW", AUGUST_2026)
    assert (then["pension_employee"], now["pension_employee"]) == (59_680, 60_368)  # 8% of 7,460 and of 7,546
    then, now = shop.amounts(DECEMBER_2025, "HIGH"), shop.amounts(AUGUST_2026, "HIGH")
    assert (then["pension_employee"], now["pension_employee"]) == (298_416, 301_848)  # 8% of 37,302 and of 37,731
    assert (then["fund_employee"], now["fund_employee"]) == (186_500, 188_700)  # 5%, to the yuan


def test_a_payslip_of_last_year_recomputes_the_same_after_the_law_has_changed(shop: Payroll) -> None:
    shop.hire("E1", base_pay_fen=5_000_000)
    before = full(shop, "E1", DECEMBER_2025)
    full(shop, "E1", AUGUST_2026)
    shop.calculate(DECEMBER_2025)
    assert shop.amounts(DECEMBER_2025, "E1") == before


def test_a_city_without_values_stops_its_people_and_nobody_else(shop: Payroll) -> None:
    shop.hire("SH")
    shop.hire("CS", work_city="长沙")
    for code in ("SH", "CS"):
        shop.full_month(code, DECEMBER_2025, **OPENING)
    run = shop.calculate(DECEMBER_2025)
    assert (run.headcount, run.error_count) == (2, 1)
    assert shop.slip(DECEMBER_2025, "SH").error is None
    [error, *_] = shop.slip(DECEMBER_2025, "CS").error
    assert (error["code"], error["item"]) == ("payroll.payslip.no_match", "pension_base")


def test_who_is_not_insured_is_paid_where_the_city_has_no_values(shop: Payroll) -> None:
    shop.hire("CS", work_city="长沙")
    shop.enter("CS", DECEMBER_2025, social_base="0", fund_base="0")
    full(shop, "CS", DECEMBER_2025)
    assert shop.slip(DECEMBER_2025, "CS").error is None
    assert shop.amounts(DECEMBER_2025, "CS")["net"] == 616_400  # 6,200 less (6,200 - 5,000) x 3%
