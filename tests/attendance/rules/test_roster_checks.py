"""Checks of rosters against a plain reading of the same rules, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.packs.lint import limits as shipped
from attendance.rules.calendars import DayKind, date_of, day_number
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.roster_checks import Lines, Regime, Rule, ShiftFacts, Violation, newly_broken, violations
from attendance.rules.shifts import Break, Segment, Shift

LIMITS = {name: one.value for name, one in shipped().items()}
SHIFTS = (
    Shift("D", 8 * 60, 17 * 60, breaks=(Break(720, 780),)),
    Shift("L", 14 * 60, 23 * 60 + 30, breaks=(Break(1080, 1110),)),
    Shift("N", 22 * 60, 30 * 60),
    Shift("X", 8 * 60, 20 * 60 + 30, breaks=(Break(720, 750),)),
    Shift("S", 6 * 60, 21 * 60, segments=(Segment(360, 600), Segment(1080, 1260))),
    Shift("O", 6 * 60, 23 * 60, open_due_minutes=480),
    Shift("LATE", 25 * 60, 33 * 60, window_before_minutes=60, window_after_minutes=60),
)
FACTS = ShiftFacts.of(SHIFTS)
MONDAY = date(2026, 2, 23)
REGIMES = [
    Regime("standard"), Regime("flexible"), Regime("part_time"), *(
        Regime("comprehensive", period) for period in ("week", "month", "quarter")
    ),
]  # fmt: skip


def lines(rows, *, first=MONDAY, regime=REGIMES[0], calendar=None, away=(), unskilled=None, protected=()):
    """Grid of codes, one text per person, '-' for free; masks are (person, day) pairs."""
    codes = {shift.code: place for place, shift in enumerate(SHIFTS)}
    shift = np.array([[codes.get(code, NO_SHIFT) for code in row.split()] for row in rows], dtype=np.int64)
    days = shift.shape[1]
    kinds = [
        DayKind.WORKDAY if (first + timedelta(days=day)).weekday() < 5 else DayKind.REST_DAY for day in range(days)
    ]

    def mask(cells):
        found = np.zeros(shift.shape, dtype=np.bool_)
        for cell in cells:
            found[cell] = True
        return found

    return Lines(
        first_day=day_number(first), shift=shift, calendar=np.array(calendar or kinds, dtype=np.int8),
        employed=np.ones(shift.shape, dtype=np.bool_), regimes=(regime,) * len(rows), away=mask(away),
        unskilled={codes[code]: mask(cells) for code, cells in (unskilled or {}).items()},
        no_night=mask(protected), no_overtime=mask(protected),
    )  # fmt: skip


def found(given, rule):
    return [(one.person, [str(date_of(day)) for day in one.days], one.value, one.limit)
            for one in violations(given, FACTS, LIMITS) if one.rule is rule]  # fmt: skip


def test_rest_between_a_late_and_an_early_shift_is_named_with_both_days():
    assert found(lines(["- L D - - - -"]), Rule.REST) == [(0, ["2026-02-24", "2026-02-25"], 510, 660)]
    assert found(lines(["- L - D - - -"]), Rule.REST) == []


def test_a_shift_that_begins_after_midnight_reaches_the_day_after_the_next():
    assert found(lines(["LATE - D - - - -"]), Rule.REST) == []
    assert found(lines(["LATE D - - - - -"]), Rule.REST) == [(0, ["2026-02-23", "2026-02-24"], -60, 660)]


def test_an_open_shift_says_nothing_about_rest():
    assert found(lines(["L O D - - - -"]), Rule.REST) == []


def test_seven_days_in_a_row_are_one_too_many():
    assert found(lines(["D D D D D D -"]), Rule.DAYS_IN_ROW) == []
    ((_person, days, value, limit),) = found(lines(["D D D D D D D"]), Rule.DAYS_IN_ROW)
    assert (len(days), value, limit) == (7, 7, 6)


def test_six_nights_in_a_row_are_one_too_many_and_late_shifts_are_no_nights():
    assert found(lines(["N N N N N - -"]), Rule.NIGHTS_IN_ROW) == []
    assert found(lines(["N N N N N N -"]), Rule.NIGHTS_IN_ROW)[0][2:] == (6, 5)
    assert found(lines(["L L L L L L -"]), Rule.NIGHTS_IN_ROW) == []


def test_a_week_over_forty_hours_is_named_under_the_standard_regime_only():
    week = ["D D D D D D -"]
    assert found(lines(week), Rule.WEEK_HOURS)[0][2:] == (48 * 60, 40 * 60)
    assert found(lines(week, regime=Regime("comprehensive", "month")), Rule.WEEK_HOURS) == []
    assert found(lines(week, regime=Regime("flexible")), Rule.WEEK_HOURS) == []
    assert found(lines(week, regime=Regime("part_time")), Rule.WEEK_HOURS)[0][2:] == (48 * 60, 24 * 60)


def test_a_week_that_the_grid_cuts_is_not_judged():
    assert found(lines(["D D D D D D"]), Rule.WEEK_HOURS) == []


def test_a_day_is_at_most_eight_hours_and_three_of_overtime():
    assert found(lines(["X - - - - - -"]), Rule.DAY_HOURS) == [(0, ["2026-02-23"], 720, 660)]
    assert found(lines(["D - - - - - -"], regime=Regime("part_time")), Rule.DAY_HOURS) == [
        (0, ["2026-02-23"], 480, 240)
    ]


def test_planned_overtime_of_a_month_is_what_goes_beyond_eight_hours_for_each_working_day():
    march, days = date(2026, 3, 1), 31
    everyday = [" ".join(["D"] * days)]
    # 22 working days are 176 hours, 31 shifts 248.
    assert found(lines(everyday, first=march), Rule.MONTH_OVERTIME)[0][2:] == (72 * 60, 36 * 60)
    kinds = [DayKind.STATUTORY_HOLIDAY] * 5 + [DayKind.WORKDAY] * 26
    assert found(lines(everyday, first=march, calendar=kinds), Rule.MONTH_OVERTIME) == []


def test_a_comprehensive_month_is_added_up_without_statutory_holidays():
    march, regime = date(2026, 3, 1), Regime("comprehensive", "month")
    month = [" ".join(["D"] * 21 + ["-"] * 10)]
    ((_person, _days, value, limit),) = found(lines(month, first=march, regime=regime), Rule.PERIOD_HOURS)
    assert (value, limit) == (168 * 60, 9922)
    kinds = [DayKind.STATUTORY_HOLIDAY] + [DayKind.WORKDAY] * 30
    assert found(lines(month, first=march, regime=regime, calendar=kinds), Rule.PERIOD_HOURS) == []
    heavy = [" ".join(["D"] * 26 + ["-"] * 5)]
    assert found(lines(heavy, first=march, regime=regime), Rule.MONTH_OVERTIME)[0][2:] == (208 * 60 - 9922, 2160)


def test_protected_people_have_no_night_no_long_day_and_no_long_week():
    cells = [(0, day) for day in range(7)]
    assert found(lines(["N D D D D - -"], protected=cells), Rule.PROTECTED_NIGHT) == [(0, ["2026-02-23"], 480, 0)]
    assert found(lines(["L - - - - - -"], protected=cells), Rule.PROTECTED_NIGHT) == [(0, ["2026-02-23"], 90, 0)]
    assert found(lines(["X - - - - - -"], protected=cells), Rule.PROTECTED_OVERTIME)[0][2:] == (720, 480)
    assert found(lines(["D D D D D D -"], protected=cells), Rule.PROTECTED_OVERTIME)[0][2:] == (2880, 2400)
    assert found(lines(["D N N D D D -"], protected=[]), Rule.PROTECTED_NIGHT) == []


def test_days_away_and_missing_skills_are_named_where_somebody_works():
    given = lines(["D - D - - - -"], away=[(0, 0), (0, 1)], unskilled={"D": [(0, 1), (0, 2)], "N": [(0, 0)]})
    assert found(given, Rule.AWAY) == [(0, ["2026-02-23"], 0, 0)]
    assert found(given, Rule.SKILLS) == [(0, ["2026-02-25"], 0, 0)]


def test_only_what_a_change_makes_worse_is_new():
    before, after = (violations(lines([row]), FACTS, LIMITS) for row in ("D D D D D D D", "D D D D D D N"))
    assert newly_broken(before, after) == []
    longer = violations(lines(["- D D D D D D D D D D D - -"]), FACTS, LIMITS)
    shorter = violations(lines(["- D D D D D D D D D D - - -"]), FACTS, LIMITS)
    assert [one.rule for one in newly_broken(shorter, longer)] == [Rule.DAYS_IN_ROW]
    assert newly_broken(longer, shorter) == []


def test_a_second_short_rest_beside_an_old_one_is_new():
    before, after = (violations(lines([row]), FACTS, LIMITS) for row in ("L D L - - - -", "L D L D - - -"))
    assert [one.days for one in newly_broken(before, after)] == [(day_number(MONDAY) + 2, day_number(MONDAY) + 3)]


# --- the plain reading


def plain(given: Lines, person: int) -> Iterator[Violation]:
    places = given.shift[person].tolist()
    days = range(given.first_day, given.first_day + len(places))
    shifts = {day: SHIFTS[place] for day, place in zip(days, places) if place != NO_SHIFT}
    regime = given.regimes[person]
    yield from _plain_rest(person, shifts)
    yield from _plain_rows(person, days, set(shifts), Rule.DAYS_IN_ROW, "consecutive_work_days")
    nights = {day for day, shift in shifts.items() if shift.code in ("N", "LATE")}
    yield from _plain_rows(person, days, nights, Rule.NIGHTS_IN_ROW, "consecutive_nights")
    for first in days:
        week = range(first, first + 7)
        if date_of(first).weekday() == 0 and week[-1] in days:
            yield from _plain_week(person, regime, week, shifts)
        month = _whole(first, days, 1)
        if month:
            yield from _plain_month(given, person, month, shifts)
        if regime.period == "quarter" and _whole(first, days, 3):
            yield from _plain_period(given, person, _whole(first, days, 3), shifts, 3)
    for day, shift in shifts.items():
        most = {"standard": 660, "part_time": 240}.get(regime.kind, 10_000)
        name = {"standard": "day_overtime_minutes", "part_time": "part_time_day_minutes"}.get(regime.kind, "")
        if shift.due_minutes > most:
            yield Violation(Rule.DAY_HOURS, person, (day,), shift.due_minutes, most, name)


def _plain_rest(person, shifts):
    timed = sorted(shifts)
    for one, two in zip(timed, timed[1:]):
        if shifts[one].is_open or shifts[two].is_open or two - one > 2:
            continue
        rest = (two - one) * 1440 + shifts[two].start_minute - shifts[one].end_minute
        if rest < 660:
            yield Violation(Rule.REST, person, (one, two), rest, 660, "rest_between_shifts_minutes")


def _plain_rows(person, days, marked, rule, name):
    row = []
    for day in [*days, days[-1] + 1]:
        if day in marked:
            row.append(day)
            continue
        if len(row) > LIMITS[name]:
            yield Violation(rule, person, tuple(row), len(row), LIMITS[name], name)
        row = []


def _plain_week(person, regime, week, shifts):
    worked = tuple(day for day in week if day in shifts)
    total = sum(shifts[day].due_minutes for day in worked)
    name = {
        "standard": (Rule.WEEK_HOURS, "standard_week_minutes"),
        "part_time": (Rule.WEEK_HOURS, "part_time_week_minutes"),
    }.get(regime.kind)  # fmt: skip
    if regime == Regime("comprehensive", "week"):
        name = (Rule.PERIOD_HOURS, "comprehensive_week_minutes")
    if name and total > LIMITS[name[1]]:
        yield Violation(name[0], person, worked, total, LIMITS[name[1]], name[1])


def _whole(first, days, months):
    begin = date_of(first)
    if begin.day != 1 or (begin.month - 1) % months:
        return None
    end = (begin + timedelta(days=32 * months - months)).replace(day=1)
    span = range(first, day_number(end))
    return span if span[-1] in days else None


def _plain_month(given, person, month, shifts):
    regime = given.regimes[person]
    if regime.kind == "standard":
        kinds = {day: given.calendar[day - given.first_day] for day in month}
        standard = 480 * sum(kind == DayKind.WORKDAY for kind in kinds.values())
        worked = tuple(day for day in month if day in shifts)
        total = sum(shifts[day].due_minutes for day in worked)
        if total - standard > 2160:
            yield Violation(Rule.MONTH_OVERTIME, person, worked, total - standard, 2160, "month_overtime_minutes")
    elif regime.period == "month":
        yield from _plain_period(given, person, month, shifts, 1)


def _plain_period(given, person, span, shifts, months):
    name = f"comprehensive_{given.regimes[person].period}_minutes"
    worked = tuple(day for day in span if day in shifts)
    total = sum(shifts[day].due_minutes for day in worked)
    if total > LIMITS[name]:
        yield Violation(Rule.PERIOD_HOURS, person, worked, total, LIMITS[name], name)
    if total > LIMITS[name] + 2160 * months:
        over = total - LIMITS[name]
        yield Violation(Rule.MONTH_OVERTIME, person, worked, over, 2160 * months, "month_overtime_minutes")


CODES = ["-", *(shift.code for shift in SHIFTS if shift.code != "LATE")]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(CODES), min_size=5, max_size=130), st.sampled_from(REGIMES), st.integers(0, 40)
)  # fmt: skip
def test_everything_agrees_with_the_plain_reading(row, regime, offset):
    given = lines([" ".join(row), " ".join(reversed(row))], first=MONDAY + timedelta(days=offset), regime=regime)
    expected = [one for person in (0, 1) for one in plain(given, person)]
    assert sorted(violations(given, FACTS, LIMITS), key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("code, minutes", [("D", 0), ("L", 90), ("N", 480), ("S", 0), ("O", 0), ("LATE", 300)])
def test_minutes_of_the_night(code, minutes):
    place = [shift.code for shift in SHIFTS].index(code)
    assert FACTS.night[place] == minutes
