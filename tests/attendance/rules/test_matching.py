import numpy as np

from attendance.rules.day_columns import PunchColumns, RosterColumns
from attendance.rules.matching import match_punches, punch_windows, punches_without_day
from attendance.rules.shift_tables import compile_shifts
from attendance.rules.shifts import Shift

from .days import at, punches_of, roster_of
from .test_reference_agreement import TABLE, random_sample

NIGHT = Shift("N", 1380, 1920, window_before_minutes=60, window_after_minutes=60)


def test_a_window_begins_with_its_first_minute_and_ends_with_its_last():
    table = compile_shifts([NIGHT])
    outside = punches_without_day(table, roster_of(0), punches_of("21:59", "22:00", "09:00+1", "09:01+1"))
    assert outside.tolist() == [True, False, False, True]


def test_a_free_day_takes_its_calendar_day_beside_the_shifts_around_it():
    table = compile_shifts([NIGHT])
    times = ["09:00+1", "09:01+1", "23:59+1", "00:00+2"]
    matches = match_punches(table, roster_of(0, -1), punches_of(*times))
    assert matches.count.tolist() == [1, 2]
    assert punches_without_day(table, roster_of(0, -1), punches_of(*times)).tolist() == [False, False, False, True]


def test_the_windows_that_rows_really_have_can_be_read():
    start, end = punch_windows(compile_shifts([NIGHT]), roster_of(0, -1))
    assert start.tolist() == [at("22:00"), at("09:01+1")]
    assert end.tolist() == [at("09:01+1"), at("24:00+1")]


def test_every_punch_belongs_to_one_day_at_most_and_none_is_lost():
    roster, punches = random_sample(people=200, length=30, seed=3)
    matches = match_punches(TABLE, roster, punches)
    outside = punches_without_day(TABLE, roster, punches)
    assert int(matches.count.sum()) + int(outside.sum()) == len(punches)


def test_without_a_roster_every_punch_is_outside():
    empty = np.zeros(0, dtype=np.int64)
    roster = RosterColumns(empty, empty, empty, empty.astype(np.int8))
    assert punches_without_day(TABLE, roster, punches_of("08:00", "09:00")).tolist() == [True, True]


def test_no_punches_match_nothing():
    empty = np.zeros(0, dtype=np.int64)
    assert match_punches(TABLE, roster_of(0, -1), PunchColumns(empty, empty)).count.tolist() == [0, 0]
