from attendance.rules.rostering.checker import Rule
from attendance.rules.rostering.problems import OFF, Cover, Request
from attendance.rules.rostering.stand_ins import rank_stand_ins
from tests.attendance.rules.rostering.problems import EARLY, LATE, person, problem, roster


def rank(people, *lines, shift=LATE, day=1, **given):
    asked = problem(*people, days=len(lines[0]), **given)
    return rank_stand_ins(asked, roster(*lines), absent=0, day=day, shift=shift)


def test_the_lawful_come_first_and_each_other_with_the_rule_that_would_break():
    people = [person("absent"), person("no keys", skills=()), person("early next day"), person("free"),
              person("full", max_minutes=500)]  # fmt: skip
    found = rank(people, "-L-", "---", "--E", "---", "E--")
    assert [one.person for one in found] == [3, 1, 2, 4]
    assert [[v.rule for v in one.broken] for one in found] == [
        [], [Rule.SKILLS], [Rule.REST], [Rule.MAX_MINUTES]
    ]  # fmt: skip


def test_who_is_free_goes_before_who_gives_up_a_shift_and_says_which():
    needs = (Cover(1, EARLY, 1, 100, 1), Cover(1, LATE, 1, 100, 1))
    found = rank([person("A"), person("B"), person("C")], "-L-", "-E-", "LL-"[:1] + "--", cover=needs)
    assert [(one.person, one.instead_of, one.cost) for one in found] == [(2, OFF, -100), (1, EARLY, 0)]


def test_wishes_and_hours_decide_between_equals():
    wishes = (Request(1, 1, LATE, 4, wanted=False), Request(3, 1, LATE, 2, wanted=True))
    people = [person(code, max_minutes=2000) for code in "ABCD"]
    found = rank(people, "-L-", "---", "E--", "---", requests=wishes)
    assert [(one.person, one.wish, one.minutes, one.spare_minutes) for one in found] == [
        (3, 2, 540, 1460), (2, 0, 1020, 980), (1, -4, 540, 1460)
    ]  # fmt: skip


def test_what_was_broken_before_is_not_held_against_the_stand_in():
    people = [person("A"), person("B", days_off=[0])]
    assert rank(people, "-L-", "E--")[0].lawful


def test_who_has_the_shift_already_cannot_stand_in():
    assert rank([person("A"), person("B")], "-L-", "-L-") == []
