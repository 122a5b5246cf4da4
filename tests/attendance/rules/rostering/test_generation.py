"""Bounds that the generation of lines proves, and rosters that it dives to, against every roster there is."""

import numpy as np
from hypothesis import example, given, settings

from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.generation import Generation, first_roster, rounds
from attendance.rules.rostering.masters import Master
from attendance.rules.rostering.pricing import Pricing
from attendance.rules.rostering.problems import Cover
from tests.attendance.rules.rostering.oracles import by_trying_all
from tests.attendance.rules.rostering.problems import EARLY, LATE, person, problem, problems

NEEDS = ((0, LATE, 1), (1, LATE, 2), (2, LATE, 1), (3, EARLY, 2), (3, LATE, 1))
# Whole people: 20. The program has one and a half people missing.
HALVES = problem(
    person("A", max_on=2, max_shifts=(0, None)),
    person("B", max_on=1, min_on=2, min_off=2, days_off=[2], max_shifts=(2, 2)),
    person("C", max_on=2, min_off=2, days_off=[1], max_shifts=(1, None)),
    days=4,
    cover=tuple(Cover(*need, 10, 0) for need in NEEDS),
)


def generated(asked):
    """A generation from the first roster, None where somebody has no lawful line."""
    pricing = Pricing(asked)
    lines = [priced.lines for priced in first_roster(pricing)]
    return Generation(pricing, np.array([some[0] for some in lines])) if all(lines) else None


@example(HALVES)
@given(problems().filter(lambda asked: asked.days <= 4))
@settings(max_examples=60, deadline=None)
def test_no_bound_is_above_the_best_and_every_roster_is_lawful(asked):
    generation = generated(asked)
    if generation is None:
        return
    least = by_trying_all(asked)
    for step in generation.steps():
        assert step.bound <= least
        if step.roster is not None:
            found = evaluate(asked, step.roster)
            assert not found.violations
            assert found.cost >= least
    assert not evaluate(asked, generation.roster).violations


def test_people_are_not_missing_by_halves():
    generation = generated(HALVES)
    master = Master(generation.pricing.costs, generation.pricing.rows, generation.people)
    master.add(enumerate(generation.roster))
    *_others, without = rounds(generation.pricing, master)
    bounds = [step.bound for step in generation.steps()]
    assert (without.bound, without.taken.missing) == (15, 15)
    assert (generation.pricing.rows.missing, max(bounds), by_trying_all(HALVES)) == (20, 20, 20)
