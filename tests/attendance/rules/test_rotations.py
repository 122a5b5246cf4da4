from datetime import date

import numpy as np
import pytest

from attendance.rules.calendars import CalendarLayers, DayKind, build_calendar
from attendance.rules.rotations import Rotation, expand_rotation, fixed_shifts, roster_columns, rotation_kinds

APN = Rotation("APN", ("A", "A", "P", "P", "N", "N", None, None), crews=4)
SHIFTS = ("A", "P", "N")
ANCHOR = date(2026, 1, 1)


def expand(crews, first=ANCHOR, days=8):
    grid = expand_rotation(APN, SHIFTS, crews=crews, anchor=ANCHOR, first=first, days=days)
    return ["".join("-" if place < 0 else SHIFTS[place] for place in row) for row in grid]


def test_crew_0_starts_the_cycle_on_the_anchor_and_the_others_are_ahead():
    assert expand([0, 1, 3]) == ["AAPPNN--", "PPNN--AA", "--AAPPNN"]


def test_a_roster_continues_over_any_number_of_days_and_before_the_anchor():
    assert expand([0], first=date(2026, 1, 8), days=10) == ["-AAPPNN--A"]
    assert expand([0], first=date(2025, 12, 30), days=4) == ["--AA"]


def test_every_day_all_crews_together_cover_the_whole_cycle():
    grid = expand_rotation(APN, SHIFTS, crews=range(4), anchor=ANCHOR, first=date(2026, 2, 1), days=28)
    for day in grid.T:
        assert set(day.tolist()) == {0, 1, 2, -1}


def test_a_crew_that_the_rotation_does_not_have_is_refused():
    with pytest.raises(ValueError, match="from 0 to 3"):
        expand([4])


def test_a_shift_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no shift 'N'"):
        expand_rotation(APN, ("A", "P"), crews=[0], anchor=ANCHOR, first=ANCHOR, days=1)


@pytest.mark.parametrize(("cycle", "crews"), [((None, None), 1), ((), 1), (("A", None, None), 2), (("A",), 0)])
def test_cycles_without_work_and_crews_that_do_not_fit_are_refused(cycle, crews):
    with pytest.raises(ValueError, match="rotation 'X'"):
        Rotation("X", cycle, crews)


def test_people_on_a_rotation_have_the_week_of_the_rotation_but_keep_statutory_days():
    calendar = build_calendar(CalendarLayers(statutory_days=[ANCHOR]), first=ANCHOR, days=8)
    shifts = expand_rotation(APN, SHIFTS, crews=[0, 3], anchor=ANCHOR, first=ANCHOR, days=8)
    kinds = rotation_kinds(shifts, calendar)
    w, r, s = DayKind.WORKDAY, DayKind.REST_DAY, DayKind.STATUTORY_HOLIDAY
    assert kinds.tolist() == [[s, w, w, w, w, w, r, r], [s, r, w, w, w, w, w, w]]


def test_fixed_shifts_follow_the_calendar():
    calendar = build_calendar(CalendarLayers(days_off=[ANCHOR]), first=ANCHOR, days=5)
    assert fixed_shifts(calendar, 2).tolist() == [-1, 2, -1, -1, 2]


def test_grids_become_sorted_rows():
    shifts = np.array([[0, -1], [-1, 1]])
    rows = roster_columns([4, 9], date(1970, 1, 11), shifts, np.array([0, 1], dtype=np.int8))
    assert rows.employee.tolist() == [4, 4, 9, 9]
    assert rows.day.tolist() == [10, 11, 10, 11]
    assert rows.shift.tolist() == [0, -1, -1, 1]
    assert rows.kind.tolist() == [0, 1, 0, 1]
