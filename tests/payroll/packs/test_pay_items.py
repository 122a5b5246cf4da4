"""The shipped pay item packs compile, and their tail agrees with the plain statement of the law to the cent."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.packs.dated import PackError
from payroll.packs.income_tax import income_tax
from payroll.packs.pay_items import INDUSTRIES, Category, PayItemPack, pay_item_pack
from payroll.packs.social_insurance import cities, city
from payroll.packs.statutory_tables import statutory_tables
from payroll.rules.formula import HistoryInput, Result, TextColumn, Type, run
from payroll.rules.statutory.salary_tax import YearToDate, withhold
from payroll.rules.statutory.social_insurance import Insurance, contributions, housing_fund

ON = date(2026, 10, 31)
PACKS = [pay_item_pack(industry) for industry in INDUSTRIES]
COMPILED = {pack.key: pack.compile(ON) for pack in PACKS}

PERSON: dict[str, Any] = {
    "base_pay": 652_000,
    "due_days": 2_200,
    "attended_days": 2_200,
    "paid_days": 2_200,
    "insured_city": "上海",
    "social_base": 1_000_000,
    "fund_base": 1_000_000,
    "fund_rate": 700,
    "employed_months": 1,
    "pay_month": 1,
}


def calculate(pack: PayItemPack, *people: dict[str, Any]) -> Result:
    """Run a pack for people; values are integers at the scale of their input, texts as they are."""
    columns: dict[str, Any] = {}
    missing: dict[str, Any] = {}
    rows = [PERSON | person for person in people]
    for entry in pack.inputs:
        given_values = [row.get(entry.key) for row in rows]
        if entry.type is Type.TEXT:
            words = tuple(sorted({value for value in given_values if value}))
            columns[entry.key] = TextColumn(np.array([words.index(v) for v in given_values], np.int64), words)
        else:
            kind = np.bool_ if entry.type is Type.BOOL else np.int64
            columns[entry.key] = np.array([value or 0 for value in given_values], kind)
        missing[entry.key] = np.array([value is None for value in given_values])
    for asked in COMPILED[pack.key].inputs:
        if isinstance(asked, HistoryInput):
            columns[asked.key] = np.array([row.get(asked.key, 0) for row in rows], np.int64)
            missing[asked.key] = np.zeros(len(rows), np.bool_)
    return run(COMPILED[pack.key], columns, missing, len(rows))


def amounts(pack: PayItemPack, person: dict[str, Any]) -> dict[str, int]:
    result = calculate(pack, person)
    assert not result.failed.any(), [result.error(0, i) for i in range(len(pack.items))]
    return dict(zip((item.key for item in pack.items), map(int, result.amounts[0]), strict=True))


def cities_of(pack: PayItemPack) -> list[str]:
    """The cities whose minimum wage is known; a pack without a floor needs none."""
    if not any('PARAM("最低工资"' in item.formula for item in pack.items):
        return []
    (table,) = (table for table in statutory_tables(ON) if table.name == "最低工资")
    insured = {pack.name.zh for pack in cities().values() if pack.slug != "ningbo"}
    return [str(row.keys[0]) for row in table.rows if row.keys[0] in insured]


RETAIL = pay_item_pack("retail")
HEALTHCARE = pay_item_pack("healthcare")
OFFICE = pay_item_pack("office")


@pytest.mark.parametrize("pack", PACKS, ids=INDUSTRIES)
def test_a_pack_compiles_without_notes_and_names_everything_in_both_languages(pack: PayItemPack) -> None:
    assert COMPILED[pack.key].notes == ()
    assert len(pack.items) >= 20
    for entry in (*pack.items, *pack.inputs):
        assert entry.name.zh
        assert entry.name.en
    assert len({item.order for item in pack.items}) == len(pack.items)


@pytest.mark.parametrize("pack", PACKS, ids=INDUSTRIES)
def test_a_pack_declares_no_input_that_no_formula_reads(pack: PayItemPack) -> None:
    text = "\n".join(item.formula for item in pack.items)
    assert [entry.name.zh for entry in pack.inputs if entry.name.zh not in text] == []


@pytest.mark.parametrize("pack", PACKS, ids=INDUSTRIES)
def test_a_pack_compiles_for_every_month_of_2026(pack: PayItemPack) -> None:
    for month in range(1, 12):
        assert pack.compile(date(2026, month, 28)).notes == ()


def test_an_unknown_industry_is_refused() -> None:
    with pytest.raises(PackError, match="unknown_pack"):
        pay_item_pack("statutory")


def test_a_full_month_pays_the_base_pay_and_the_bonus_for_full_attendance() -> None:
    paid = amounts(RETAIL, {})
    assert (paid["attended_pay"], paid["full_attendance"], paid["gross"]) == (652_000, 20_000, 672_000)


def test_days_not_paid_are_prorated_with_one_rounding() -> None:
    paid = amounts(RETAIL, {"base_pay": 651_510, "paid_days": 1_000, "attended_days": 1_000})
    assert (paid["attended_pay"], paid["full_attendance"]) == (296_141, 0)


def test_overtime_is_paid_by_the_minute_at_150_200_and_300_percent() -> None:
    minutes = {
        "workday_overtime_minutes": 60,
        "rest_day_overtime_minutes": 60,
        "holiday_overtime_minutes": 60,
    }
    paid = amounts(OFFICE, {"base_pay": 1_740_000, **minutes})
    assert [paid[f"{kind}_overtime"] for kind in ("workday", "rest_day", "holiday")] == [15_000, 20_000, 30_000]


def test_sales_commission_is_taken_tier_by_tier() -> None:
    assert amounts(RETAIL, {"sales": 6_000_000})["commission"] == 20_000 + 60_000 + 30_000
    assert amounts(RETAIL, {"sales": -100})["commission"] == 0


def test_night_fees_go_by_shift_and_an_unnamed_night_is_a_full_one() -> None:
    paid = amounts(HEALTHCARE, {"night_shifts": 8, "evening_shifts": 3, "duty_count": 1})
    assert (paid["evening_fee"], paid["night_fee"], paid["duty_fee"]) == (13_500, 40_000, 15_000)


def test_years_of_nursing_pay_from_the_year_they_are_reached() -> None:
    assert [amounts(HEALTHCARE, {"nursing_years": y})["nursing_allowance"] for y in (4, 5, 19, 20)] == [
        0,
        5_000,
        10_000,
        20_000,
    ]


def test_three_late_arrivals_are_free_in_the_office_and_none_is_in_the_store() -> None:
    late = {"late_count": 3, "late_minutes": 30}
    assert amounts(OFFICE, late)["attendance_deduction"] == 0
    assert amounts(OFFICE, late | {"late_count": 4})["attendance_deduction"] == 1_874
    assert amounts(RETAIL, late)["attendance_deduction"] == 1_874


def test_a_deduction_for_lateness_never_exceeds_the_pay_for_days() -> None:
    paid = amounts(RETAIL, {"late_minutes": 100_000})
    assert paid["attendance_deduction"] == paid["attended_pay"]


def test_performance_pay_is_the_base_times_the_coefficient() -> None:
    assert (
        amounts(RETAIL, {"performance_base": 200_000, "performance_coefficient": 10_429})["performance_pay"] == 208_580
    )


def test_a_base_of_zero_means_not_insured() -> None:
    paid = amounts(RETAIL, {"social_base": 0, "fund_base": 0, "insured_city": "北京"})
    assert paid["contributions_employee"] == 0
    assert sum(paid[item.key] for item in RETAIL.items if item.category is Category.EMPLOYER) == 0


def test_a_net_pay_below_zero_is_warned_of_and_not_hidden() -> None:
    result = calculate(RETAIL, {"after_tax_deduction": 10_000_000})
    assert "negative" in result.warnings_of(0)[0].text
    assert result.amounts[0][COMPILED["retail"].position("net")] < 0


def test_a_month_without_days_due_stops_the_person_instead_of_paying_nothing() -> None:
    error = calculate(RETAIL, {"due_days": 0}).error(0, COMPILED["retail"].position("net"))
    assert error is not None
    assert (error.code, error.origin) == ("DIV0", "attended_pay")


def test_a_missing_base_stops_the_person_instead_of_counting_as_nothing() -> None:
    result = calculate(RETAIL, {"social_base": None})
    error = result.error(0, COMPILED["retail"].position("net"))
    assert error is not None
    assert error.code == "MISSING"


def test_an_employer_rate_that_is_not_known_stops_the_employer_item_only() -> None:
    result = calculate(RETAIL, {"insured_city": "宁波"})
    compiled = COMPILED["retail"]
    error = result.error(0, compiled.position("medical_employer"))
    assert error is not None
    assert error.code == "NO_MATCH"
    assert result.error(0, compiled.position("net")) is None


@pytest.mark.parametrize("slug", list(cities()))
def test_one_base_serves_medical_maternity_and_supplements_as_the_formulas_assume(slug: str) -> None:
    for month in range(1, 12):
        rates = city(slug, date(2026, month, 28)).insurances
        for kind in (Insurance.MATERNITY, Insurance.SUPPLEMENTARY_MEDICAL, Insurance.LONG_TERM_CARE):
            if kind in rates:
                assert rates[kind].limits == rates[Insurance.MEDICAL].limits


people = st.fixed_dictionaries(
    {
        "base_pay": st.integers(200_000, 15_000_000),
        "paid_days": st.integers(0, 2_200),
        "insured_city": st.sampled_from([pack.name.zh for pack in cities().values() if pack.slug != "ningbo"]),
        "social_base": st.integers(1, 6_000_000),
        "fund_base": st.integers(1, 6_000_000),
        "fund_rate": st.integers(500, 1_200),
        "employed_months": st.integers(1, 12),
        "additional_deduction": st.integers(0, 600_000),
        "ytd_income": st.integers(0, 90_000_000),
        "ytd_contributions": st.integers(0, 5_000_000),
        "ytd_tax_withheld": st.integers(0, 10_000_000),
        "ytd_tax_relief": st.integers(0, 50_000),
        "after_tax_deduction": st.integers(0, 50_000),
        "sales": st.integers(0, 20_000_000),
    }
)
EMPLOYER_ITEMS = {
    "pension_employer": (Insurance.PENSION,),
    "medical_employer": (Insurance.MEDICAL, Insurance.MATERNITY),
    "unemployment_employer": (Insurance.UNEMPLOYMENT,),
    "work_injury_employer": (Insurance.WORK_INJURY,),
    "supplementary_employer": (Insurance.SUPPLEMENTARY_MEDICAL, Insurance.LONG_TERM_CARE),
}
EMPLOYEE_ITEMS = {
    "pension_employee": (Insurance.PENSION,),
    "medical_employee": (Insurance.MEDICAL,),
    "unemployment_employee": (Insurance.UNEMPLOYMENT,),
    "supplementary_employee": (Insurance.SUPPLEMENTARY_MEDICAL, Insurance.LONG_TERM_CARE),
}


@settings(max_examples=150, deadline=None)
@given(people)
def test_contributions_agree_with_the_rules_of_the_city(person: dict[str, Any]) -> None:
    paid = amounts(RETAIL, person)
    rates = city(person["insured_city"], ON)
    due = contributions(person["social_base"], rates.insurances.values())
    for item, kinds in EMPLOYEE_ITEMS.items():
        assert paid[item] == sum(due[kind].employee_fen for kind in kinds if kind in due), item
    for item, kinds in EMPLOYER_ITEMS.items():
        assert paid[item] == sum(due[kind].employer_fen for kind in kinds if kind in due), item
    rate = min(max(Fraction(person["fund_rate"], 10_000), rates.housing_fund.rate_min), rates.housing_fund.rate_max)
    assert paid["fund_employee"] == housing_fund(person["fund_base"], rate, rates.housing_fund).employee_fen
    assert paid["fund_employer"] == paid["fund_employee"]


@settings(max_examples=150, deadline=None)
@given(people)
def test_the_tax_agrees_with_the_law_computed_for_one_person(person: dict[str, Any]) -> None:
    paid = amounts(RETAIL, person)
    year = YearToDate(
        income_fen=person["ytd_income"] + paid["gross"],
        basic_deduction_fen=person["employed_months"] * 500_000,
        social_fen=person["ytd_contributions"] + paid["contributions_employee"],
        additional_fen=person["additional_deduction"],
        relief_fen=person["ytd_tax_relief"],
        withheld_fen=person["ytd_tax_withheld"],
    )
    expected = withhold(year, income_tax(ON).cumulative)
    assert (paid["cumulative_taxable"], paid["income_tax"]) == (expected.taxable_fen, expected.tax_fen)


@settings(max_examples=150, deadline=None)
@given(people, st.sampled_from(PACKS))
def test_net_pay_is_earnings_less_deductions_less_tax(person: dict[str, Any], pack: PayItemPack) -> None:
    known = cities_of(pack)
    paid = amounts(pack, person if not known else person | {"insured_city": known[person["base_pay"] % len(known)]})
    totals: defaultdict[Category, int] = defaultdict(int)
    for item in pack.items:
        totals[item.category] += paid[item.key]
    net = totals[Category.EARNING] - totals[Category.REDUCTION] - totals[Category.DEDUCTION] - totals[Category.TAX]
    assert totals[Category.NET] == net == paid["net"]
    assert paid["employer_cost"] == paid["gross"] + totals[Category.EMPLOYER]
