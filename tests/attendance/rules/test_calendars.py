from datetime import date

import pytest

from attendance.rules.calendars import CalendarLayers, DayKind, build_calendar, date_of, day_number, minute_of

W, R, S, H = DayKind.WORKDAY, DayKind.REST_DAY, DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY


def week(**layers) -> list[DayKind]:
    """Kinds of Monday 2026-10-05 to Sunday 2026-10-11."""
    kinds = build_calendar(CalendarLayers(**layers), first=date(2026, 10, 5), days=7)
    return [DayKind(kind) for kind in kinds]


def test_monday_to_friday_work_without_more_data():
    assert week() == [W, W, W, W, W, R, R]


def test_the_working_weekdays_can_be_others():
    assert week(working_weekdays=frozenset({1, 2, 3, 4, 5, 6})) == [R, W, W, W, W, W, W]


def test_public_days_off_and_shifted_working_days_replace_the_week():
    exchange = {"days_off": [date(2026, 10, 6), date(2026, 10, 7)], "shifted_workdays": [date(2026, 10, 10)]}
    assert week(**exchange) == [W, H, H, W, W, W, R]


def test_a_statutory_day_is_statutory_also_on_a_weekend():
    assert week(statutory_days=[date(2026, 10, 10)])[5] == S


def test_the_tenant_may_close_and_open_but_not_undo_a_statutory_day():
    kinds = week(
        statutory_days=[date(2026, 10, 5), date(2026, 10, 6)],
        days_off=[date(2026, 10, 7)],
        own_holidays=[date(2026, 10, 5), date(2026, 10, 8)],
        own_workdays=[date(2026, 10, 6), date(2026, 10, 7), date(2026, 10, 11)],
    )
    assert kinds == [S, S, W, H, W, R, W]


def test_a_day_cannot_be_both_holiday_and_working_day_of_the_tenant():
    with pytest.raises(ValueError, match="2026-10-08 is both"):
        CalendarLayers(own_holidays=[date(2026, 10, 8)], own_workdays=[date(2026, 10, 8)])


def test_weekdays_outside_the_week_are_refused():
    with pytest.raises(ValueError, match="weekdays"):
        CalendarLayers(working_weekdays=frozenset({7}))


def test_dates_outside_the_range_do_not_matter():
    assert week(days_off=[date(2026, 10, 4), date(2026, 10, 12)]) == [W, W, W, W, W, R, R]


def test_day_numbers_count_from_1970():
    assert day_number(date(1970, 1, 1)) == 0
    assert date_of(day_number(date(2026, 3, 2))) == date(2026, 3, 2)
    assert minute_of(date(1970, 1, 2), 1, 5) == 1505
