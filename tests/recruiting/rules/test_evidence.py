"""A card's level follows from what is on it, step by step."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.rules.evidence import (
    MISSING_TEXTS,
    Basis,
    EvidenceCard,
    Level,
    Missing,
    level_of,
    missing_to_next,
)

FULL = EvidenceCard(
    key="c1",
    item="nlp",
    sentence="用NLP优化了对话流程,解决率从60%提升到90%",
    goal="快递查询更快解决",
    method="用NLP优化了对话流程",
    result="解决率提升到90%",
    number=Decimal(90),
    unit="%",
    basis=Basis.POINTS,
    baseline=Decimal(60),
    period="2025年双11",
    verified=True,
)


def test_a_full_and_verified_card_is_level_five_and_lacks_nothing() -> None:
    assert level_of(FULL) is Level.VERIFIED
    assert missing_to_next(FULL) == ()


@pytest.mark.parametrize(
    ("without", "level", "missing"),
    [
        ({"sentence": " "}, Level.NONE, (Missing.SENTENCE,)),
        ({"method": ""}, Level.CLAIMED, (Missing.METHOD,)),
        ({"number": None}, Level.DESCRIBED, (Missing.NUMBER,)),
        ({"number": None, "result": ""}, Level.DESCRIBED, (Missing.RESULT, Missing.NUMBER)),
        ({"basis": None}, Level.QUANTIFIED, (Missing.BASIS,)),
        ({"baseline": None, "period": ""}, Level.QUANTIFIED, (Missing.BASELINE, Missing.PERIOD)),
        ({"verified": False}, Level.COMPARED, (Missing.VERIFICATION,)),
    ],
)
def test_each_level_names_what_the_next_one_asks_for(
    without: dict[str, object], level: Level, missing: tuple[Missing, ...]
) -> None:
    card = replace(FULL, **without)  # type: ignore[arg-type]  # the table above names real fields
    assert level_of(card) is level
    assert missing_to_next(card) == missing


def test_a_number_of_zero_is_a_number() -> None:
    assert level_of(replace(FULL, number=Decimal(0), baseline=Decimal(0))) is Level.VERIFIED


def test_verification_does_not_make_up_for_a_missing_method() -> None:
    assert level_of(replace(FULL, method="")) is Level.CLAIMED


def test_everything_that_may_be_missing_is_said_in_both_languages() -> None:
    assert set(MISSING_TEXTS) == set(Missing)
    assert all(texts["zh"] and texts["en"] for texts in MISSING_TEXTS.values())


@given(st.booleans(), st.booleans())
def test_confirmation_and_goal_do_not_change_the_level(confirmed: bool, with_goal: bool) -> None:
    card = replace(FULL, confirmed=confirmed, goal=FULL.goal if with_goal else "")
    assert level_of(card) is Level.VERIFIED
