"""The vectorised engine and the plain-Python reference agree in every column of every row."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import RESULT_COLUMNS, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import Break, Flex, NightWindow, OvertimePolicy, Shift

from .reference import reference_days

FIRST_DAY = 20_454  # 2026-01-01
SHIFTS = (
    Shift("D", 480, 1020, (Break(720, 780),), late_grace_minutes=5, early_grace_minutes=3),
    Shift("M", 480, 990, (Break(720, 750), Break(900, 915, paid=True)), overtime=OvertimePolicy(30, 60, before=True)),
    Shift("A", 960, 1440, overtime=OvertimePolicy(after=False)),
    Shift("N", 1380, 1920, (Break(1500, 1530), Break(1770, 1830)), night_shift=True, duplicate_minutes=5),
    Shift("Z", 0, 480, (Break(200, 230),), window_before_minutes=300, night_shift=True),
    Shift("T", 480, 1920, (Break(720, 780), Break(1380, 1860)), night_shift=True),
    Shift(
        "F",
        570,
        1080,
        (Break(720, 750),),
        window_before_minutes=330,
        window_after_minutes=600,
        flex=Flex(510, 630),
        overtime=OvertimePolicy(30, 30),
    ),
    Shift("E", 300, 780, night=NightWindow(1380, 1740), overtime=OvertimePolicy(15, 15, before=True, after=False)),
)
TABLE = compile_shifts(SHIFTS, off_roster=OvertimePolicy(30, 30))


def assert_agrees(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> None:
    results = compute_days(table, roster, punches)
    expected = reference_days(table, roster, punches)
    for name in RESULT_COLUMNS:
        wanted = np.array([getattr(row, name) for row in expected])
        wrong = np.flatnonzero(wanted != getattr(results, name))
        assert not len(wrong), (name, int(wrong[0]), expected[wrong[0]], results.row(int(wrong[0])))


def columns(*lists: list[int]) -> list[np.ndarray]:
    return [np.array(values, dtype=np.int64) for values in lists]


minutes = st.integers(-800, 2300)
days = st.tuples(
    st.integers(-1, len(SHIFTS) - 1), st.sampled_from(DayKind), st.booleans(), st.lists(minutes, max_size=4)
)


@settings(max_examples=400, deadline=None)
@given(st.lists(days, min_size=1, max_size=8))
def test_any_roster_of_one_person_gives_the_same_as_the_reference(plan):
    rows = [(FIRST_DAY + place, *item) for place, item in enumerate(plan)]
    planned = [row for row in rows if row[3]]
    day, shift, kind = columns(*([row[column] for row in planned] for column in range(3)))
    roster = RosterColumns(np.full(len(day), 3), day, shift, kind.astype(np.int8))
    at = [row[0] * 1440 + minute for row in rows for minute in row[4]]
    punches = PunchColumns(np.full(len(at), 3), np.array(at, dtype=np.int64))
    assert_agrees(TABLE, roster, punches)


def random_sample(people: int, length: int, seed: int) -> tuple[RosterColumns, PunchColumns]:
    """People on random shifts, a fifth of them at night, who come and go around the edges, forget, and punch twice."""
    dice = np.random.default_rng(seed)
    employee = np.repeat(np.arange(people), length)
    day = np.tile(np.arange(FIRST_DAY, FIRST_DAY + length), people)
    shift = dice.integers(-1, len(SHIFTS), people * length)
    kind = dice.choice(4, people * length, p=[0.7, 0.2, 0.05, 0.05]).astype(np.int8)
    start = np.array([*(item.start_minute for item in SHIFTS), 540])[shift]
    end = np.array([*(item.end_minute for item in SHIFTS), 1080])[shift]
    came = day * 1440 + start + dice.integers(-90, 91, len(day))
    left = day * 1440 + end + dice.integers(-90, 180, len(day))
    sides = [
        (employee[kept], minute[kept])
        for minute, share in ((came, 0.9), (left, 0.9), (came + 2, 0.1), (left - 200, 0.1))
        for kept in [dice.random(len(day)) < share]
    ]
    order = dice.permutation(sum(len(who) for who, _ in sides))
    who, minute = (np.concatenate(parts)[order] for parts in zip(*sides, strict=True))
    return RosterColumns(employee, day, shift, kind), PunchColumns(who, minute)


def test_every_row_of_a_sample_of_50_000_days_is_the_same_as_the_reference():
    assert_agrees(TABLE, *random_sample(people=1667, length=30, seed=7))
