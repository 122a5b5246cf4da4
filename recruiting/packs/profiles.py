"""The job profiles shipped with the product: schema, loader, and their form for the rules."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from recruiting.rules.evidence import Basis
from recruiting.rules.profiles import Dimension, DimensionKind, Item, MustHave, Profile

FILE = Path(__file__).parent / "profiles.yaml"
Key = Field(pattern=r"^[a-z][a-z0-9_]*$")


class Strict(BaseModel):
    """Nothing unknown, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Source(StrEnum):
    """ARTICLE: stated in the article the product was specified from; OWN: a default of ours."""

    ARTICLE = "article"
    OWN = "own"


class AnswerPart(StrEnum):
    """The three parts in which an answer is rated."""

    GOAL = "goal"
    METHOD = "method"
    RESULT = "result"


class WeightedText(Strict):
    """An item of a dimension."""

    key: str = Key
    name: Text
    weight: Decimal = Field(gt=0)


class MustHaveEntry(Strict):
    """A condition beside the score; evidence for it is kept under its own key."""

    key: str = Key
    name: Text
    needed_level: int = Field(ge=1, le=5)


class DimensionEntry(Strict):
    kind: DimensionKind
    weight: Decimal = Field(gt=0)
    items: tuple[WeightedText, ...]


class EvidenceExample(Strict):
    """What a good card of this profile looks like, to show to people who write one."""

    dimension: DimensionKind
    goal: Text
    method: Text
    result: Text


class ProfileKpi(Strict):
    """A KPI of the job with its bands in `unit`; readings are shown with `places` decimals."""

    key: str = Key
    name: Text
    unit: Text
    direction: str = Field(pattern="^(higher|lower)$")
    floor: Decimal
    target: Decimal
    stretch: Decimal
    weight: Decimal = Field(gt=0)
    places: int = Field(ge=0, le=4)


class ProbationGoal(Strict):
    """A KPI to reach by the end of probation."""

    kpi: str
    target: Decimal
    source: Source


class LaterGoal(Strict):
    """A later goal: a target, or a change in percent whose basis is always said."""

    stage: str
    kpi: str
    target: Decimal | None = None
    change: Decimal | None = None
    basis: Basis | None = None
    source: Source

    @model_validator(mode="after")
    def _target_or_change_with_basis(self) -> LaterGoal:
        if (self.target is None) == (self.change is None) or (self.change is None) != (self.basis is None):
            raise ValueError("a goal has a target, or a change together with its basis")
        return self


class Question(Strict):
    """A scenario question: the same for every candidate, with anchors 1 to 5."""

    dimension: DimensionKind
    prompt: Text
    looks_for: dict[AnswerPart, Text]
    anchors: dict[int, Text]
    probes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Question:
        if set(self.looks_for) != set(AnswerPart) or set(self.anchors) != set(range(1, 6)):
            raise ValueError("a question looks for goal, method and result and has anchors 1 to 5")
        return self


class LadderStep(Strict):
    """Where the job stands on a talent ladder; `next` is the key of the next profile."""

    track: str
    level: int
    next: str | None
    duty: Text


class JobProfile(Strict):
    """One job profile of the pack."""

    key: str = Key
    title: Text
    industry: str
    source: Source
    ladder: LadderStep | None = None
    facts: tuple[Text, ...] = ()
    must_haves: tuple[MustHaveEntry, ...]
    dimensions: tuple[DimensionEntry, ...]
    evidence_examples: tuple[EvidenceExample, ...]
    kpis: tuple[ProfileKpi, ...]
    probation_goals: tuple[ProbationGoal, ...]
    later_goals: tuple[LaterGoal, ...] = ()
    questions: tuple[Question, ...]

    @model_validator(mode="after")
    def _consistent(self) -> JobProfile:
        known = {kpi.key for kpi in self.kpis}
        asked = {goal.kpi for goal in self.probation_goals} | {goal.kpi for goal in self.later_goals}
        if len(known) != len(self.kpis) or not asked <= known:
            raise ValueError(f"{self.key}: goals name KPIs of the profile, each of which appears once")
        _ = self.rules_profile
        return self

    @property
    def rules_profile(self) -> Profile:
        """The profile as `recruiting.rules.matching.match` takes it."""
        return Profile(
            dimensions=tuple(
                Dimension(d.kind, d.weight, tuple(Item(item.key, item.weight) for item in d.items))
                for d in self.dimensions
            ),
            must_haves=tuple(MustHave(m.key, m.key, m.needed_level) for m in self.must_haves),
        )


class RubricPart(Strict):
    """How one part of an answer is rated, and its weight in percent."""

    part: AnswerPart
    name: Text
    weight: int
    anchors: dict[int, Text]


class Rubric(Strict):
    parts: tuple[RubricPart, ...]
    rules: tuple[Text, ...]


class GoalStage(Strict):
    key: str = Key
    name: Text


class Ladder(Strict):
    """A career path over profiles, lowest first."""

    key: str = Key
    name: Text
    title: Text
    path: tuple[str, ...]


class ProfilePack(Strict):
    """The whole file."""

    version: int
    goal_stages: tuple[GoalStage, ...]
    rubric: Rubric
    ladders: tuple[Ladder, ...]
    profiles: tuple[JobProfile, ...]

    @model_validator(mode="after")
    def _references_exist(self) -> ProfilePack:
        keys = [profile.key for profile in self.profiles]
        ahead = {profile.ladder.next for profile in self.profiles if profile.ladder and profile.ladder.next}
        on_paths = {key for ladder in self.ladders for key in ladder.path}
        if len(set(keys)) != len(keys) or not ahead | on_paths <= set(keys):
            raise ValueError("a ladder names a profile that is not in the pack, or a profile appears twice")
        return self


@cache
def profile_pack() -> ProfilePack:
    """The pack as shipped, checked against its schema."""
    return ProfilePack.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def job_profiles() -> dict[str, JobProfile]:
    """The shipped job profiles by key, in the order of the file."""
    return {profile.key: profile for profile in profile_pack().profiles}
