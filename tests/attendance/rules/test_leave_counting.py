"""Counting a leave agrees with looking at its days one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.leave_amounts import Unit
from attendance.rules.leave_counting import (
    Counting,
    DayPart,
    PlannedDay,
    bridged_span,
    count_days,
    count_hours,
    fill_between,
    middle_of,
)

OFFICE = ((540, 720), (780, 1080))  # 09:00–12:00, 13:00–18:00
NIGHT = ((1320, 1560), (1590, 1800))  # 22:00–02:00, 02:30–06:00
FRIDAY = date(2026, 3, 6)


def days(pattern: str, first: date = FRIDAY) -> list[PlannedDay]:
    """W works, F is free, H a statutory holiday with a shift."""
    return [
        PlannedDay(first + timedelta(days=at), letter != "F", letter == "H", OFFICE if letter != "F" else ())
        for at, letter in enumerate(pattern)
    ]


def total(pattern: str, counting: Counting = Counting.WORKING, unit: Unit = Unit.HALF_DAY, **more: object) -> int:
    return sum(day.amount for day in count_days(days(pattern), unit=unit, counting=counting, **more))  # type: ignore[arg-type]


@given(st.text("WFH", min_size=1, max_size=40))
def test_working_days_calendar_days_and_calendar_days_without_holidays(pattern: str) -> None:
    assert total(pattern) == 1000 * pattern.count("W")
    assert total(pattern, Counting.CALENDAR) == 1000 * len(pattern)
    assert total(pattern, Counting.CALENDAR_WITHOUT_HOLIDAYS) == 1000 * (len(pattern) - pattern.count("H"))


@given(st.text("WFH", min_size=1, max_size=40))
def test_the_sandwich_rule_counts_free_days_between_working_days(pattern: str) -> None:
    assert total(pattern, sandwich=True) == 1000 * len(pattern.strip("FH"))


@given(st.lists(st.booleans(), max_size=20))
def test_filling_between_adds_nothing_outside(counted: list[bool]) -> None:
    filled = fill_between(counted)
    assert all(after or not before for before, after in zip(counted, filled))
    assert sum(filled) == 0 or filled.index(True) == counted.index(True)


def test_an_afternoon_and_a_morning_are_half_days_cut_in_the_break() -> None:
    first, _weekend, _sunday, last = count_days(
        days("WFFW"), unit=Unit.HALF_DAY, counting=Counting.WORKING, first_part=DayPart.AFTERNOON,
        last_part=DayPart.MORNING,
    )  # fmt: skip
    assert (first.amount, first.start_minute, first.end_minute) == (500, 750, 1440)
    assert (last.amount, last.start_minute, last.end_minute) == (500, 0, 750)


def test_whole_days_only_where_the_kind_of_leave_says_so() -> None:
    with pytest.raises(ValueError, match="whole days"):
        total("W", unit=Unit.DAY, first_part=DayPart.MORNING, last_part=DayPart.MORNING)


@pytest.mark.parametrize(
    ("pattern", "first", "last"),
    [("W", "morning", "afternoon"), ("WW", "morning", "full"), ("WW", "full", "afternoon")],
)
def test_a_leave_has_no_hole(pattern: str, first: str, last: str) -> None:
    with pytest.raises(ValueError, match="one part|several days"):
        total(pattern, first_part=DayPart(first), last_part=DayPart(last))


def test_a_day_counted_in_hours_costs_its_due_minutes() -> None:
    assert total("W", unit=Unit.HOUR) == 480
    night = [PlannedDay(FRIDAY, True, due=NIGHT)]
    assert [one.amount for one in count_days(night, unit=Unit.HOUR, counting=Counting.WORKING)] == [450]
    half = {"first_part": DayPart.AFTERNOON, "last_part": DayPart.AFTERNOON}
    assert [one.amount for one in count_days(night, unit=Unit.HOUR, counting=Counting.WORKING, **half)] == [210]


def test_hours_cost_what_is_due_of_them() -> None:
    (day,) = days("W")
    assert count_hours(day, start_minute=660, end_minute=840, counting=Counting.WORKING).amount == 120
    assert count_hours(day, start_minute=0, end_minute=480, counting=Counting.WORKING).amount == 0
    unknown = PlannedDay(FRIDAY, True)
    assert count_hours(unknown, start_minute=660, end_minute=840, counting=Counting.WORKING).amount == 180
    with pytest.raises(ValueError, match="end after"):
        count_hours(day, start_minute=840, end_minute=660, counting=Counting.WORKING)


def test_the_halves_of_a_day_meet() -> None:
    assert middle_of(PlannedDay(FRIDAY, True, due=OFFICE)) == 750
    assert middle_of(PlannedDay(FRIDAY, True, due=((480, 960),))) == 720
    assert middle_of(PlannedDay(FRIDAY, True)) == 720
    assert middle_of(PlannedDay(FRIDAY, True, due=NIGHT)) == 1575


def test_free_days_between_two_leaves_are_bridged() -> None:
    monday = FRIDAY + timedelta(days=3)
    works = {one.date: one.works for one in days("WFFWW")}
    assert bridged_span(monday, monday, taken={FRIDAY}, works=works) == (FRIDAY + timedelta(days=1), monday)
    assert bridged_span(FRIDAY, FRIDAY, taken={monday}, works=works) == (FRIDAY, monday - timedelta(days=1))
    assert bridged_span(monday, monday, taken=set(), works=works) == (monday, monday)
