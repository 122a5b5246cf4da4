"""Some people's lines anew: cheaper, lawful, and nobody else's touched."""

from itertools import islice

import numpy as np
import pytest

from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.generation import first_roster
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.problems import Cover
from attendance.rules.rostering.regrouping import PATIENCE, Regrouping
from tests.attendance.rules.rostering.problems import EARLY, LATE, crowd, person, problem, roster


@pytest.fixture(scope="module")
def pricing():
    return Pricing(crowd())


@pytest.fixture(scope="module")
def standing(pricing):
    return np.array([priced.lines[0] for priced in first_roster(pricing)])


def parts(pricing, standing, count, *, current=None):
    """So many parts, each as its last step. current: what the search has meanwhile."""
    lines, random = {person: [line] for person, line in enumerate(standing)}, np.random.default_rng(1)
    regrouping = Regrouping(
        pricing, lines, standing, current=lambda: standing if current is None else current, random=random
    )
    return islice((step for step in regrouping.steps() if step.people is not None), count)


def test_what_is_found_costs_less_and_leaves_all_others_as_they_stood(pricing, standing):
    before = standing
    for step in parts(pricing, standing, 4):
        if step.roster is None:
            continue
        found = evaluate(pricing.problem, step.roster)
        assert not found.violations
        assert found.cost < evaluate(pricing.problem, before).cost
        others = np.setdiff1d(np.arange(len(before)), step.people)
        assert (step.roster[others] == before[others]).all()
        before = step.roster
    assert before is not standing, "something was found"


STANDING = roster("EEL-", "LL-E", "-EEL")


def met_by_standing():
    """A problem in which nothing is better than STANDING."""
    needs = [Cover(day, shift, int((STANDING[:, day] == shift).sum()), 100, 1)
             for day in range(4) for shift in (EARLY, LATE)]  # fmt: skip
    asked = problem(*(person(str(one), max_on=3) for one in range(3)), days=4, cover=tuple(needs))
    assert evaluate(asked, STANDING).cost == 0
    return asked


def test_nothing_is_found_beside_a_roster_that_cannot_be_bettered():
    found = parts(Pricing(met_by_standing()), STANDING, 3)
    assert [step.roster for step in found] == [None, None, None]


def test_after_a_while_without_success_the_roster_of_the_search_is_bettered():
    asked = met_by_standing()
    *missed, taken_up = parts(Pricing(asked), STANDING, PATIENCE + 1, current=asked.empty())
    assert [step.roster for step in missed] == [None] * PATIENCE
    assert evaluate(asked, taken_up.roster).cost < evaluate(asked, asked.empty()).cost
