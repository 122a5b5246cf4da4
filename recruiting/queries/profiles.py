"""Reading stored profiles."""

from __future__ import annotations

from collections.abc import Iterator

from hrsaas.people.hires import ProbationGoal
from recruiting.models import JobProfile
from recruiting.packs import profiles as pack


def definition_of(profile: JobProfile) -> pack.JobProfile:
    """The stored definition, checked against the schema."""
    return pack.JobProfile.model_validate(profile.definition)


def probation_goals(definition: pack.JobProfile) -> Iterator[ProbationGoal]:
    """The goals of the probation with the bands of their KPIs; a target beyond the stretch moves the stretch."""
    kpis = {kpi.key: kpi for kpi in definition.kpis}
    for goal in definition.probation_goals:
        kpi = kpis[goal.kpi]
        better = max if kpi.direction == "higher" else min
        yield ProbationGoal(
            kpi=kpi.key, name=kpi.name.zh, name_en=kpi.name.en, measure=kpi.unit.zh, measure_en=kpi.unit.en,
            direction=kpi.direction, floor=kpi.floor, target=goal.target, stretch=better(goal.target, kpi.stretch),
            weight=kpi.weight, places=kpi.places,
        )  # fmt: skip


def item_keys(definition: pack.JobProfile) -> frozenset[str]:
    """What evidence cards may be about: the items of the dimensions, and the must-haves."""
    items = {item.key for dimension in definition.dimensions for item in dimension.items}
    return frozenset(items | {must.key for must in definition.must_haves})
