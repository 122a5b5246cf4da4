"""The severance that is free of tax in a city, and how sure it is."""

from datetime import date

import pytest

from payroll.packs.average_wages import average_wages, severance_exemption
from payroll.packs.dated import Confidence, PackError
from payroll.packs.social_insurance import cities

ON = date(2026, 10, 31)


def test_a_published_average_counts_three_times_twelve_months() -> None:
    found = severance_exemption("上海", ON)
    assert (found.exempt_fen, found.confidence) == (3 * 12 * 1_257_700, Confidence.HIGH)
    assert (found.effective_from, found.reference) == (date(2026, 7, 1), "市人社局2026-08-18公示")


def test_a_city_without_a_published_average_takes_its_pension_ceiling_and_says_so() -> None:
    found = severance_exemption("beijing", ON)
    assert (found.exempt_fen, found.confidence) == (12 * 3_634_800, Confidence.ASSUMED)


def test_a_new_average_counts_from_its_day() -> None:
    before = severance_exemption("shanghai", date(2026, 6, 30))
    assert (before.exempt_fen, before.confidence) == (12 * 3_730_200, Confidence.ASSUMED)


def test_every_city_has_an_exemption_today_and_every_average_is_of_a_known_city() -> None:
    assert all(severance_exemption(slug, ON).exempt_fen > 0 for slug in cities())
    assert set(average_wages().cities) <= set(cities())


def test_an_unknown_city_is_refused() -> None:
    with pytest.raises(PackError, match="unknown_city"):
        severance_exemption("亚特兰蒂斯", ON)
