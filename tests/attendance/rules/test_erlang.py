"""People for contacts."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.erlang import (
    Queue,
    agents_needed,
    agents_needed_by_impatient,
    impatient_service,
    scheduled,
    service_of,
)


def queue(contacts: int | Fraction, *, handling_s: int = 180, level: str = "0.8", busy: str = "1") -> Queue:
    return Queue(Fraction(contacts), 1800, Fraction(handling_s), Fraction(20), Fraction(level), Fraction(busy))


def waits_by_definition(agents: int, load: float) -> float:
    """Erlang C as textbooks print it."""
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    return last / (sum(load**count / math.factorial(count) for count in range(agents)) + last)


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_chance_to_wait_is_the_textbook_s(agents: int, share: float) -> None:
    load = Fraction(agents * share)
    found = service_of(agents, load, Fraction(180), Fraction(20))
    assert found.wait_probability == pytest.approx(waits_by_definition(agents, float(load)), rel=1e-9)


@given(
    st.integers(1, 2_000), st.integers(30, 900), st.sampled_from(["0.5", "0.8", "0.95"]), st.sampled_from(["1", "0.85"])
)
def test_one_person_fewer_breaks_the_promise(contacts: int, handling_s: int, level: str, busy: str) -> None:
    asked = queue(contacts, handling_s=handling_s, level=level, busy=busy)
    found = agents_needed(asked)
    assert found.service_level >= Fraction(level)
    assert asked.load / found.agents <= Fraction(busy)
    fewer = found.agents - 1
    if fewer > asked.load and asked.load / fewer <= Fraction(busy):
        assert service_of(fewer, asked.load, asked.handling_s, asked.answer_within_s).service_level < Fraction(level)


def test_no_contacts_need_nobody() -> None:
    assert agents_needed(queue(0)).agents == 0


def test_a_queue_that_grows_for_ever_is_refused() -> None:
    with pytest.raises(ValueError, match="grows for ever"):
        service_of(20, Fraction(20), Fraction(180), Fraction(20))


@pytest.mark.parametrize(
    "wrong",
    [
        {"contacts": -1},
        {"contacts": 10**6, "handling_s": 900},
        {"contacts": 1, "level": "1"},
        {"contacts": 1, "busy": "0"},
    ],
)
def test_questions_without_an_answer_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        queue(**wrong)  # type: ignore[arg-type]  # drawn by the parametrization


@given(st.integers(1, 80), st.floats(0.1, 200), st.integers(5, 3_000))
def test_who_hangs_up_and_who_is_answered_make_all_callers(agents: int, load: float, patience_s: int) -> None:
    found = impatient_service(agents, Fraction(load), Fraction(180), Fraction(patience_s))
    assert 0 <= found.abandon_probability <= found.wait_probability <= 1
    assert found.occupancy * agents == pytest.approx(float(Fraction(load)) * (1 - found.abandon_probability))
    # Little's law twice: callers leave the queue at the rate of patience.
    assert found.wait_s / patience_s == pytest.approx(found.abandon_probability, abs=1e-12)


def test_endless_patience_is_erlang_c() -> None:
    patient = impatient_service(24, Fraction(20), Fraction(180), Fraction(10**12))
    assert patient.wait_probability == pytest.approx(
        service_of(24, Fraction(20), Fraction(180), Fraction(20)).wait_probability, rel=1e-6
    )


@given(st.floats(0.5, 300), st.sampled_from(["0.02", "0.05", "0.2"]))
def test_one_person_fewer_loses_more_callers_than_allowed(load: float, most: str) -> None:
    asked = (Fraction(load), Fraction(180), Fraction(120))
    enough = agents_needed_by_impatient(*asked, Fraction(most))
    assert impatient_service(enough, *asked).abandon_probability <= Fraction(most)
    if enough > 1:
        assert impatient_service(enough - 1, *asked).abandon_probability > Fraction(most)


def test_people_are_planned_exactly() -> None:
    assert scheduled(24, Fraction(1, 5)) == 30, "a float makes 31 of it"
    assert scheduled(176, Fraction(1, 4)) == 235
    assert scheduled(0, Fraction(1, 4)) == 0
