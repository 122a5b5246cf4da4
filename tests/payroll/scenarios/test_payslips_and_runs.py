"""Payroll scenarios of other products, by id, through whole runs: payslips, the year so far, failing runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hrsaas.errors import DomainError
from payroll.models import PayGroup, PayItem, PayRun, Payslip
from payroll.queries.payslips import lines
from payroll.queries.printed_slips import printed_slip
from payroll.services import calculations, pay_items, pay_runs
from tests.payroll.conftest import JANUARY, Payroll

JULY = date(2026, 7, 1)


def by(shop: Payroll) -> dict[str, Any]:
    return {"actor": shop.actor, "now": shop.now}


def add(shop: Payroll, code: str, formula: str, **changes: Any) -> PayItem:
    usual = {"name": f"项目{code}", "name_en": code, "category": "info", "order": 700}
    return pay_items.save_item(code=code, formula=formula, changes=usual | changes, **by(shop))


@pytest.mark.parametrize("months", [pytest.param(6, id="FH-185")])
def test_the_year_to_date_of_a_payslip_is_the_sum_of_those_before_and_it(shop: Payroll, months: int) -> None:
    add(shop, "net_so_far", "YTD(实发工资) + 实发工资")
    add(shop, "pay_so_far", "YTD(出勤工资) + 出勤工资")
    shop.hire("E1", 2_000_000)
    net = attended = 0
    for number in range(1, months + 1):
        month = date(2026, number, 1)
        shop.full_month("E1", month, sales=str(10_000 * number))
        shop.calculate(month)
        paid = shop.amounts(month, "E1")
        net, attended = net + paid["net"], attended + paid["attended_pay"]
        assert (paid["net_so_far"], paid["pay_so_far"]) == (net, attended)


@pytest.mark.parametrize("tax", [pytest.param(2_190_000, id="FH-193")])
def test_tax_after_an_opening_balance_of_six_months(shop: Payroll, tax: int) -> None:
    """The other spreads the year's tax over the months left: 7,691. China withholds cumulatively: six months at 78,000
    are 438,000 taxable and 78,480 of tax; seven are 511,000 × 30% - 52,920 = 100,380, so July withholds 21,900.
    """
    shop.hire("E1", 7_800_000)
    shop.full_month(
        "E1", JULY, late_count="1", social_base="0", fund_base="0", ytd_income="468000", ytd_tax_withheld="78480"
    )
    shop.calculate(JULY)
    paid = shop.amounts(JULY, "E1")
    assert (paid["gross"], paid["cumulative_taxable"], paid["income_tax"]) == (7_800_000, 51_100_000, tax)


@pytest.mark.parametrize("amount", [pytest.param("0.00", id="FH-201")])
def test_a_line_of_nothing_is_a_line_of_data_and_not_printed(shop: Payroll, amount: str) -> None:
    """The other chooses by component whether it is dropped; ours shows every line on screen, prints what is paid."""
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    slip = shop.slip(JANUARY, "E1")
    shown = {line["code"]: line["amount"] for line in lines(slip, shown_only=True)}
    assert shown["workday_overtime"] == amount
    slip.run.entity = slip.run.group.entity
    printed = {line.zh for line in printed_slip(slip, slip.run).earnings}
    assert "出勤工资" in printed and "平时加班费" not in printed


@pytest.mark.parametrize("amount", [pytest.param(50_000, id="FH-202")])
def test_an_item_that_is_not_on_the_payslip_is_computed_and_not_shown(shop: Payroll, amount: int) -> None:
    add(shop, "statistic", "500", is_shown=False)
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    slip = shop.slip(JANUARY, "E1")
    assert shop.amounts(JANUARY, "E1")["statistic"] == amount
    assert "statistic" not in {line["code"] for line in lines(slip, shown_only=True)}


@pytest.mark.parametrize("code", [pytest.param("payroll.run.has_errors", id="FH-219")])
def test_a_run_with_errors_is_not_submitted_until_they_are_put_right(shop: Payroll, code: str) -> None:
    shop.hire("E1", bank_account="6222020200112233445")
    run = shop.calculate(JANUARY)
    for _again in range(2):
        with pytest.raises(DomainError) as refused:
            shop.submit(run)
        assert refused.value.code == code
    assert run.error_count == 1
    shop.full_month("E1", JANUARY)
    run = shop.submit(shop.calculate(JANUARY))
    assert run.error_count == 0 and run.submitted_at is not None


@pytest.mark.parametrize("slips", [pytest.param(0, id="FH-220")])
def test_a_run_is_taken_back_with_its_payslips_until_it_is_approved(shop: Payroll, slips: int) -> None:
    """The other cancels paid runs. Ours keeps closed payslips for good: a correction is the next run's difference."""
    employee = shop.hire("E1", bank_account="6222020200112233445")
    shop.full_month("E1", JANUARY)
    shop.calculate(JANUARY)
    group = PayGroup.objects.get()
    run = pay_runs.create_run(
        group=group, month=JANUARY, kind=PayRun.Kind.OFF_CYCLE, title="补发", employees=[employee], **by(shop)
    )
    run = pay_runs.prepare_run(run=run, **by(shop))
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by(shop))
    assert Payslip.objects.filter(run=run).count() == 1
    pay_runs.remove_run(run=run, **by(shop))
    assert Payslip.objects.exclude(run__kind=PayRun.Kind.REGULAR).count() == slips
    closed = shop.lock(JANUARY)
    with pytest.raises(DomainError):
        pay_runs.remove_run(run=closed, **by(shop))
    assert Payslip.objects.filter(run=closed).count() == 1
