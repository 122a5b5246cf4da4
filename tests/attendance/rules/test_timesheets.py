import numpy as np
import pytest

from attendance.rules.day_columns import NO_SHIFT, DayStatus, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_tables import compile_shifts
from attendance.rules.shifts import Shift
from attendance.rules.timesheets import TOTAL_COLUMNS, late_tier_counts, shift_counts, total_days

from .days import punches_of, roster_of
from .test_reference_agreement import TABLE, random_sample

WEEK = compile_shifts([Shift("D", 480, 1020), Shift("N", 1380, 1920, night_shift=True)])
TIMES = (
    ["08:20", "18:00"],  # Monday, late 20, overtime 60
    ["08:00+1", "16:30+1"],  # Tuesday, early 30
    [],  # Wednesday, absent
    ["23:00+3", "08:00+4"],  # Thursday, night shift
    ["22:55+4"],  # Friday, night shift, no punch out
    ["10:00+6", "12:00+6"],  # Sunday, without a shift
)


def one_week():
    roster = roster_of(0, 0, 0, 1, 1, NO_SHIFT, NO_SHIFT)
    return roster, compute_days(WEEK, roster, punches_of(*sum(TIMES, [])))


def test_a_week_adds_up():
    roster, results = one_week()
    totals = total_days(WEEK, roster, results)
    assert {name: int(getattr(totals, name)[0]) for name in TOTAL_COLUMNS} == {
        "due_days": 5,
        "due_minutes": 5 * 540,
        "worked_days": 4,
        "absent_days": 1,
        "missing_punch_days": 1,
        "off_roster_days": 1,
        "worked_minutes": 580 + 510 + 540 + 120,
        "late_count": 1,
        "late_minutes": 20,
        "early_count": 1,
        "early_minutes": 30,
        "overtime_weekday_minutes": 60,
        "overtime_rest_day_minutes": 120,
        "overtime_statutory_minutes": 0,
        "night_minutes": 420,
        "night_shift_count": 2,
        "late_forgiven_count": 0,
        "half_absent_days": 0,
        "absent_minutes": 540,
        "short_minutes": 0,
        "leave_paid_minutes": 0,
        "leave_unpaid_minutes": 0,
        "travel_minutes": 0,
        "overtime_leave_minutes": 0,
        "unpaid_day_hundredths": 100,
    }


def test_worked_days_are_counted_by_shift():
    roster, results = one_week()
    assert shift_counts(WEEK, roster, results).tolist() == [[2, 2]]


def test_late_days_count_in_the_highest_tier_they_reach():
    roster, results = one_week()
    assert late_tier_counts(roster, results, [1, 20, 30]).tolist() == [[0, 1, 0]]
    assert late_tier_counts(roster, results, [21]).tolist() == [[0]]
    assert late_tier_counts(roster, results, []).shape == (1, 0)


@pytest.mark.parametrize("bounds", [[0, 5], [10, 10], [10, 5]])
def test_tiers_must_ascend(bounds):
    roster, results = one_week()
    with pytest.raises(ValueError, match="ascend"):
        late_tier_counts(roster, results, bounds)


def test_many_people_add_up_as_one_by_one():
    roster, punches = random_sample(people=40, length=31, seed=11)
    results = compute_days(TABLE, roster, punches)
    totals, counts = total_days(TABLE, roster, results), shift_counts(TABLE, roster, results)
    assert totals.employee.tolist() == list(range(40))
    for person in (0, 17, 39):
        own = roster.employee == person
        alone = total_days(TABLE, roster.select(own), results.select(own))
        assert all(getattr(alone, name)[0] == getattr(totals, name)[person] for name in TOTAL_COLUMNS)
        worked = np.isin(results.status, [DayStatus.PRESENT, DayStatus.MISSING_PUNCH]) & own
        assert counts[person].tolist() == [int((worked & (roster.shift == place)).sum()) for place in range(len(TABLE))]


def test_nobody_gives_no_rows():
    empty = np.zeros(0, dtype=np.int64)
    roster = RosterColumns(empty, empty, empty, empty.astype(np.int8))
    results = compute_days(WEEK, roster, PunchColumns(empty, empty))
    assert len(total_days(WEEK, roster, results)) == 0
    assert shift_counts(WEEK, roster, results).shape == (0, 2)
