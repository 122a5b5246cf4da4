"""How the basic deduction builds up, and what else lowers the tax of a month."""

from __future__ import annotations

from datetime import date

from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll

JULY = date(2026, 7, 1)


def months(shop: Payroll, month: date, code: str) -> int | None:
    shop.full_month(code, month)
    shop.calculate(month)
    return shop.amounts(month, code)["basic_deduction_months"]


def last_year(shop: Payroll, code: str, base_pay: str, until: int = 12) -> None:
    """Paid here in the months of 2025, not insured."""
    for number in range(1, until + 1):
        month = date(2025, number, 1)
        shop.full_month(code, month, base_pay=base_pay, social_base="0", fund_base="0", late_count="1")
        shop.calculate(month)


def test_who_earned_at_most_60000_here_in_all_of_last_year_deducts_the_year_at_once(shop: Payroll) -> None:
    shop.hire("LOW", hire_date=date(2024, 5, 6))
    shop.hire("HIGH", hire_date=date(2024, 5, 6))
    for number in range(1, 13):
        shop.full_month(
            "HIGH", date(2025, number, 1), base_pay="5000.01", social_base="0", fund_base="0", late_count="1"
        )
    last_year(shop, "LOW", "5000")
    shop.full_month("HIGH", JANUARY)
    assert months(shop, JANUARY, "LOW") == 12
    assert shop.amounts(JANUARY, "HIGH")["basic_deduction_months"] == 1
    shop.enter("LOW", FEBRUARY, full_year_deduction="false")  # the two may agree on 5,000 a month
    shop.full_month("HIGH", FEBRUARY)
    assert months(shop, FEBRUARY, "LOW") == 2


def test_who_began_during_last_year_deducts_month_by_month(shop: Payroll) -> None:
    shop.hire("NEW", hire_date=date(2025, 2, 1))
    shop.hire("OLD", hire_date=date(2024, 2, 1))
    for number in range(1, 13):
        shop.full_month("OLD", date(2025, number, 1), social_base="0", fund_base="0")
    last_year(shop, "NEW", "4000")
    shop.full_month("OLD", JANUARY)
    assert months(shop, JANUARY, "NEW") == 1


def test_the_first_job_of_the_year_deducts_from_january(shop: Payroll) -> None:
    shop.hire("GRADUATE", hire_date=JULY)
    shop.hire("MOVED", hire_date=JULY)
    shop.enter("GRADUATE", JULY, first_job="true")
    shop.full_month("MOVED", JULY)
    assert months(shop, JULY, "GRADUATE") == 7
    assert shop.amounts(JULY, "MOVED")["basic_deduction_months"] == 1


def test_an_annuity_lowers_net_pay_and_what_is_taxed_up_to_its_limit(shop: Payroll) -> None:
    shop.hire("E1", base_pay_fen=1_000_000)
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    without = shop.amounts(JANUARY, "E1")
    shop.enter("E1", JANUARY, annuity_base="10000", annuity_rate="0.05")
    shop.calculate(JANUARY)
    paid = shop.amounts(JANUARY, "E1")
    assert (paid["annuity_employee"], paid["annuity_employer"]) == (50_000, 80_000)
    assert without["cumulative_taxable"] - paid["cumulative_taxable"] == 40_000  # 4% of the base
    assert without["net"] - paid["net"] == 50_000 - 1_200
    shop.full_month("E1", FEBRUARY)
    shop.calculate(FEBRUARY)
    assert shop.amounts(FEBRUARY, "E1")["annuity_employee"] == 50_000, "the base stands until it changes"


def test_a_private_pension_counts_up_to_12000_a_year(shop: Payroll) -> None:
    shop.hire("E1", base_pay_fen=3_000_000)
    shop.full_month("E1", JANUARY, private_pension_paid="10000")
    shop.calculate(JANUARY)
    shop.full_month("E1", FEBRUARY, private_pension_paid="5000")
    shop.calculate(FEBRUARY)
    counted = [shop.amounts(month, "E1")["private_pension_deductible"] for month in (JANUARY, FEBRUARY)]
    assert counted == [1_000_000, 200_000]
    rows = [shop.amounts(month, "E1") for month in (JANUARY, FEBRUARY)]
    taxable = sum(row["gross"] - row["contributions_employee"] for row in rows) - 2 * 500_000 - 1_200_000
    assert rows[1]["cumulative_taxable"] == taxable
