"""When wages are due."""

from datetime import date

import pytest

from payroll.rules.pay_dates import agreed_day, due_day


@pytest.mark.parametrize(
    ("month", "pay_day", "day"),
    [
        (date(2026, 1, 1), 10, date(2026, 2, 10)),
        (date(2026, 1, 1), 31, date(2026, 2, 28)),
        (date(2026, 12, 1), 5, date(2027, 1, 5)),
    ],
)
def test_the_agreed_day_is_in_the_month_after_and_at_most_its_last(month, pay_day, day):
    assert agreed_day(month, pay_day) == day


def test_wages_are_paid_on_the_working_day_before_days_off():
    saturday = date(2026, 10, 10)
    assert due_day(saturday, lambda day: day.weekday() < 5) == date(2026, 10, 9)
    assert due_day(date(2026, 10, 9), lambda day: day.weekday() < 5) == date(2026, 10, 9)


def test_a_calendar_without_working_days_leaves_the_agreed_day():
    assert due_day(date(2026, 10, 10), lambda day: False) == date(2026, 10, 10)
