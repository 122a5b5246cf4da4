"""Minimum wages by city: what holds on a day, and the table that formulas read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from payroll.packs.dated import Confidence
from payroll.packs.minimum_wages import minimum_wage, minimum_wages
from payroll.packs.social_insurance import cities, find_city
from payroll.packs.statutory_tables import MINIMUM_WAGES, statutory_tables

ON = date(2026, 3, 31)
PAGE = (Path(__file__).resolve().parents[3] / "docs" / "payroll_review.md").read_text(encoding="utf-8")


def test_every_city_of_the_packs_has_a_minimum_wage_today() -> None:
    assert set(minimum_wages().cities) == set(cities())
    assert all(minimum_wage(slug, ON) for slug in cities())


@pytest.mark.parametrize(("day", "month_fen"), [(date(2025, 6, 30), 269_000), (date(2025, 7, 1), 274_000)])
def test_a_new_value_counts_from_its_day(day: date, month_fen: int) -> None:
    found = minimum_wage("上海", day)
    assert found is not None
    assert found.month_fen == month_fen


def test_where_no_hourly_value_is_known_it_is_a_174th_of_the_month_rounded_up() -> None:
    found = minimum_wage("杭州", ON)
    assert found is not None
    assert (found.hour, found.hour_fen) == (None, 1_529)  # 2660 / 174 = 15.287…


def test_a_published_hourly_value_is_the_one_that_counts() -> None:
    found = minimum_wage("上海", ON)
    assert found is not None
    assert found.hour_fen == 2_500


def test_values_begin_in_order_and_rise() -> None:
    for versions in minimum_wages().cities.values():
        assert [one.effective_from for one in versions] == sorted(one.effective_from for one in versions)
        assert [one.month for one in versions] == sorted(one.month for one in versions)
        assert all(one.confidence in Confidence for one in versions)


def test_nothing_is_known_of_another_city_or_an_earlier_day() -> None:
    assert minimum_wage("亚特兰蒂斯", ON) is None
    assert minimum_wage("天津", date(2020, 1, 1)) is None


def test_formulas_read_both_values_by_city() -> None:
    table = next(one for one in statutory_tables(ON) if one.name == MINIMUM_WAGES)
    rows = {row.keys[0]: row.values for row in table.rows}
    assert rows["上海"] == (274_000, 2_500)
    assert len(rows) == len(cities())


def test_the_page_names_the_cities_whose_values_before_2026_are_not_known() -> None:
    begun_late = {slug for slug, rows in minimum_wages().cities.items() if rows[0].effective_from.year >= 2026}
    sentence = PAGE[PAGE.index("What held before 2026 in ") + len("What held before 2026 in ") :].split(
        " is not in the pack"
    )[0]
    named = {find_city(" ".join(name.split())).slug for name in sentence.replace(" and ", ", ").split(",")}
    assert named == begun_late
