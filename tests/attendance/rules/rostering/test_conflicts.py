import time

from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.conflicts import Conflicting, cover_conflict, smallest_conflict
from attendance.rules.rostering.problems import Cover
from tests.attendance.rules.rostering.problems import EARLY, LATE, person, problem, roster


def conflict(someone, seconds=60.0, **given):
    return smallest_conflict(problem(someone, **given), [0], clock=time.monotonic, seconds=seconds)


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


def test_of_several_people_the_one_with_the_fewest_rules_is_named():
    hard = person("A", days_off=range(7), min_minutes=3 * 540, max_on=9)
    harder = person("B", days_off=[5], fixed={5: EARLY})
    asked = problem(hard, person("C"), harder)
    found = smallest_conflict(asked, range(3), clock=time.monotonic, seconds=60)
    assert found == (Conflicting(Rule.DAYS_OFF, 2, (5,)), Conflicting(Rule.FIXED, 2, (5,)))


def why_not(asked, *needs):
    return cover_conflict(asked, needs, clock=time.monotonic, seconds=60)


def test_needs_that_can_be_met_conflict_with_nothing():
    assert why_not(problem(person("A"), person("B")), Cover(0, EARLY, 2, 100, 1), Cover(1, LATE, 2, 100, 1)) is None


def test_a_need_that_nobody_can_meet_names_each_persons_reason():
    asked = problem(person("A", days_off=[2, 4]), person("B", skills=()), person("C", fixed={2: EARLY}))
    need = Cover(2, LATE, 1, 100, 1)
    found = why_not(asked, Cover(1, EARLY, 1, 100, 1), need)
    assert found.needs == (need,)
    assert found.rules == (
        Conflicting(Rule.DAYS_OFF, 0, (2,)), Conflicting(Rule.SKILLS, 1), Conflicting(Rule.FIXED, 2, (2,)),
    )  # fmt: skip


def test_needs_of_two_days_conflict_over_one_persons_rest():
    found = why_not(problem(person("A")), Cover(3, LATE, 1, 100, 1), Cover(4, EARLY, 1, 100, 1))
    assert (len(found.needs), found.rules) == (2, (Conflicting(Rule.REST, 0),))


def test_more_people_than_there_are_conflict_with_no_rule():
    found = why_not(problem(person("A"), person("B", days_off=[0])), Cover(0, EARLY, 3, 100, 1))
    assert (len(found.needs), found.rules) == (1, ())


def test_what_is_named_is_impossible_and_nothing_of_it_can_be_left_out():
    people = [person(code, max_on=2, min_off=2, max_weekends=1) for code in "AB"]
    needs = [Cover(day, EARLY, 1, 100, 1) for day in range(7)] + [Cover(5, LATE, 1, 100, 1)]
    found = why_not(problem(*people), *needs)
    assert why_not(problem(*people), *found.needs) is not None
    for need in found.needs:
        assert why_not(problem(*people), *(one for one in found.needs if one != need)) is None
