"""The tables' best line against every line there is."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.rules.rostering.checker import violations_of
from attendance.rules.rostering.line_costs import LineCosts
from attendance.rules.rostering.line_tables import grouped
from attendance.rules.rostering.problems import OFF
from tests.attendance.rules.rostering.problems import THREE_SHIFTS, problems


def lawful_lines(asked, person):
    whole = asked.empty()
    for cells in itertools.product(range(OFF, len(asked.shifts)), repeat=asked.days):
        whole[person] = cells
        if not any(violations_of(asked, whole, person)):
            yield np.array(cells)


@given(problems().filter(lambda asked: asked.days <= 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_the_best_line_is_the_best_of_all_lawful_lines(asked, seed):
    the_best_is_found(asked, seed)


@given(problems(THREE_SHIFTS).filter(lambda asked: asked.days <= 5), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_shifts_that_are_alike_are_told_apart_by_what_they_cost_and_by_their_limits(asked, seed):
    the_best_is_found(asked, seed)


def the_best_is_found(asked, seed):
    costs = LineCosts.of(asked)
    cells = costs.cells + np.random.default_rng(seed).integers(-9, 9, costs.cells.shape)
    for group in grouped(asked):
        found = group.best(cells[group.people].transpose(1, 2, 0).astype(np.float32), count=3)
        for person, lines in zip(group.people, found):
            values = [float(cells[person, np.arange(asked.days), line].sum()) for line in lawful_lines(asked, person)]
            assert [one.value for one in lines[:1]] == ([min(values)] if values else [])
            for one in lines:
                assert cells[person, np.arange(asked.days), one.line].sum() == one.value
