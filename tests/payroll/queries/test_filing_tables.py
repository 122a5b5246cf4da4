"""Tax sheets: what counts in the year in one, what is taxed apart in others, and all of the tax in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hrsaas.people.rules.money import yuan
from payroll.models import PayRun, Payslip
from payroll.packs.filing_sheets import filing_sheets
from payroll.packs.pay_items import RUNS, pay_item_pack
from payroll.queries.filing_tables import tax_table
from payroll.services.deduction_claims import NewClaim, add_claims
from tests.payroll.conftest import FEBRUARY, JANUARY, Payroll
from tests.payroll.services.test_runs_taxed_apart import ENTERED, beside

TITLES = {
    "annual_bonus": ("全年一次性奖金收入", "全年一次性奖金额"),
    "labour_service": ("一般劳务报酬所得", "收入"),
    "severance": ("解除劳动合同一次性补偿金", "一次性补偿收入"),
    "non_resident": ("非居民工资薪金", "境内应税收入"),
    "interns": ("实习学生劳务报酬（累计预扣）", "本期收入"),
    "platform_workers": ("平台从业人员劳务报酬（累计预扣）", "本期收入"),
}
INCOME = {"severance": "gross", "labour_service": "service_pay", "annual_bonus": "bonus_apart",
          "interns": "gross", "platform_workers": "gross"}  # fmt: skip


def closed(pack: str, shop: Payroll, **entered: str) -> tuple[PayRun, dict[str, int]]:
    """A month with a regular run and one taxed apart; states only, the figures stay."""
    shop.hire("E1", base_pay_fen=3_000_000, id_number="110101199003070011")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    return run, beside(shop, JANUARY, pack, **(entered or ENTERED[pack]))


def claim(shop: Payroll, code: str, **given: Any) -> None:
    add_claims(rows=[NewClaim(code, **given)], actor=shop.actor, now=shop.now)


def lines(run: PayRun, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    monkeypatch.setattr(PayRun, "CLOSED", (PayRun.State.CALCULATED,))
    table = tax_table(run)
    assert table.amount_fen == sum(Payslip.objects.values_list("tax_fen", flat=True))
    assert not table.notes
    return {sheet.name: [dict(zip(sheet.headings, row, strict=True)) for row in sheet.rows] for sheet in table.sheets}


@pytest.mark.parametrize("pack", RUNS)
def test_what_is_taxed_apart_has_a_sheet_and_leaves_the_cumulative_one(
    shop: Payroll, monkeypatch: pytest.MonkeyPatch, pack: str
) -> None:
    run, items = closed(pack, shop)
    found = lines(run, monkeypatch)
    title, income = TITLES[pack]
    (apart,) = found[title]
    assert apart[income] == yuan(items[INCOME.get(pack, "wage_in_china")])
    assert apart["应纳税额"] == yuan(items["gross"] - items["net"])
    (regular,), (check,) = found["综合所得申报"], found["核对 Check"]
    slip = Payslip.objects.get(run=run)
    assert regular["本期收入"] == yuan(slip.gross_fen)
    assert (check["本期应预扣税额"], check["累计应纳税所得额"] > 0) == (yuan(slip.tax_fen), True)


def test_a_bonus_added_to_the_year_stands_in_the_cumulative_sheet_alone(
    shop: Payroll, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, items = closed("annual_bonus", shop, annual_bonus_amount="10000", combine_bonus="true")
    found = lines(run, monkeypatch)
    assert "全年一次性奖金收入" not in found
    (regular,) = found["综合所得申报"]
    assert regular["本期收入"] == yuan(Payslip.objects.get(run=run).gross_fen) + Decimal(10_000)
    assert items["tax_in_year"] > 0


def test_the_deductions_of_the_year_stand_by_kind_as_the_claims_give_them(
    shop: Payroll, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("E1", "E2"):
        shop.hire(
            code, id_number="110101199003070011", hire_date=date(2026, 1, 5) if code == "E2" else date(2025, 3, 1)
        )
    claim(shop, "E1", kind="child", start_date=JANUARY, birth_date=date(2015, 6, 1))
    claim(shop, "E1", kind="rent", start_date=FEBRUARY, rent_tier=1)
    claim(shop, "E2", kind="elderly", start_date=JANUARY, birth_date=date(1950, 1, 1))
    for month in (JANUARY, FEBRUARY):
        for code in ("E1", "E2"):
            shop.full_month(code, month)
        run = shop.calculate(month)
    one, two = lines(run, monkeypatch)["综合所得申报"]
    assert (one["累计子女教育"], one["累计住房租金"], one["累计赡养老人"]) == (4_000, 1_500, 0)
    assert (two["累计子女教育"], two["累计住房租金"], two["累计赡养老人"]) == (0, 0, 6_000)


def test_claims_that_changed_after_the_run_are_left_to_a_person(shop: Payroll, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.hire("E1", id_number="110101199003070011")
    shop.full_month("E1", JANUARY)
    run = shop.calculate(JANUARY)
    claim(shop, "E1", kind="rent", start_date=JANUARY, rent_tier=1)
    monkeypatch.setattr(PayRun, "CLOSED", (PayRun.State.CALCULATED,))
    table = tax_table(run)
    assert [one["code"] for one in table.notes] == ["E1"]
    filed = table.sheets[0]
    assert filed.rows[0][filed.headings.index("累计住房租金")] is None


def test_every_tax_item_of_the_packs_for_runs_is_in_a_sheet() -> None:
    known = {code for one in filing_sheets().apart for code in one.tax} | {"tax_in_year"}
    for code in RUNS:
        taxes = {item.key for item in pay_item_pack(code).items if item.category.value == "tax"}
        assert taxes <= known
