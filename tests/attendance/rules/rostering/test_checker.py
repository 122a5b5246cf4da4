"""Every rule by hand: what keeps it, what breaks it, who and when."""

import pytest

from attendance.rules.rostering.checker import Evaluation, Rule, Violation, evaluate
from attendance.rules.rostering.problems import OFF, Cover, Request
from tests.attendance.rules.rostering.problems import EARLY, LATE, person, problem, roster


def broken(someone, line, history=None):
    given = problem(someone, days=len(line), history=None if history is None else roster(history))
    return [(v.rule, v.days, v.value, v.limit) for v in evaluate(given, roster(line)).violations]


@pytest.mark.parametrize(
    ("rules", "kept", "line", "found"),
    [
        ({"days_off": [1]}, "E-E", "EEE", (Rule.DAYS_OFF, (1,), 0, 0)),
        ({"fixed": {1: LATE}}, "-L-", "-E-", (Rule.FIXED, (1,), 0, 0)),
        ({"fixed": {1: OFF}}, "E-E", "EEE", (Rule.FIXED, (1,), 0, 0)),
        ({"skills": ()}, "EEE", "EEL", (Rule.SKILLS, (2,), 0, 0)),
        ({}, "EL-E", "ELE-", (Rule.REST, (1, 2), 0, 0)),
        ({"max_shifts": (2, None)}, "ELEE-"[:2] + "-E", "E-EE", (Rule.MAX_SHIFTS, (0, 2, 3), 3, 2)),
        ({"min_minutes": 960}, "EE-", "E--", (Rule.MIN_MINUTES, (0, 1, 2), 480, 960)),
        ({"max_minutes": 1000}, "EE-", "EEL", (Rule.MAX_MINUTES, (0, 1, 2), 1500, 1000)),
        ({"max_on": 2}, "EE-E", "-EEE", (Rule.MAX_ON, (1, 2, 3), 3, 2)),
        ({"min_on": 2}, "-EE-", "-E--", (Rule.MIN_ON, (1,), 1, 2)),
        ({"min_off": 2}, "E--E", "E-EE", (Rule.MIN_OFF, (1,), 1, 2)),
        ({"max_weekends": 0}, "EEEEE--", "-----E-", (Rule.MAX_WEEKENDS, (5,), 1, 0)),
    ],
)
def test_a_rule_is_kept_or_named_with_its_days(rules, kept, line, found):
    assert broken(person(**rules), kept) == []
    assert broken(person(**rules), line) == [found]


def test_rows_that_reach_over_the_ends_of_what_is_known_are_never_too_short():
    assert broken(person(min_on=3, min_off=3), "E--EEE-") == [(Rule.MIN_OFF, (1, 2), 2, 3)]
    assert broken(person(min_on=3, min_off=3), "-EEE") == []


def test_the_history_counts_in_rows_and_in_rest_but_is_nobodys_fault():
    assert broken(person(max_on=3), "E-", history="EEE") == [(Rule.MAX_ON, (0,), 4, 3)]
    assert broken(person(max_on=3), "-E", history="EEEE") == []
    assert broken(person(), "E-", history="-L") == [(Rule.REST, (0,), 0, 0)]
    assert broken(person(min_off=2), "E-", history="E-") == [(Rule.MIN_OFF, (0,), 1, 2)]
    assert broken(person(min_on=2), "--", history="-E-") == []


def test_the_cost_adds_requests_cover_and_changes():
    needs = (Cover(0, EARLY, 1, 100, 1), Cover(1, EARLY, 0, 100, 7), Cover(2, LATE, 2, 10, 1))
    wishes = (Request(0, 0, EARLY, 3, wanted=True), Request(0, 1, EARLY, 5, wanted=False))
    given = problem(person(), days=3, cover=needs, requests=wishes, current=roster("E-L"), change_weight=2)
    assert evaluate(given, roster("E-L")) == Evaluation(requests=0, cover=10, changes=0, violations=())
    assert evaluate(given, roster("-EL")) == Evaluation(requests=3 + 5, cover=100 + 7 + 10, changes=4, violations=())


def test_a_violation_names_the_person():
    given = problem(person("A"), person("B", days_off=[0]), days=1)
    assert evaluate(given, roster("E", "E")).violations == (Violation(Rule.DAYS_OFF, 1, (0,)),)


def test_a_roster_of_another_shape_or_with_an_unknown_shift_is_refused():
    with pytest.raises(ValueError, match="1 people and 7 days"):
        evaluate(problem(person()), roster("E"))
    with pytest.raises(ValueError, match="does not have"):
        evaluate(problem(person(), days=1), roster("E") + 5)
