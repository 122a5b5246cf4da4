"""The shipped job profiles are complete in both languages, can be matched, and keep the article's facts."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from recruiting.packs.profiles import JobProfile, LaterGoal, Source, job_profiles, profile_pack
from recruiting.rules.evidence import EvidenceCard, Level
from recruiting.rules.matching import match
from recruiting.rules.profiles import DimensionKind
from tests.tools import require_shared

FACTS = "facts/profiles.yaml"


def facts() -> dict[str, Any]:
    return dict(yaml.safe_load(require_shared(FACTS).read_text(encoding="utf-8")))


def test_scenario_fit_weighs_40_percent_for_the_ai_customer_service_specialist() -> None:
    profile = job_profiles()["ai_cs_specialist"]
    assert {d.kind: d.weight for d in profile.dimensions}[DimensionKind.SCENARIO] == 40
    assert profile.source is Source.ARTICLE


def test_probation_goals_of_the_article_are_90_percent_resolution_and_4_2_points() -> None:
    goals = job_profiles()["ai_cs_specialist"].probation_goals
    assert {goal.kpi: goal.target for goal in goals} == {
        "ai_resolution_rate": Decimal(90),
        "csat": Decimal("4.2"),
    }


@pytest.mark.parametrize("key", list(job_profiles()))
def test_a_profile_has_three_dimensions_of_100_goals_questions_and_examples(key: str) -> None:
    profile = job_profiles()[key]
    assert [d.kind for d in profile.dimensions] == list(DimensionKind)
    assert sum(d.weight for d in profile.dimensions) == 100
    assert all(sum(item.weight for item in d.items) == 100 for d in profile.dimensions)
    assert sum(kpi.weight for kpi in profile.kpis) == 100
    assert profile.probation_goals
    assert len(profile.questions) >= 2
    assert profile.evidence_examples


@pytest.mark.parametrize("key", list(job_profiles()))
def test_a_profile_can_be_matched_as_it_is(key: str) -> None:
    profile = job_profiles()[key].rules_profile
    cards = [
        EvidenceCard(key=item.key, item=item.key, sentence="原话", method="做法", confirmed=True)
        for item in profile.items()
    ]
    assert match(profile, cards).shown == 40


def test_a_must_have_is_proved_by_cards_of_its_own() -> None:
    profile = job_profiles()["ai_cs_specialist"].rules_profile
    card = EvidenceCard(
        key="c", item="experience_in_retail", sentence="在门店做过两年", method="带收银", confirmed=True
    )
    (must,) = match(profile, [card]).must_haves
    assert (must.met, must.level) == (True, Level.DESCRIBED)


def test_the_rubric_weighs_goal_method_and_result_25_35_40() -> None:
    assert [part.weight for part in profile_pack().rubric.parts] == [25, 35, 40]


def test_a_change_in_percent_without_its_basis_is_refused() -> None:
    with pytest.raises(ValidationError, match="together with its basis"):
        LaterGoal.model_validate({"stage": "mid", "kpi": "csat", "change": "-15", "source": "own"})


def test_a_goal_for_a_kpi_that_the_profile_does_not_have_is_refused() -> None:
    dump = job_profiles()["data_analyst"].model_dump()
    dump["probation_goals"] = [{"kpi": "nothing", "target": "1", "source": "own"}]
    with pytest.raises(ValidationError, match="goals name KPIs"):
        JobProfile.model_validate(dump)


def test_every_profile_of_the_facts_is_there_with_its_values() -> None:
    for row in facts()["profiles"]:
        profile = job_profiles()[row["id"]]
        assert (profile.title.zh, profile.title.en) == (row["title"]["zh"], row["title"]["en"])
        assert profile.source == row["source"]
        assert [text.zh for text in profile.facts] == row["source_facts"]
        assert [must.name.zh for must in profile.must_haves] == row["must_have"]
        assert [q.prompt.zh for q in profile.questions] == [q["prompt"]["zh"] for q in row["questions"]]
        for dimension in profile.dimensions:
            source = row["dimensions"][dimension.kind]
            assert dimension.weight == source["weight"]
            assert [(item.name.zh, item.weight) for item in dimension.items] == [
                (item["zh"], item["weight"]) for item in source["items"]
            ]
        assert [(k.name.zh, k.floor, k.target, k.stretch, k.weight) for k in profile.kpis] == [
            (k["zh"], Decimal(k["floor"]), Decimal(k["target"]), Decimal(k["stretch"]), k["weight"])
            for k in row["kpis"]
        ]
