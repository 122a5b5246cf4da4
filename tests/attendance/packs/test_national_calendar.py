"""The Chinese calendar of the years that are known, and what is said about the others."""

from datetime import date

import pytest

from attendance.packs.national_calendar import national_calendars, national_days
from attendance.rules.calendars import CalendarLayers, DayKind, build_calendar

# Working days per month, counted from the notices of the State Council.
WORKDAYS = {
    2024: [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22],
    2025: [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23],
    2026: [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23],
}


def kinds_of(year: int, **own) -> dict[date, DayKind]:
    national = national_days("CN", [year])
    layers = CalendarLayers(
        days_off=national.days_off,
        shifted_workdays=national.shifted_workdays,
        statutory_days=national.statutory_days,
        **own,
    )
    first = date(year, 1, 1)
    days = (date(year + 1, 1, 1) - first).days
    kinds = build_calendar(layers, first=first, days=days)
    return {date.fromordinal(first.toordinal() + place): DayKind(kind) for place, kind in enumerate(kinds)}


@pytest.mark.parametrize("year", WORKDAYS)
def test_working_days_per_month_are_those_of_the_notice(year):
    kinds = kinds_of(year)
    found = [
        sum(kind == DayKind.WORKDAY and day.month == month for day, kind in kinds.items()) for month in range(1, 13)
    ]
    assert found == WORKDAYS[year]


@pytest.mark.parametrize(("year", "days"), [(2024, 11), (2025, 13), (2026, 13), (2027, 13)])
def test_statutory_days_are_eleven_until_2024_and_thirteen_since(year, days):
    statutory = national_days("CN", [year]).statutory_days
    assert len(statutory) == days
    assert {day.year for day in statutory} == {year}


def test_a_golden_week_has_statutory_days_other_days_off_and_shifted_working_days():
    kinds = kinds_of(2026)
    assert kinds[date(2026, 10, 1)] == DayKind.STATUTORY_HOLIDAY
    assert kinds[date(2026, 10, 3)] == DayKind.STATUTORY_HOLIDAY  # a Saturday
    assert kinds[date(2026, 10, 4)] == DayKind.REST_DAY
    assert kinds[date(2026, 10, 7)] == DayKind.HOLIDAY
    assert kinds[date(2026, 10, 10)] == DayKind.WORKDAY  # a Saturday


def test_known_years_come_without_warning():
    assert national_days("CN", [2024, 2025, 2026]).warnings == ()


def test_a_year_without_a_published_exchange_is_a_warning_and_no_guess():
    national = national_days("CN", [2027])
    (warning,) = national.warnings
    assert (warning.code, warning.year) == ("attendance.calendar.exchange_unknown", 2027)
    assert "2027" in warning.zh and "2027" in warning.en
    assert national.days_off == frozenset() and national.shifted_workdays == frozenset()
    assert len(national.statutory_days) == 13


def test_a_year_without_a_list_of_statutory_days_is_said_so_too():
    codes = [warning.code for warning in national_days("CN", [2028]).warnings]
    assert codes == ["attendance.calendar.statutory_days_unknown", "attendance.calendar.exchange_unknown"]


def test_no_national_calendar_is_a_choice_and_an_unknown_country_an_error():
    nothing = national_days(None, [2026])
    assert (nothing.statutory_days, nothing.days_off, nothing.warnings) == (frozenset(), frozenset(), ())
    with pytest.raises(ValueError, match="'ZZ'"):
        national_days("ZZ", [2026])


def test_the_years_of_a_period_come_together():
    both = national_days("CN", [2026, 2025])
    assert (
        both.statutory_days == national_days("CN", [2025]).statutory_days | national_days("CN", [2026]).statutory_days
    )


@pytest.mark.parametrize("country", national_calendars())
def test_every_calendar_on_offer_knows_last_year_this_and_the_next(country):
    for year in (2025, 2026, 2027):
        days = national_days(country, [year])
        assert len(days.statutory_days) >= 4 and {day.year for day in days.statutory_days} == {year}
        assert not days.statutory_days & days.shifted_workdays


def test_known_days_of_other_countries():
    days = national_days("DE", [2026])
    assert {date(2026, 5, 1), date(2026, 10, 3), date(2026, 12, 25)} <= days.statutory_days
    assert (len(days.statutory_days), days.warnings) == (9, ())
    assert date(2026, 2, 17) in national_days("SG", [2026]).statutory_days  # Chinese New Year
    assert date(2026, 7, 3) in national_days("US", [2026]).statutory_days  # observed for a Saturday


def test_dates_that_are_estimates_are_said_to_be():
    assert national_days("SG", [2026]).warnings == ()
    assert [warning.code for warning in national_days("SG", [2030]).warnings] == ["attendance.calendar.dates_estimated"]


def test_exchanged_working_days_that_are_not_announced_yet_are_a_warning():
    assert national_days("VN", [2026]).shifted_workdays
    codes = [warning.code for warning in national_days("VN", [2027]).warnings]
    assert codes == ["attendance.calendar.exchange_unknown"]


def test_a_year_that_the_package_does_not_reach_is_a_warning():
    assert [warning.code for warning in national_days("JP", [2110]).warnings] == ["attendance.calendar.year_unknown"]
