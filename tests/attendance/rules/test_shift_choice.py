"""Which of several shifts was worked, by the punches."""

import numpy as np
import pytest

from attendance.rules.day_columns import DayStatus, PunchColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_choice import choose_shifts
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import Break, Flex, Shift

from .days import punches_of, roster_of

DAY = Shift("D", 480, 1200, (Break(720, 780),), alternatives=("N", "M"))
NIGHT = Shift("N", 1200, 1920)
MORNING = Shift("M", 360, 840)
FREE = -1
TABLE = compile_shifts([DAY, NIGHT, MORNING])


def chosen(*times: str, plan: tuple[int, ...] = (0,), table: ShiftTable = TABLE) -> list[str]:
    roster = choose_shifts(table, roster_of(*plan), punches_of(*times))
    return ["-" if place < 0 else table.codes[place] for place in roster.shift.tolist()]


def test_the_shift_whose_times_are_nearest_to_the_punches_is_taken():
    assert chosen("07:55", "20:10") == ["D"]
    assert chosen("19:50", "08:05+1") == ["N"]
    assert chosen("06:10", "13:55") == ["M"]


def test_one_punch_goes_to_the_nearest_edge():
    assert chosen("14:03") == ["M"]
    assert chosen("08:02") == ["D"]


def test_who_never_came_is_absent_on_the_planned_shift():
    roster = choose_shifts(TABLE, roster_of(0), punches_of())
    assert chosen() == ["D"]
    assert compute_days(TABLE, roster, punches_of()).status.tolist() == [DayStatus.ABSENT]


def test_the_end_of_one_night_is_not_the_start_of_the_next_day():
    nights = ("19:55", "08:05+1", "19:50+1", "08:03+2")
    assert chosen(*nights, plan=(0, 0)) == ["N", "N"]
    assert chosen("19:55", "08:05+1", "07:58+2", "20:01+2", plan=(0, FREE, 0)) == ["N", "-", "D"]


def test_a_punch_that_a_shift_leaves_behind_speaks_against_it():
    early, late = Shift("E", 480, 960, alternatives=("L",)), Shift("L", 960, 1440)
    table = compile_shifts([early, late])
    assert chosen("07:50", "16:04", "23:59", table=table) == ["E"]


def test_a_flexible_day_fits_where_its_band_does():
    flexible = Shift("F", 540, 1080, flex=Flex(480, 660), alternatives=("D2",))
    table = compile_shifts([flexible, Shift("D2", 540, 1080)])
    assert chosen("10:30", "19:30", table=table) == ["F"]
    assert chosen("09:00", "18:00", table=table) == ["F"]


def test_shifts_without_alternatives_stay_and_nothing_is_copied():
    roster = roster_of(1, 2, FREE)
    assert choose_shifts(TABLE, roster, punches_of("07:55", "20:10")) is roster


def test_everybody_is_decided_alone():
    roster = roster_of(0)
    both = type(roster)(np.array([0, 4]), np.repeat(roster.day, 2), np.zeros(2, np.int64), np.zeros(2, np.int8))
    first, second = punches_of("07:55", "20:10"), punches_of("19:55", "08:05+1", employee=4)
    punches = PunchColumns(*(np.concatenate(pair) for pair in (
        (second.employee, first.employee), (second.minute, first.minute))))  # fmt: skip
    assert choose_shifts(TABLE, both, punches).shift.tolist() == [0, 1]


@pytest.mark.parametrize("other", [Shift("O", 0, 1440, window_before_minutes=0, open_due_minutes=480), NIGHT])
def test_alternatives_must_be_there_and_have_times(other):
    with pytest.raises(ValueError, match="cannot be an alternative"):
        compile_shifts([Shift("A", 480, 960, alternatives=("O",)), other])
