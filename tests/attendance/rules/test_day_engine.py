import numpy as np
import pytest

from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import DayFlag, DayStatus, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_tables import compile_shifts
from attendance.rules.shifts import Break, OvertimePolicy, Shift

from .days import MONDAY, at, days_of, one_day, punches_of, roster_of

DAY = Shift("D", 480, 1020, (Break(720, 780),), late_grace_minutes=5, early_grace_minutes=5)
NIGHT = Shift("N", 1380, 1920, night_shift=True, duplicate_minutes=5)
EVENING = Shift("P", 960, 1380)
FREE = -1


def test_on_time_gives_the_due_minutes():
    row = one_day(DAY, "07:55", "17:05")
    assert (row.status, row.worked_minutes, row.due_minutes) == (DayStatus.PRESENT, 485, 480)
    assert (row.first_in, row.last_out) == (at("07:55"), at("17:05"))
    assert (row.late_minutes, row.early_minutes, row.flags) == (0, 0, 0)


def test_within_the_grace_nobody_is_late_and_beyond_it_every_minute_counts():
    assert one_day(DAY, "08:05", "17:00").late_minutes == 0
    assert one_day(DAY, "08:06", "17:00").late_minutes == 6
    assert one_day(DAY, "08:00", "16:55").early_minutes == 0
    assert one_day(DAY, "08:00", "16:54").early_minutes == 6


def test_only_the_part_of_a_break_somebody_was_there_is_taken_off():
    assert one_day(DAY, "08:00", "12:20").worked_minutes == 240
    assert one_day(DAY, "12:30", "17:00").worked_minutes == 240


def test_paid_breaks_are_work():
    shift = Shift("A", 480, 960, (Break(720, 750, paid=True),))
    assert one_day(shift, "08:00", "16:00").worked_minutes == 480


def test_time_before_and_after_counts_only_where_the_policy_says_so():
    none = Shift("D", 480, 1020, overtime=OvertimePolicy(after=False))
    before = Shift("D", 480, 1020, overtime=OvertimePolicy(30, 30, before=True, after=False))
    row = one_day(none, "07:00", "18:00")
    assert (row.worked_minutes, row.overtime_weekday_minutes) == (540, 0)
    row = one_day(before, "07:15", "18:00")
    assert (row.worked_minutes, row.overtime_weekday_minutes) == (585, 30)


def test_each_side_reaches_the_minimum_by_itself():
    both = Shift("D", 480, 1020, overtime=OvertimePolicy(30, 60, before=True))
    assert one_day(both, "07:15", "17:45").overtime_weekday_minutes == 0
    assert one_day(both, "07:00", "18:45").overtime_weekday_minutes == 60 + 90


def test_no_punch_on_a_planned_day_is_absence():
    assert one_day(DAY).status == DayStatus.ABSENT
    assert one_day(DAY, kind=DayKind.STATUTORY_HOLIDAY).status == DayStatus.ABSENT


@pytest.mark.parametrize(
    ("time", "flag", "late", "early"),
    [
        ("07:50", DayFlag.MISSING_OUT, 0, 0),
        ("08:20", DayFlag.MISSING_OUT, 20, 0),
        ("17:10", DayFlag.MISSING_IN, 0, 0),
        ("16:30", DayFlag.MISSING_IN, 0, 30),
    ],
)
def test_one_punch_is_the_nearer_edge_and_counts_no_working_time(time, flag, late, early):
    row = one_day(DAY, time)
    assert (row.status, row.flags) == (DayStatus.MISSING_PUNCH, flag)
    assert (row.worked_minutes, row.overtime_weekday_minutes, row.night_minutes) == (0, 0, 0)
    assert (row.late_minutes, row.early_minutes) == (late, early)
    known = row.first_in if flag == DayFlag.MISSING_OUT else row.last_out
    assert known == at(time) and {row.first_in, row.last_out} == {known, -1}


def test_the_same_minute_twice_is_one_punch():
    assert one_day(DAY, "08:00", "08:00").status == DayStatus.MISSING_PUNCH


def test_punches_closer_than_the_shift_allows_are_one_punch():
    assert one_day(NIGHT, "22:55", "22:59").status == DayStatus.MISSING_PUNCH
    assert one_day(NIGHT, "22:55", "23:00").status == DayStatus.PRESENT


def test_duplicates_and_punches_in_between_change_nothing_but_the_flag():
    row = one_day(DAY, "17:00", "08:00", "12:01", "08:00", "12:58", "17:00")
    assert (row.worked_minutes, row.flags) == (480, DayFlag.EXTRA_PUNCHES)


def test_a_night_shift_belongs_to_the_day_it_starts():
    table = compile_shifts([NIGHT])
    first, second = days_of(table, roster_of(0, 0), "22:50", "08:10+1", "22:58+1", "08:00+2")
    assert (first.first_in, first.last_out) == (at("22:50"), at("08:10+1"))
    assert (first.worked_minutes, first.night_minutes) == (550, 420)
    assert (second.status, second.worked_minutes) == (DayStatus.PRESENT, 540)


def test_night_minutes_lie_between_22_and_6_without_unpaid_breaks():
    assert one_day(EVENING, "16:00", "23:00").night_minutes == 60
    assert one_day(Shift("E", 300, 780), "05:00", "13:00").night_minutes == 60
    with_break = Shift("N", 1380, 1920, (Break(1500, 1530), Break(1770, 1830)))
    assert one_day(with_break, "23:00", "08:00+1").night_minutes == 420 - 30 - 30


def test_the_end_of_a_night_shift_is_not_work_on_the_free_day_after():
    table = compile_shifts([NIGHT])
    night, free = days_of(table, roster_of(0, FREE), "23:00", "08:05+1")
    assert (night.status, free.status) == (DayStatus.PRESENT, DayStatus.REST)
    assert free.flags == 0


def test_between_two_shifts_a_punch_goes_to_the_nearer_edge_and_in_the_middle_to_the_earlier():
    shifts = compile_shifts(
        [Shift("A", 480, 960, window_after_minutes=480), Shift("Z", 0, 480, window_before_minutes=480)]
    )
    for time, owner in (("19:59", 0), ("20:00", 0), ("20:01", 1)):
        rows = days_of(shifts, roster_of(0, 1), "08:00", time, "08:00+1")
        assert rows[0].last_out == (at(time) if owner == 0 else -1)
        assert rows[1].first_in == (at(time) if owner == 1 else -1)


def test_two_punches_on_a_free_day_are_work_of_that_kind():
    row = one_day(None, "10:00", "15:30", kind=DayKind.REST_DAY)
    assert (row.status, row.flags) == (DayStatus.OFF_ROSTER, DayFlag.OFF_ROSTER)
    assert (row.worked_minutes, row.overtime_rest_day_minutes, row.due_minutes) == (330, 330, 0)
    row = one_day(None, "10:00", "15:30", kind=DayKind.STATUTORY_HOLIDAY)
    assert (row.overtime_statutory_minutes, row.overtime_rest_day_minutes) == (330, 0)
    row = one_day(None, "10:00", "15:30", kind=DayKind.HOLIDAY)
    assert (row.overtime_statutory_minutes, row.overtime_rest_day_minutes) == (0, 330)


def test_without_a_plan_a_working_day_knows_no_overtime_and_no_absence():
    row = one_day(None, "08:00", "20:00", kind=DayKind.WORKDAY)
    assert (row.status, row.worked_minutes, row.overtime_weekday_minutes) == (DayStatus.OFF_ROSTER, 720, 0)
    assert one_day(None, kind=DayKind.WORKDAY).status == DayStatus.REST


def test_work_on_a_free_day_follows_the_steps_of_the_table():
    table = compile_shifts([], off_roster=OvertimePolicy(30, 60))
    row = days_of(table, roster_of(FREE), "10:00", "15:50")[0]
    assert (row.worked_minutes, row.overtime_rest_day_minutes) == (350, 330)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (DayKind.REST_DAY, DayStatus.REST),
        (DayKind.HOLIDAY, DayStatus.HOLIDAY),
        (DayKind.STATUTORY_HOLIDAY, DayStatus.HOLIDAY),
    ],
)
def test_a_free_day_is_no_absence_and_one_punch_on_it_no_work(kind, status):
    assert one_day(None, kind=kind).status == status
    row = one_day(None, "12:00", kind=kind)
    assert (row.status, row.worked_minutes) == (status, 0)
    assert row.flags == DayFlag.OFF_ROSTER | DayFlag.MISSING_OUT


def test_a_shift_on_a_statutory_holiday_is_due_and_all_of_it_is_holiday_overtime():
    row = one_day(DAY, "08:10", "18:00", kind=DayKind.STATUTORY_HOLIDAY)
    assert (row.status, row.late_minutes) == (DayStatus.PRESENT, 10)
    assert (row.overtime_statutory_minutes, row.overtime_weekday_minutes) == (530, 0)


def test_nobody_gets_the_punches_of_another_person():
    roster = RosterColumns(
        np.array([1, 2]), np.full(2, at("00:00") // 1440), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int8)
    )
    results = compute_days(compile_shifts([DAY]), roster, punches_of("08:00", "17:00", employee=2))
    assert results.status.tolist() == [DayStatus.ABSENT, DayStatus.PRESENT]


def test_an_empty_roster_and_no_punches_are_fine():
    empty = np.zeros(0, dtype=np.int64)
    roster = RosterColumns(empty, empty, empty, empty.astype(np.int8))
    assert len(compute_days(compile_shifts([DAY]), roster, PunchColumns(empty, empty))) == 0
    assert len(compute_days(compile_shifts([]), roster, punches_of("08:00"))) == 0


def test_columns_keep_their_types_over_several_blocks():
    days = 40_000
    roster = RosterColumns(
        np.zeros(days, dtype=np.int64), np.arange(1, days + 1), np.zeros(days, dtype=np.int64), np.zeros(days, np.int8)
    )
    results = compute_days(compile_shifts([DAY]), roster, punches_of("08:00", "17:00"))
    assert len(results) == days
    assert int((results.status == DayStatus.PRESENT).sum()) == 1
    assert (results.status.dtype, results.flags.dtype) == (np.int8, np.int16)
    assert (results.first_in.dtype, results.worked_minutes.dtype) == (np.int64, np.int32)
    assert (results.overtime_minutes.dtype, results.night_minutes.dtype) == (np.int32, np.int32)


def test_rows_outside_a_period_can_be_left_out():
    table = compile_shifts([NIGHT])
    roster = roster_of(0, 0, FREE)
    results = compute_days(table, roster, punches_of("23:00", "08:00+1", "23:00+1", "08:00+2"))
    day = at("00:00") // 1440
    inside = roster.within(day + 1, day + 2)
    assert roster.select(inside).day.tolist() == [day + 1]
    assert results.select(inside).worked_minutes.tolist() == [540]


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (([0, 0], [5, 5], [0, 0], [0, 0]), "unique and sorted"),
        (([1, 0], [5, 5], [0, 0], [0, 0]), "unique and sorted"),
        (([0], [5], [-2], [0]), "shift must be"),
        (([0], [5], [0], [4]), "kind must be"),
        (([0], [0], [0], [0]), "day must be"),
        (([-1], [5], [0], [0]), "employee must be"),
        (([0, 1], [5], [0], [0]), "same length"),
    ],
)
def test_wrong_columns_are_refused_with_the_reason(columns, text):
    with pytest.raises(ValueError, match=text):
        RosterColumns(*(np.array(column, dtype=np.int64) for column in columns))


def test_a_shift_that_is_not_in_the_table_and_a_code_used_twice_are_refused():
    with pytest.raises(ValueError, match="not in the table"):
        compute_days(compile_shifts([DAY]), roster_of(1), punches_of())
    with pytest.raises(ValueError, match="unique"):
        compile_shifts([DAY, DAY])
    with pytest.raises(ValueError, match="no shift 'X'"):
        compile_shifts([DAY]).index("X")


def test_the_example_monday_is_a_monday():
    assert MONDAY.weekday() == 0
