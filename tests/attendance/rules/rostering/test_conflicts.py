import time

from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.conflicts import Conflicting, smallest_conflict
from tests.attendance.rules.rostering.problems import EARLY, person, problem, roster


def conflict(someone, seconds=60.0, **given):
    return smallest_conflict(problem(someone, **given), 0, clock=time.monotonic, seconds=seconds)


def test_where_everything_can_hold_there_is_no_conflict():
    assert conflict(person(max_on=2, min_off=2, min_minutes=960)) == ()


def test_only_the_rules_that_are_needed_are_named_with_their_days():
    someone = person(days_off=[1, 5], fixed={3: EARLY, 5: EARLY}, max_on=5, min_minutes=480, max_weekends=1)
    assert conflict(someone) == (Conflicting(Rule.DAYS_OFF, 0, (5,)), Conflicting(Rule.FIXED, 0, (5,)))


def test_hours_against_days_off_need_no_more_days_than_it_takes():
    found = conflict(person(days_off=range(7), min_minutes=3 * 540, max_on=9))
    assert [(one.rule, len(one.days)) for one in found] == [(Rule.DAYS_OFF, 5), (Rule.MIN_MINUTES, 0)]


def test_a_rule_against_the_history_is_found():
    found = conflict(person(min_on=3, days_off=[0]), history=roster("--E"))
    assert found == (Conflicting(Rule.DAYS_OFF, 0, (0,)), Conflicting(Rule.MIN_ON, 0))


def test_each_named_rule_is_needed():
    someone = person(days_off=[0, 1, 2], min_minutes=4 * 480, max_on=2, min_off=2, max_weekends=0)
    found = conflict(someone)
    assert found
    assert {Rule.MAX_WEEKENDS, Rule.MIN_MINUTES} <= {one.rule for one in found}


def test_out_of_time_the_conflict_is_whole_if_not_smallest():
    found = conflict(person(days_off=[5], fixed={5: EARLY}), seconds=0)
    assert {Rule.DAYS_OFF, Rule.FIXED} <= {one.rule for one in found}
