"""Contacts to expect."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from attendance.rules.contact_forecast import WEEKS, Outlook, expected_contacts

WEDNESDAY = date(2026, 11, 11)


def weeks_before(*weeks: int) -> list[date]:
    return [WEDNESDAY - timedelta(weeks=week) for week in weeks]


def test_a_day_is_the_mean_of_the_same_weekdays_before_it() -> None:
    one, two = weeks_before(1, 2)
    found = expected_contacts(WEDNESDAY, {one: [10, 20], two: [20, 20], one + timedelta(days=1): [900, 900]}, Outlook())
    assert found is not None
    assert (found.contacts, found.days) == ((15, 20), (one, two))


def test_only_the_latest_weeks_count_and_nothing_that_is_still_to_come() -> None:
    history = {day: [100] for day in weeks_before(*range(1, WEEKS + 1))}
    history |= {WEDNESDAY - timedelta(weeks=WEEKS + 1): [9_999], WEDNESDAY + timedelta(weeks=1): [9_999]}
    found = expected_contacts(WEDNESDAY, history, Outlook())
    assert found is not None and found.contacts == (100,)


def test_a_promotion_multiplies_and_a_past_one_is_brought_back_to_an_ordinary_day() -> None:
    one, two = weeks_before(1, 2)
    outlook = Outlook(multipliers={WEDNESDAY: Fraction(10), two: Fraction(5)})
    found = expected_contacts(WEDNESDAY, {one: [10], two: [50]}, outlook)
    assert found is not None and found.contacts == (100,)


def test_growth_and_digital_workers() -> None:
    outlook = Outlook(growth=Fraction(6, 5), digital_share=Fraction(1, 4))
    found = expected_contacts(WEDNESDAY, {weeks_before(1)[0]: [100]}, outlook)
    assert found is not None and found.contacts == (90,)


def test_without_history_nothing_is_guessed() -> None:
    assert expected_contacts(WEDNESDAY, {WEDNESDAY - timedelta(days=1): [10]}, Outlook()) is None


@pytest.mark.parametrize(
    "wrong", [{"growth": Fraction(0)}, {"digital_share": Fraction(2)}, {"multipliers": {WEDNESDAY: Fraction(0)}}]
)
def test_an_outlook_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        Outlook(**wrong)  # type: ignore[arg-type]  # drawn by the parametrization
