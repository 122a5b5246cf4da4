"""Some people's lines anew: cheaper, lawful, and nobody else's touched."""

from itertools import islice

import numpy as np
import pytest

from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.generation import first_roster
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.problems import Cover
from attendance.rules.rostering.regrouping import Regrouping
from tests.attendance.rules.rostering.problems import EARLY, LATE, crowd, person, problem, roster


@pytest.fixture(scope="module")
def pricing():
    return Pricing(crowd())


@pytest.fixture(scope="module")
def standing(pricing):
    return np.array([priced.lines[0] for priced in first_roster(pricing)])


def regrouping(pricing, standing, left=0.5):
    lines = {person: [line] for person, line in enumerate(standing)}
    random = np.random.default_rng(1)
    return Regrouping(pricing, lines, current=lambda: standing, left=lambda: left, random=random)


def test_what_is_found_costs_less_and_leaves_all_others_as_they_stood(pricing, standing):
    asked, before = pricing.problem, evaluate(pricing.problem, standing)
    steps = [step for step in islice(regrouping(pricing, standing).steps(), 4) if step.roster is not None]
    assert steps
    for step in steps:
        found = evaluate(asked, step.roster)
        assert not found.violations
        assert found.cost < before.cost
        others = np.setdiff1d(np.arange(len(asked.people)), step.people)
        assert (step.roster[others] == standing[others]).all()


def test_nothing_is_found_beside_a_roster_that_cannot_be_bettered():
    standing = roster("EEL-", "LL-E", "-EEL")
    needs = [Cover(day, shift, int((standing[:, day] == shift).sum()), 100, 1)
             for day in range(4) for shift in (EARLY, LATE)]  # fmt: skip
    asked = problem(*(person(str(one), max_on=3) for one in range(3)), days=4, cover=tuple(needs))
    assert evaluate(asked, standing).cost == 0
    steps = islice(regrouping(Pricing(asked), standing).steps(), 3)
    assert [step.roster for step in steps] == [None, None, None]
