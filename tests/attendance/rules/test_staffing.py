"""People wanted for contacts, and what people achieve."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.staffing import Promise, achieved, people_wanted

PATIENT = Promise(
    slot_minutes=30, handling_s=180, answer_within_s=20, service_level=Fraction(4, 5), most_occupancy=Fraction(1),
    shrinkage=Fraction(1, 5),
)  # fmt: skip
IMPATIENT = replace(PATIENT, patience_s=120, most_abandoned=Fraction(1, 20), most_occupancy=Fraction(9, 10))


def test_the_example_of_the_handbook() -> None:
    """200 calls of 180 s in half an hour are 20 erlangs: 24 people answer 80.9 % in time, 30 with a fifth away."""
    assert people_wanted([Fraction(200)], PATIENT) == [30]
    found = achieved(30, Fraction(200), PATIENT)
    assert (found.there, found.load) == (24, 20)
    assert found.service_level == pytest.approx(0.808881887038, abs=1e-9)
    assert found.wait_s == pytest.approx(13.413253491, abs=1e-9)


def test_slots_are_answered_one_by_one_and_no_contacts_need_nobody() -> None:
    assert people_wanted([Fraction(0), Fraction(200), Fraction(0)], PATIENT) == [0, 30, 0]
    assert achieved(0, Fraction(0), PATIENT).service_level == 1


def test_too_few_people_are_overloaded() -> None:
    found = achieved(25, Fraction(200), PATIENT)
    assert (found.there, found.overloaded, found.service_level) == (20, True, None)


def test_impatient_callers_never_overload_but_hang_up() -> None:
    found = achieved(10, Fraction(200), IMPATIENT)
    assert not found.overloaded and found.abandoned is not None and found.abandoned > 0.5


@given(st.integers(1, 400))
def test_with_patience_callers_lost_and_occupancy_are_kept_by_the_fewest(contacts: int) -> None:
    promise = replace(IMPATIENT, shrinkage=Fraction(0))
    (people,) = people_wanted([Fraction(contacts)], promise)
    enough, fewer = achieved(people, Fraction(contacts), promise), achieved(people - 1, Fraction(contacts), promise)
    assert enough.abandoned is not None and enough.occupancy is not None
    assert enough.abandoned <= 0.05 and enough.occupancy <= 0.9
    assert people == 1 or fewer.abandoned > 0.05 or fewer.occupancy > 0.9  # type: ignore[operator]  # set above 0


@pytest.mark.parametrize("people", [-1, 10**9])
def test_people_beyond_sense_are_refused(people: int) -> None:
    with pytest.raises(ValueError, match="people"):
        achieved(people, Fraction(1), PATIENT)
