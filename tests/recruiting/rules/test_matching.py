"""A match score comes from confirmed cards only, and every point names its sentence."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruiting.rules.errors import RuleError
from recruiting.rules.evidence import Basis, EvidenceCard, Level, level_of
from recruiting.rules.matching import Match, match, percent
from recruiting.rules.profiles import Dimension, DimensionKind, Item, MustHave, Profile

PROFILE = Profile(
    dimensions=(
        Dimension(DimensionKind.SKILL, Decimal(35), (Item("nlp", Decimal(60)), Item("ml", Decimal(40)))),
        Dimension(DimensionKind.SCENARIO, Decimal(40), (Item("peak", Decimal(1)),)),
        Dimension(DimensionKind.QUALITY, Decimal(25), (Item("empathy", Decimal(1)),)),
    ),
    must_haves=(MustHave(key="retail", item="retail", needed_level=2),),
)


def card(item: str, level: int, *, key: str = "", confirmed: bool = True) -> EvidenceCard:
    """A card with exactly the fields of a level."""
    made = EvidenceCard(
        key=key or f"{item}-{level}",
        item=item,
        sentence=f"关于{item}的原话" if level >= 1 else "",
        method="我做了两步" if level >= 2 else "",
        result="提升到90%" if level >= 3 else "",
        number=Decimal(90) if level >= 3 else None,
        baseline=Decimal(60) if level >= 4 else None,
        basis=Basis.POINTS if level >= 4 else None,
        period="2025年" if level >= 4 else "",
        verified=level >= 5,
        confirmed=confirmed,
    )
    assert level_of(made) == level
    return made


def item_scores(result: Match) -> dict[str, Fraction]:
    return {item.item: item.score for dimension in result.dimensions for item in dimension.items}


def test_items_score_a_fifth_per_level_and_means_are_weighted() -> None:
    result = match(PROFILE, [card("nlp", 4), card("ml", 2), card("peak", 3), card("empathy", 5)])
    assert item_scores(result) == {
        "nlp": Fraction(4, 5),
        "ml": Fraction(2, 5),
        "peak": Fraction(3, 5),
        "empathy": Fraction(1),
    }
    assert [dimension.score for dimension in result.dimensions] == [
        Fraction(16, 25),
        Fraction(3, 5),
        Fraction(1),
    ]
    assert result.shown == Decimal("71.40")


def test_an_unconfirmed_card_never_scores_but_is_shown_as_waiting() -> None:
    result = match(PROFILE, [card("nlp", 2), card("nlp", 5, key="draft", confirmed=False)])
    nlp = result.dimensions[0].items[0]
    assert (nlp.level, nlp.card, nlp.waiting) == (Level.DESCRIBED, "nlp-2", ("draft",))


def test_with_nothing_confirmed_the_score_is_zero_and_every_item_is_a_gap() -> None:
    result = match(PROFILE, [card("nlp", 5, confirmed=False)])
    assert result.shown == 0
    assert result.reasons == ()
    assert [gap.item for gap in result.gaps] == ["peak", "empathy", "nlp", "ml"]


def test_the_best_confirmed_card_counts_and_a_tie_keeps_the_first() -> None:
    result = match(PROFILE, [card("nlp", 3, key="a"), card("nlp", 4, key="b"), card("nlp", 4, key="c")])
    assert result.dimensions[0].items[0].card == "b"


def test_every_point_names_its_card_and_sentence() -> None:
    result = match(PROFILE, [card("nlp", 4), card("peak", 3)])
    assert [(reason.item, reason.reason) for reason in result.reasons] == [
        ("peak", "关于peak的原话"),
        ("nlp", "关于nlp的原话"),
    ]
    assert sum(reason.points for reason in result.reasons) == 100 * result.score


def test_a_missing_must_have_stands_beside_the_number_and_never_lowers_it() -> None:
    cards = [card("nlp", 5), card("ml", 5), card("peak", 5), card("empathy", 5)]
    without, with_it = match(PROFILE, cards), match(PROFILE, [*cards, card("retail", 2)])
    assert (without.shown, without.must_haves_missing) == (Decimal(100), 1)
    assert (with_it.shown, with_it.must_haves_missing) == (Decimal(100), 0)


def test_an_unconfirmed_must_have_is_not_met() -> None:
    assert match(PROFILE, [card("retail", 5, confirmed=False)]).must_haves_missing == 1


def test_equal_evidence_gives_equal_scores() -> None:
    one = match(PROFILE, [card("nlp", 3), card("peak", 3)])
    other = match(PROFILE, [card("peak", 3, key="x"), card("nlp", 3, key="y")])
    assert one.score == other.score


SKILL = PROFILE.dimensions[0]


@pytest.mark.parametrize(
    ("dimensions", "must_haves", "code"),
    [
        ((), (), "no_items"),
        ((replace(SKILL, items=()),), (), "no_items"),
        ((replace(SKILL, weight=Decimal(0)),), (), "bad_weight"),
        ((replace(SKILL, items=(Item("a", Decimal("NaN")),)),), (), "bad_weight"),
        ((SKILL, replace(SKILL, kind=DimensionKind.QUALITY)), (), "duplicate_item"),
        ((SKILL, replace(SKILL, items=(Item("other", Decimal(1)),))), (), "duplicate_dimension"),
        ((SKILL,), (MustHave("m", "nlp", 6),), "bad_level"),
    ],
)
def test_a_profile_that_cannot_be_scored_is_refused(
    dimensions: tuple[Dimension, ...], must_haves: tuple[MustHave, ...], code: str
) -> None:
    with pytest.raises(RuleError) as caught:
        Profile(dimensions=dimensions, must_haves=must_haves)
    assert caught.value.code == f"recruiting.profile.{code}"


levels = st.fixed_dictionaries({key: st.integers(0, 5) for key in ("nlp", "ml", "peak", "empathy")})


@given(levels)
def test_the_total_is_the_weighted_mean_of_the_dimensions_exactly(chosen: dict[str, int]) -> None:
    result = match(PROFILE, [card(item, level) for item, level in chosen.items()])
    weights = [Fraction(35, 100), Fraction(40, 100), Fraction(25, 100)]
    assert result.score == sum(w * d.score for w, d in zip(weights, result.dimensions, strict=True))
    assert 0 <= result.score <= 1


@given(st.fractions(min_value=0, max_value=1))
def test_a_percentage_is_rounded_half_up(part: Fraction) -> None:
    shown = Fraction(percent(part))
    assert shown - Fraction(1, 200) <= part * 100 < shown + Fraction(1, 200)
