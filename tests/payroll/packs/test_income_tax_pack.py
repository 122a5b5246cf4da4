"""The shipped income tax values are complete, dated and continuous."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import ValidationError

from payroll.packs.dated import PackError
from payroll.packs.income_tax import TableVersion, income_tax, income_tax_pack

TODAY = date(2026, 11, 22)


def test_every_table_and_value_of_today_can_be_read() -> None:
    law, pack = income_tax(TODAY), income_tax_pack()
    assert all(law.brackets(key) for key in pack.tables)
    assert all(law.amount_fen(key) > 0 for key in pack.amounts)
    assert all(law.rate(key) > 0 for key in pack.rates)
    assert all(law.count(key) > 0 for key in pack.counts)


def test_wages_have_seven_brackets_from_3_to_45_percent_and_5000_a_month_free() -> None:
    law = income_tax(TODAY)
    rates = [bracket.rate for bracket in law.cumulative]
    assert [str(100 * rate) for rate in rates] == ["3", "10", "20", "25", "30", "35", "45"]
    assert law.basic_deduction_monthly_fen == 500_000


def test_a_change_of_law_counts_from_its_day() -> None:
    assert income_tax(date(2022, 12, 31)).amount_fen("elderly_support") == 200_000
    assert income_tax(date(2023, 1, 1)).amount_fen("elderly_support") == 300_000


def test_a_rule_that_has_expired_is_not_in_force() -> None:
    assert income_tax(date(2027, 12, 31)).brackets("annual_bonus")
    with pytest.raises(PackError) as caught:
        income_tax(date(2028, 1, 1)).brackets("annual_bonus")
    assert caught.value.code == "payroll.packs.tax_value_not_in_force"


def test_before_the_law_there_is_no_value_and_an_unknown_key_says_so() -> None:
    with pytest.raises(PackError):
        _ = income_tax(date(2018, 12, 31)).cumulative
    with pytest.raises(PackError):
        income_tax(TODAY).rate("nonsense")


def test_every_entry_names_its_reference_in_both_languages() -> None:
    pack = income_tax_pack()
    for entry in [*pack.tables.values(), *pack.amounts.values(), *pack.rates.values(), *pack.counts.values()]:
        assert entry.title.zh
        assert entry.title.en
        assert entry.reference
        assert entry.unit


def test_a_quick_deduction_that_makes_the_tax_jump_is_refused() -> None:
    rows = [
        {"over": "0", "rate": "0.03", "quick_deduction": "0"},
        {"over": "36000", "rate": "0.10", "quick_deduction": "2521"},
    ]
    with pytest.raises(ValidationError, match="does not continue"):
        TableVersion.model_validate({"effective_from": "2019-01-01", "brackets": rows})


def test_rates_are_exact_fractions() -> None:
    assert income_tax(TODAY).rate("royalty_share") == Fraction(Decimal("0.7"))


def test_the_law_of_a_day_hands_out_what_the_rules_take() -> None:
    law = income_tax(TODAY)
    assert (law.labour_cost.flat_limit_fen, law.labour_cost.flat_fen) == (400_000, 80_000)
    assert (law.stay_limits.short_days, law.stay_limits.resident_days) == (90, 183)
    assert law.settlement.yearly_deduction_fen == law.basic_deduction_yearly_fen == 6_000_000
    assert law.annual == law.cumulative
