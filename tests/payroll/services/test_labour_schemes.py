"""Interns and platform workers through a pay group of theirs, by the month, against the law stated plainly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from payroll.models import PayGroup, PayInput, PayRun, Payslip
from payroll.packs.income_tax import income_tax
from payroll.rules.statutory.continuous_labour import LabourYear, counted_part, withhold_labour
from payroll.services import calculations
from payroll.services.pay_groups import assign_members, save_group
from payroll.services.pay_schemes import create_scheme
from tests.payroll.conftest import Payroll

MONTHS = [date(2026, month, 1) for month in (1, 2, 3, 4)]
CASES = [
    ("interns", "intern_cost", "intern_allowance_amount"),
    ("platform_workers", "platform_cost", "platform_order_income"),
]


def group_of(shop: Payroll, pack: str) -> PayGroup:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    scheme = create_scheme(code=pack, name=pack, name_en=pack, pack=pack, **by)
    return save_group(code=pack, changes={"name": pack, "name_en": pack, "scheme": scheme}, **by)


def paid(shop: Payroll, month: date, code: str) -> dict[str, int]:
    shop.calculate(month)
    slip = Payslip.objects.select_related("run__formula_set").get(run__month=month, employee_code=code)
    assert (slip.error, slip.run.kind) == (None, PayRun.Kind.REGULAR)
    return dict(zip((item["code"] for item in slip.run.formula_set.items), slip.amounts, strict=True))


@pytest.mark.parametrize(("pack", "cost", "value"), CASES)
@pytest.mark.parametrize("opening", [0, 3_333_333])
def test_months_in_a_row_are_withheld_as_the_law_says(
    shop: Payroll, pack: str, cost: str, value: str, opening: int
) -> None:
    group = group_of(shop, pack)
    employee = shop.hire("S1", base_pay_fen=0, hire_date=date(2026, 1, 5))
    assign_members(group=group, employees=[employee], start_date=MONTHS[0], actor=shop.actor, now=shop.now)
    law = income_tax(date(2026, 4, 30))
    part, income, withheld = counted_part(law.rate(cost)), opening, 0
    if opening:
        shop.enter("S1", MONTHS[0], **{f"{pack}_opening_income": "33333.33"})
    for at, fen in enumerate((3_000_001, 1_250_007, 100_000, 4_000_003), 1):
        shop.enter("S1", MONTHS[at - 1], **{value: f"{fen / 100:.2f}"})
        income += fen
        due = withhold_labour(
            LabourYear(income_fen=income, basic_deduction_fen=500_000 * at, withheld_fen=withheld),
            law.cumulative, part=part,
        )  # fmt: skip
        found = paid(shop, MONTHS[at - 1], "S1")
        assert (found["gross"], found[f"{pack}_tax"], found["net"]) == (fen, due.tax_fen, fen - due.tax_fen)
        assert found[f"{pack}_income_so_far"] == income
        withheld += due.tax_fen
    assert withheld > 0


def test_an_intern_counts_for_nobody_elses_wages_and_another_group_goes_on(shop: Payroll) -> None:
    group = group_of(shop, "interns")
    intern, _clerk = shop.hire("S1", base_pay_fen=0), shop.hire("C1")
    assign_members(group=group, employees=[intern], start_date=MONTHS[0], actor=shop.actor, now=shop.now)
    shop.enter("S1", MONTHS[0], intern_day_rate="200", intern_days="20")
    shop.full_month("C1", MONTHS[0])
    assert paid(shop, MONTHS[0], "S1")["net"] == 400_000
    assert paid(shop, MONTHS[0], "C1")["gross"] == 620_000
    runs = {run.group.code: run.headcount for run in PayRun.objects.filter(month=MONTHS[0]).select_related("group")}
    assert runs == {"default": 1, "interns": 1}
    assert calculations.run_of(MONTHS[0]).group.code == PayGroup.DEFAULT
    assert PayInput.objects.filter(code="intern_days").exists()
