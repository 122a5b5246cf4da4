"""The search against every roster there is, against public instances, and while it runs."""

import time

import numpy as np
import pytest
from hypothesis import example, given, settings

from attendance.rules.rostering.benchmark_format import read_benchmark
from attendance.rules.rostering.checker import evaluate
from attendance.rules.rostering.problems import Cover
from attendance.rules.rostering.search import Infeasible, Search
from tests.attendance.rules.rostering.oracles import by_trying_all, lawful_lines
from tests.attendance.rules.rostering.problems import EARLY, LATE, crowd, person, problem, problems, roster
from tests.tools import require_shared


def search(asked, **given):
    return Search(asked, clock=time.monotonic, **given)


# Rows of days that were too long or too short before the period began.
BROKEN_BEFORE = problem(
    person("A", max_minutes=1500, max_on=1, skills=()),
    person("B", max_minutes=1500, max_on=1, min_on=2, skills=()),
    days=3,
    cover=(Cover(0, EARLY, 0, 0, 0),),
    history=roster("EEEE", "EE-E"),
)


@example(BROKEN_BEFORE)
@given(problems().filter(lambda asked: asked.days <= 4))
@settings(max_examples=12, deadline=None)
def test_small_problems_are_solved_to_the_proven_best(asked):
    least = by_trying_all(asked)
    if least is None:
        with pytest.raises(Infeasible):
            search(asked).run(20)
    else:
        found = search(asked).run(20)
        assert (found.cost, found.bound, found.proven, found.gap) == (least, least, True, 0)
        assert evaluate(asked, found.roster) == found.evaluation


def test_who_cannot_be_planned_is_named():
    with pytest.raises(Infeasible) as refused:
        search(problem(person("A"), person("B", min_minutes=480, days_off=range(7)))).run(5)
    assert refused.value.person == 1


def test_progress_tells_costs_that_fall_and_bounds_that_rise():
    told = []
    found = search(crowd(), on_progress=told.append).run(3)
    assert [state.cost for state in told] == sorted((state.cost for state in told), reverse=True)
    assert [state.bound for state in told] == sorted(state.bound for state in told)
    assert told[-1].cost == found.cost >= found.bound
    assert found.gap == pytest.approx((found.cost - found.bound) / found.cost)


def test_stopping_gives_the_best_so_far_at_once():
    begun = time.monotonic()
    found = search(crowd(), stop=lambda: True).run(600)
    assert time.monotonic() - begun < 30
    assert not found.evaluation.violations


def test_a_search_goes_on_where_another_ended():
    asked = crowd()
    first = search(asked).run(1.5)
    then = search(asked).run(1.5, begin=first)
    assert then.cost <= first.cost
    assert then.bound >= first.bound
    assert then.seconds > first.seconds


@pytest.mark.parametrize("number", range(1, 13))
def test_the_public_instances_get_a_lawful_roster_at_once(number):
    text = require_shared(f"data/roster/Instance{number}.txt").read_text()
    found = search(read_benchmark(text), stop=lambda: True).run(600)
    assert not found.evaluation.violations


def test_the_first_public_instance_is_solved_to_its_known_best():
    asked = read_benchmark(require_shared("data/roster/Instance1.txt").read_text())
    found = search(asked).run(60)
    assert (found.cost, found.bound) == (607, 607)


def test_changes_cost_so_that_an_absence_moves_few():
    standing = roster("EE--EE-", "--EE--E")
    people = (person("A", days_off=[4]), person("B"))
    needs = tuple(Cover(day, EARLY, 1, 100, 100) for day in range(7))
    asked = problem(*people, cover=needs, current=standing, change_weight=1)
    assert search(asked).run(20).evaluation.changes == 2


STANDING = ("EEL-", "LL-E", "-EEL")


@pytest.mark.parametrize(("absent", "day"), [(0, 0), (0, 2), (1, 0), (1, 1), (2, 1), (2, 3)])
def test_an_absence_is_planned_anew_with_the_fewest_changes_there_can_be(absent, day):
    """Against every roster there is: the least people missing, and among those rosters the fewest cells changed."""
    rules = {"max_on": 3, "min_off": 1, "max_minutes": 4 * 540 - 60}
    people = [person(str(one), days_off=[day] if one == absent else [], **rules) for one in range(3)]
    standing = roster(*STANDING)
    needs = [Cover(day, shift, int((standing[:, day] == shift).sum()), 100, 0)
             for day in range(4) for shift in (EARLY, LATE)]  # fmt: skip
    asked = problem(*people, days=4, cover=tuple(needs), current=standing, change_weight=1)
    found = search(asked).run(20)
    assert found.proven
    assert (found.evaluation.cover // 100, found.evaluation.changes) == fewest_changes(asked)


def fewest_changes(asked):
    """(people missing, cells changed) of the best of all lawful rosters, counted for all at once."""
    required = np.zeros((asked.days, 2), dtype=int)
    for need in asked.cover:
        required[need.day, need.shift] = need.required
    met, changes = np.zeros((asked.days, 2), dtype=int), 0
    for one in range(len(asked.people)):
        fine = np.array(lawful_lines(asked, one))
        met = np.expand_dims(met, -3) + np.stack([fine == EARLY, fine == LATE], axis=-1)
        changes = np.expand_dims(changes, -1) + (fine != asked.current[one]).sum(axis=1)
    missing = np.maximum(required - met, 0).sum(axis=(-2, -1))
    return min(zip(missing.ravel().tolist(), changes.ravel().tolist()))
