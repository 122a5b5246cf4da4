"""Schemes for runs beside the regular one: what is taxed apart leaves the year's wages and their tax alone."""

from __future__ import annotations

from typing import Any

import pytest

from payroll.models import PayGroup, PayRun, PayScheme, Payslip
from payroll.packs.pay_items import RUNS
from payroll.services import calculations, pay_runs, pay_schemes
from payroll.services.monthly_inputs import EnteredValue, save_inputs
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll

ENTERED = {
    "annual_bonus": {"annual_bonus_amount": "36000"},
    "labour_service": {"service_fee": "30000"},
    "severance": {"severance_months": "3", "average_wage": "20000"},
    "interns": {"intern_day_rate": "200", "intern_days": "21.5"},
    "platform_workers": {"platform_order_income": "20000"},
    "non_resident": {"paid_in_china": "30000", "china_work_days": "30", "stay_days": "60"},
}


def scheme_of(shop: Payroll, pack: str) -> PayScheme:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    return PayScheme.objects.filter(code=pack).first() or pay_schemes.create_scheme(
        code=pack, name=pack, name_en=pack, pack=pack, **by
    )


def beside(shop: Payroll, month: Any, pack: str, **values: str) -> dict[str, int]:
    """The items of E1 in a bonus run of its own scheme."""
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    group, scheme = PayGroup.objects.get(), scheme_of(shop, pack)
    run = pay_runs.create_run(group=group, month=month, kind=PayRun.Kind.BONUS, title=pack, scheme=scheme, **by)
    save_inputs(rows=[EnteredValue("E1", month, name, value, run) for name, value in values.items()], **by)
    run = pay_runs.prepare_run(run=run, **by)
    for key in calculations.plan_run(run.id):
        calculations.calculate_part(key=key, **by)
    calculations.finish_run(run=run, **by)
    slip = Payslip.objects.select_related("run__formula_set").get(run=run, employee_code="E1")
    assert slip.error is None
    shop.last = slip
    return dict(zip((item["code"] for item in slip.run.formula_set.items), slip.amounts, strict=True))


def regular(shop: Payroll, month: Any) -> dict[str, int | None]:
    shop.full_month("E1", month)
    run = shop.calculate(month)
    slip = Payslip.objects.select_related("run__formula_set").get(run=run, employee_code="E1")
    return dict(zip((item["code"] for item in slip.run.formula_set.items), slip.amounts, strict=True))


@pytest.fixture
def one(shop: Payroll) -> Payroll:
    shop.hire("E1", base_pay_fen=3_000_000)
    return shop


@pytest.mark.parametrize("pack", RUNS)
def test_the_cumulative_tax_of_later_months_does_not_see_what_was_taxed_apart(one: Payroll, pack: str) -> None:
    january = regular(one, JANUARY)
    paid = beside(one, JANUARY, pack, **ENTERED[pack])
    assert one.last.gross_fen == paid["gross"] > 0
    assert one.last.tax_fen == paid["gross"] - paid["net"]
    february = regular(one, FEBRUARY)
    taxable = january["gross"] + february["gross"] - 2 * 500_000
    taxable -= january["contributions_employee"] + february["contributions_employee"]
    assert february["cumulative_taxable"] == taxable
    tax = -(-(taxable - 3_600_000) // 10) + 108_000 if taxable > 3_600_000 else taxable * 3 // 100
    assert february["income_tax"] == pytest.approx(tax - january["income_tax"], abs=1)


def test_a_bonus_added_to_the_year_counts_for_the_tax_of_later_months(one: Payroll) -> None:
    january = regular(one, JANUARY)
    paid = beside(one, JANUARY, "annual_bonus", annual_bonus_amount="10000", combine_bonus="true")
    assert (paid["bonus_tax"], paid["income_in_year"]) == (0, 1_000_000)
    february = regular(one, FEBRUARY)
    wages = january["gross"] + february["gross"] - january["contributions_employee"]
    assert february["cumulative_taxable"] == wages - february["contributions_employee"] - 1_000_000 + 1_000_000
    slip = one.slip(FEBRUARY, "E1")
    withheld = slip.inputs[slip.run.formula_set.input_position("ytd_tax_withheld")]
    assert withheld == january["income_tax"] + paid["tax_in_year"]


def test_only_one_bonus_of_a_year_is_taxed_apart(one: Payroll) -> None:
    regular(one, JANUARY)
    first = beside(one, JANUARY, "annual_bonus", annual_bonus_amount="36000")
    second = beside(one, MARCH, "annual_bonus", annual_bonus_amount="20000")
    assert (first["bonus_apart"], second["bonus_apart"], second["income_in_year"]) == (3_600_000, 0, 2_000_000)
    assert any("taxed apart" in warning["en"] for warning in one.last.warnings)


def test_a_bonus_in_a_trap_is_warned_of(one: Payroll) -> None:
    regular(one, JANUARY)
    beside(one, JANUARY, "annual_bonus", annual_bonus_amount="36000.01")
    assert any("leaves less" in warning["en"] for warning in one.last.warnings)


def test_an_edge_itself_is_no_trap(one: Payroll) -> None:
    regular(one, JANUARY)
    beside(one, JANUARY, "annual_bonus", annual_bonus_amount="36000")
    assert not [warning for warning in one.last.warnings or [] if "leaves less" in warning["en"]]
