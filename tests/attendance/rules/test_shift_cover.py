"""The fewest people on shifts who cover what slots want, against trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from attendance.rules.shift_cover import smallest_cover
from attendance.rules.shifts import Break, Shift
from attendance.rules.slot_cover import presence, present_minutes

HOUR = 60
EARLY, LATE, NIGHT = Shift("E", 6 * 60, 14 * 60), Shift("L", 14 * 60, 22 * 60), Shift("N", 22 * 60, 30 * 60)
DAY = Shift("D", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 13 * 60),))


def cover(wanted: np.ndarray, *shifts: Shift) -> tuple[np.ndarray, np.ndarray]:
    """People per (day, shift), and what is still missing, in minutes per (day, slot)."""
    tables = np.array([presence(shift, HOUR) for shift in shifts])
    people = smallest_cover(wanted * HOUR, tables, HOUR)
    before = np.zeros((1, len(shifts)), dtype=np.int64)
    return people, wanted * HOUR - present_minutes(np.vstack([before, people]), tables)


def test_three_shifts_cover_a_day_and_the_night_goes_on() -> None:
    wanted = np.full((2, 24), 4)
    people, missing = cover(wanted, EARLY, LATE, NIGHT)
    assert people.tolist() == [[4, 4, 4], [4, 4, 4]]
    assert missing[0, :6].tolist() == [240] * 6, "nobody asked for the night before"
    assert missing[0, 6:].max() <= 0 and missing[1].max() <= 0


def test_a_break_needs_somebody_who_is_there_meanwhile() -> None:
    wanted = np.zeros((1, 24), dtype=np.int64)
    wanted[0, 9:16] = 3
    people, missing = cover(wanted, DAY, EARLY)
    assert missing.max() <= 0
    assert people.sum() == 6, "three through the morning and the break, three in the afternoon"


def test_what_no_shift_reaches_stays() -> None:
    wanted = np.ones((1, 24), dtype=np.int64)
    people, missing = cover(wanted, EARLY)
    assert people.tolist() == [[1]]
    assert missing[0, 14] == HOUR


def test_no_shifts_no_cover() -> None:
    assert smallest_cover(np.ones((1, 24), dtype=np.int64), np.zeros((0, 48), dtype=np.int64), HOUR).shape == (1, 0)


spans = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10)), min_size=1, max_size=3, unique=True)
plain_shifts = spans.map(
    lambda found: [Shift(f"S{at}", start * 60, (start + hours) * 60) for at, (start, hours) in enumerate(found)]
)


@hypothesis_settings(max_examples=60, deadline=None)
@given(plain_shifts, st.lists(st.integers(0, 2), min_size=24, max_size=24))
def test_without_breaks_nobody_needs_fewer(shifts: list[Shift], numbers: list[int]) -> None:
    wanted = np.array([numbers])
    tables = np.array([presence(shift, HOUR) for shift in shifts])
    reachable = tables[:, :24].max(axis=0) > 0
    people, missing = cover(wanted, *shifts)
    assert missing[0][reachable].max(initial=0) <= 0
    enough = [
        sum(tried) for tried in product(range(3), repeat=len(shifts))
        if ((np.array(tried) @ tables[:, :24])[reachable] >= wanted[0][reachable] * HOUR).all()
    ]  # fmt: skip
    assert people.sum() == min(enough)


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=48, max_size=48))
def test_with_breaks_all_is_covered_and_nobody_is_too_many(numbers: list[int]) -> None:
    shifts = (DAY, EARLY, LATE, NIGHT)
    wanted = np.array(numbers).reshape(2, 24)
    people, missing = cover(wanted, *shifts)
    assert missing.reshape(-1)[6:].max() <= 0
    tables = np.array([presence(shift, HOUR) for shift in shifts])
    for day, shift in zip(*np.nonzero(people)):
        fewer = np.vstack([np.zeros((1, 4), dtype=np.int64), people])
        fewer[day + 1, shift] -= 1
        assert (wanted * HOUR - present_minutes(fewer, tables)).reshape(-1)[6:].max() > 0
