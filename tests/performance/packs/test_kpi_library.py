"""The shipped KPI libraries can be scored as they are and speak both languages."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from performance.packs.kpi_library import Kpi, coefficient_tables, kpi_libraries
from performance.rules.coefficients import coefficient_e4
from performance.rules.scores import Direction, linear_score

INDUSTRIES = ("healthcare", "office", "retail")


def test_three_industries_are_shipped_with_a_dozen_kpis_or_more() -> None:
    assert tuple(kpi_libraries()) == INDUSTRIES
    assert all(len(library.kpis) >= 12 for library in kpi_libraries().values())


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_every_kpi_scores_0_at_its_floor_and_100_at_its_target(industry: str) -> None:
    for kpi in kpi_libraries()[industry].kpis:
        assert linear_score(kpi.floor, kpi.bands) == 0
        assert linear_score(kpi.stretch, kpi.bands) == 120
        assert linear_score(kpi.target, kpi.bands) == (120 if kpi.target == kpi.stretch else 100)


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_a_band_fits_the_decimals_in_which_readings_are_shown(industry: str) -> None:
    for kpi in kpi_libraries()[industry].kpis:
        for value in (kpi.floor, kpi.target, kpi.stretch):
            assert value == round(value, kpi.places), kpi.key


def test_both_directions_are_in_use() -> None:
    for library in kpi_libraries().values():
        assert {kpi.direction for kpi in library.kpis} == set(Direction)


def test_the_articles_goals_for_the_ai_agent_are_in_the_retail_library() -> None:
    retail = kpi_libraries()["retail"]
    assert retail.kpi("ai_resolution_rate").target == 90
    assert retail.kpi("csat").target == Decimal("4.2")


def test_a_kpi_whose_floor_equals_its_target_is_refused_when_the_pack_is_read() -> None:
    kpi = kpi_libraries()["retail"].kpi("csat")
    with pytest.raises(ValidationError, match="floor_equals_target"):
        Kpi.model_validate({**kpi.model_dump(), "floor": kpi.target})


def test_the_default_table_is_linear_and_the_other_has_five_grades() -> None:
    tables = coefficient_tables()
    assert coefficient_e4(Decimal("104.29"), tables["linear"]) == 10_429
    assert [coefficient_e4(Decimal(score), tables["grades"]) for score in (96, 86, 71, 61, 5)] == [
        15_000,
        12_000,
        10_000,
        8_000,
        0,
    ]
