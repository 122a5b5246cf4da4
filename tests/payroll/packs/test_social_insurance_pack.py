"""The shipped city values are complete, dated, and say how sure they are."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from payroll.packs.dated import Confidence, PackError
from payroll.packs.social_insurance import cities, city, find_city
from payroll.rules.statutory.rounding import FEN_HALF_UP, Unit
from payroll.rules.statutory.social_insurance import Insurance, contributions, housing_fund
from tests.tools import require_shared

FACTS = "facts/china/social_insurance.json"
SURVEY = date(2026, 11, 22)
EMPLOYEE_SIDE = {
    "pension": Insurance.PENSION,
    "medical": Insurance.MEDICAL,
    "unemployment": Insurance.UNEMPLOYMENT,
}


def facts() -> dict[str, Any]:
    return dict(json.loads(require_shared(FACTS).read_text(encoding="utf-8"), parse_float=Decimal))


def fen(yuan: str | int | Decimal) -> int:
    return int(Decimal(yuan) * 100)


def test_thirty_four_cities_are_shipped_and_each_is_found_by_its_names() -> None:
    assert len(cities()) == 34
    for slug, pack in cities().items():
        assert find_city(slug) is pack
        assert find_city(pack.name.zh) is pack
        assert find_city(pack.name.zh + "市") is pack
        assert find_city(pack.name.en) is pack


@pytest.mark.parametrize("month", range(1, 12))
def test_every_month_of_2026_is_covered_in_every_city(month: int) -> None:
    for slug in cities():
        rates = city(slug, date(2026, month, 28))
        assert {Insurance.PENSION, Insurance.MEDICAL, Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY} <= set(
            rates.insurances
        )


def test_values_carried_back_say_that_they_are_assumed() -> None:
    assert city("hefei", date(2026, 3, 31)).confidence["pension"] is Confidence.MEDIUM
    assert city("guiyang", date(2026, 3, 31)).confidence["pension"] is Confidence.ASSUMED
    assert city("guiyang", date(2026, 7, 1)).confidence["pension"] is Confidence.MEDIUM


def test_bounds_change_on_their_day() -> None:
    assert city("北京", date(2026, 6, 30)).insurances[Insurance.PENSION].limits.floor_fen == 716_200
    assert city("北京", date(2026, 7, 1)).insurances[Insurance.PENSION].limits.floor_fen == 727_000


def test_a_break_inside_the_year_and_a_fixed_amount_by_month_are_kept() -> None:
    february, march, october = (city("天津", date(2026, month, 15)).insurances for month in (2, 3, 10))
    assert february[Insurance.MEDICAL].employer_rate == Fraction(10, 100)
    assert march[Insurance.MEDICAL].employer_rate == Fraction(105, 1000)
    assert march[Insurance.MEDICAL].employee_fixed_fen == 2200
    assert october[Insurance.MEDICAL].employee_fixed_fen == 2100


def test_the_fund_is_rounded_to_whole_yuan_where_the_city_does_so() -> None:
    assert city("上海", SURVEY).housing_fund.rounding.unit is Unit.YUAN
    assert city("深圳", SURVEY).housing_fund.rounding.unit is Unit.FEN


def test_an_unknown_city_and_a_day_before_all_values_are_refused() -> None:
    with pytest.raises(PackError) as unknown:
        city("拉萨", SURVEY)
    assert unknown.value.code == "payroll.packs.unknown_city"
    with pytest.raises(PackError) as early:
        city("guiyang", date(2025, 12, 31))
    assert early.value.code == "payroll.packs.city_not_in_force"


def test_a_rate_that_is_not_known_stays_unknown() -> None:
    assert city("宁波", SURVEY).insurances[Insurance.MEDICAL].employer_rate is None


def test_worked_examples_come_out_to_the_cent() -> None:
    """They round the fund to fen as well, so the rounding to yuan of two cities is set aside here."""
    for sample in facts()["sample_calculations"]:
        rates = city(sample["city"], SURVEY)
        wage = fen(sample["declared_wage"])
        paid = contributions(wage, [rates.insurances[kind] for kind in EMPLOYEE_SIDE.values()])
        fund = housing_fund(
            wage, Fraction(sample["housing_fund_rate"]), replace(rates.housing_fund, rounding=FEN_HALF_UP)
        )
        expected = sample["employee"]
        for name, kind in EMPLOYEE_SIDE.items():
            assert paid[kind].employee_fen == fen(expected[name]), (sample["city"], name)
        assert fund.employee_fen == fen(expected["housing_fund"])
        assert sum(c.employee_fen for c in paid.values()) + fund.employee_fen == fen(expected["total"])


def test_every_city_of_the_survey_has_its_pension_and_fund_values() -> None:
    for row in facts()["cities"]:
        rates = city(row["city"], SURVEY)
        pension, fund = rates.insurances[Insurance.PENSION], rates.housing_fund
        assert pension.limits.floor_fen == fen(row["pension"]["base_min"])
        assert pension.limits.ceiling_fen == fen(row["pension"]["base_max"])
        assert pension.employee_rate == Fraction(row["pension"]["employee"])
        assert fund.limits.ceiling_fen == fen(row["housing_fund"]["base_max"])
        assert fund.rate_max == Fraction(row["housing_fund"]["rate_max"])
