"""A year's leave agrees with adding up its days one by one, and with the cases of the law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.leave_entitlements import (
    Career,
    Step,
    add_months,
    amount_for,
    annual_leave_lost,
    encashable,
    full_years,
    unused_at_leaving,
    year_entitlement,
)

STATUTORY = (Step(1, 5000), Step(10, 10000), Step(20, 15000))
DAYS = st.dates(date(1985, 1, 1), date(2026, 12, 31))


def by_the_day(career: Career, year: int, qualifying_months: int = 12) -> int:
    """Each calendar day of the year earns 1/365 of a whole year's; whole days only."""
    total, most, day = 0, 0, date(year, 1, 1)
    while day.year == year:
        employed = career.hire_date <= day and (career.leave_date is None or day < career.leave_date)
        if employed and day >= add_months(career.career_start, qualifying_months):
            amount = amount_for(STATUTORY, full_years(career.career_start, day))
            total, most = total + amount, max(most, amount)
        day += timedelta(days=1)
    return min(total // 365, most) // 1000 * 1000


@given(DAYS, st.integers(0, 9000), st.none() | st.integers(1, 9000), st.integers(2024, 2028))
def test_a_year_is_what_its_days_earn(start: date, later: int, stayed: int | None, year: int) -> None:
    hired = start + timedelta(days=later)
    career = Career(start, hired, None if stayed is None else hired + timedelta(days=stayed))
    assert year_entitlement(career, STATUTORY, year=year) == by_the_day(career, year)


@pytest.mark.parametrize(("years", "days"), [(0, 0), (1, 5), (9, 5), (10, 10), (19, 10), (20, 15), (40, 15)], ids=str)
def test_a_whole_year_gives_5_10_or_15_days(years: int, days: int) -> None:
    assert amount_for(STATUTORY, years) == days * 1000


@pytest.mark.parametrize(
    ("hired", "days"),
    [
        (date(2026, 1, 1), 5), (date(2026, 1, 2), 4), (date(2026, 7, 1), 2), (date(2026, 10, 19), 1),
        (date(2026, 10, 21), 0),
    ],
)  # fmt: skip
def test_a_joiner_has_the_remaining_calendar_days_of_365_rounded_down(hired: date, days: int) -> None:
    assert year_entitlement(Career(date(2020, 1, 1), hired), STATUTORY, year=2026) == days * 1000


def test_there_is_none_before_twelve_months_of_work() -> None:
    first_job = Career(date(2025, 9, 1), date(2025, 9, 1))
    assert year_entitlement(first_job, STATUTORY, year=2025) == 0
    assert year_entitlement(first_job, STATUTORY, year=2026) == 1000  # 122 days from 1 September: 1.67


def test_work_for_others_counts_for_the_twelve_months() -> None:
    assert year_entitlement(Career(date(2015, 3, 1), date(2026, 3, 1)), STATUTORY, year=2026) == 8000


def test_who_reaches_ten_years_within_the_year_has_each_part_by_its_step() -> None:
    career = Career(date(2016, 7, 1), date(2016, 7, 1))
    assert year_entitlement(career, STATUTORY, year=2026) == 7000  # 181 × 5 / 365 + 184 × 10 / 365 = 7.52
    assert year_entitlement(career, STATUTORY, year=2027) == 10000


def test_a_leap_year_gives_no_more_than_a_whole_year() -> None:
    career = Career(date(1990, 1, 1), date(1990, 1, 1))
    assert year_entitlement(career, STATUTORY, year=2028, step=1) == 15000


@pytest.mark.parametrize(("taken", "days"), [(0, 7), (2500, 4), (5000, 2), (9000, 0)])
def test_a_leaver_is_paid_what_the_passed_days_gave_and_was_not_taken(taken: int, days: int) -> None:
    career = Career(date(2010, 1, 1), date(2015, 1, 1), date(2026, 10, 1))  # 273 days: 7.479
    assert unused_at_leaving(career, STATUTORY, taken=taken) == days * 1000


def test_leaving_at_the_end_of_the_year_is_a_whole_year() -> None:
    career = Career(date(2010, 1, 1), date(2015, 1, 1), date(2027, 1, 1))
    assert unused_at_leaving(career, STATUTORY, taken=0) == 10000
    assert unused_at_leaving(Career(date(2010, 1, 1), date(2015, 1, 1)), STATUTORY, taken=0) == 0


@pytest.mark.parametrize(
    ("years", "sick", "personal", "holidays", "lost"),
    [(5, 1, 0, 0, False), (5, 2, 0, 0, True), (12, 2, 0, 0, False), (12, 3, 0, 0, True), (25, 3, 0, 0, False),
     (25, 4, 0, 0, True), (5, 0, 19, 0, False), (5, 0, 20, 0, True), (5, 0, 0, 5, False), (5, 0, 0, 6, True)],
)  # fmt: skip
def test_annual_leave_is_lost_in_the_cases_of_the_regulation(
    years: int, sick: int, personal: int, holidays: int, lost: bool
) -> None:
    found = annual_leave_lost(
        years=years, sick_months=sick, paid_personal_days=personal, school_holiday_days=holidays, entitled=5000
    )
    assert found is lost


@given(DAYS, st.integers(-600, 600))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    found = add_months(day, months)
    assert found.year * 12 + found.month == day.year * 12 + day.month + months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


def test_years_are_full_on_their_anniversary() -> None:
    assert full_years(date(2016, 7, 1), date(2026, 6, 30)) == 9
    assert full_years(date(2016, 7, 1), date(2026, 7, 1)) == 10
    assert full_years(date(2016, 2, 29), date(2017, 2, 28)) == 1


@given(st.integers(-5000, 30000), st.integers(0, 10000), st.none() | st.integers(0, 10000))
def test_what_is_paid_out_leaves_what_is_kept(balance: int, kept: int, most: int | None) -> None:
    paid = encashable(balance, kept=kept, most=most)
    assert paid == 0 or balance - paid >= kept
    assert most is None or paid <= most
