import pytest

from attendance.rules.rostering.benchmark_format import read_benchmark
from attendance.rules.rostering.problems import Contract, Cover, Request

TEXT = """# a comment
SECTION_HORIZON
14

SECTION_SHIFTS
# ShiftID, Length in mins, Shifts which cannot follow this shift
E,480,
L,500,E

SECTION_STAFF
A,E=14|L=0,4320,3360,5,2,3,1
B,L=3,4320,3360,5,2,2,1

SECTION_DAYS_OFF
B,5,6

SECTION_SHIFT_ON_REQUESTS
A,2,E,2

SECTION_SHIFT_OFF_REQUESTS
B,12,L,4

SECTION_COVER
3,L,5,100,1
"""


def test_every_section_is_read():
    found = read_benchmark(TEXT)
    assert (found.days, found.first_weekday) == (14, 0)
    assert [(s.code, s.minutes, set(s.forbidden_next)) for s in found.shifts] == [("E", 480, set()), ("L", 500, {0})]
    assert found.people[0].contract == Contract((14, 0), 3360, 4320, 5, 2, 3, 1)
    assert found.people[1].contract.max_shifts == (None, 3)
    assert [set(person.days_off) for person in found.people] == [set(), {5, 6}]
    assert found.requests == (Request(0, 2, 0, 2, wanted=True), Request(1, 12, 1, 4, wanted=False))
    assert found.cover == (Cover(3, 1, 5, 100, 1),)


@pytest.mark.parametrize("wrong", ["A,2,X,2", "Z,2,E,2", "A,x,E,2"])
def test_what_cannot_be_read_is_refused(wrong):
    with pytest.raises((KeyError, ValueError)):
        read_benchmark(TEXT.replace("A,2,E,2", wrong))
