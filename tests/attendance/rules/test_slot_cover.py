"""Presence of shifts per slot."""

from __future__ import annotations

import numpy as np

from attendance.rules.shifts import Break, Segment, Shift
from attendance.rules.slot_cover import on_grid, presence, present_minutes

DAY = Shift("D", 8 * 60, 17 * 60, breaks=(Break(12 * 60, 13 * 60), Break(15 * 60, 15 * 60 + 15, paid=True)))
NIGHT = Shift("N", 22 * 60, 30 * 60)


def test_breaks_are_absences_paid_or_not() -> None:
    found = presence(DAY, 30)
    assert found.sum() == 9 * 60 - 60 - 15
    assert (found[15], found[16], found[23], found[24], found[30]) == (0, 30, 30, 0, 15)


def test_between_the_segments_of_a_split_shift_nobody_is_there() -> None:
    split = Shift("S", 9 * 60, 21 * 60, segments=(Segment(9 * 60, 13 * 60), Segment(17 * 60, 21 * 60)))
    assert presence(split, 60)[12:18].tolist() == [60, 0, 0, 0, 0, 60]


def test_a_night_reaches_into_the_next_day() -> None:
    found = presence(NIGHT, 60)
    assert found[22:30].tolist() == [60] * 8
    assert found.sum() == 480


def test_the_day_before_the_first_brings_its_nights_with_it() -> None:
    tables = np.array([presence(DAY, 60), presence(NIGHT, 60)])
    people = np.array([[9, 2], [3, 1]])
    found = present_minutes(people, tables)
    assert found.shape == (1, 24)
    assert (found[0, 5], found[0, 6], found[0, 8], found[0, 12], found[0, 23]) == (120, 0, 180, 0, 60)


def test_an_hour_wants_its_people_in_each_of_its_quarters() -> None:
    assert on_grid(np.arange(24), 96)[:5].tolist() == [0, 0, 0, 0, 1]
