"""Scoring a month, many people at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.jobs.kinds import ItemError
from hrsaas.people.queries.employees import active_in
from performance.models import Score
from performance.queries.goals import GoalReading, goals_of_month
from performance.queries.months import end_of, require_open
from performance.queries.settings import Scoring, scoring_on
from performance.rules.coefficients import coefficient_e4
from performance.rules.rounding import round_half_up
from performance.rules.scores import SCORE_PLACES, Bands, Direction, exact_linear_score
from performance.rules.totals import SHARE_PLACES, Total, WeightedScore, weighted_total
from performance.services.months import begin_months
from performance.services.refusals import require_first_day, rules_explained

CHANGE = "performance.score.change"
_FIELDS = ("value", "coverage", "missing_policy", "coefficient_e4", "parts")


@dataclass(frozen=True)
class ScoreCounts:
    """people: employed in the month. without_goals: have no score, and the coefficient 1. without_total: have goals
    but too few readings, listed in errors. written: scores that are new, differ from before, or went.
    """

    people: int
    scored: int
    without_goals: int
    without_total: int
    written: int
    errors: tuple[ItemError, ...] = ()


@transaction.atomic
def score_people(
    *, month: date, actor: Actor, now: datetime, first_id: int | None = None, last_id: int | None = None
) -> ScoreCounts:
    """Score everybody with an id from first_id to last_id who has goals that count in the month.

    Only scores that differ from the stored ones are written; the number of statements does not grow with the people.
    Errors: performance.month.{not_first_day,locked}, performance.coefficient.no_table.
    """
    actor.require(CHANGE)
    require_first_day(month)
    begin_months([month])
    require_open([month])
    with rules_explained():
        scoring = scoring_on(month)
        scored = dict(_scores(goals_of_month(month, first_id=first_id, last_id=last_id), scoring, month, now))
    people = _between(active_in(month, end_of(month)), "id", first_id, last_id).count()
    written = _write(month, list(scored.values()), first_id, last_id)
    errors = tuple(_no_total(code, score) for code, score in scored.items() if score.value is None)
    return ScoreCounts(people, len(scored) - len(errors), people - len(scored), len(errors), written, errors)


def _scores(goals: Sequence[GoalReading], scoring: Scoring, month: date, now: datetime) -> Iterator[tuple[str, Score]]:
    """(employee number, unsaved score) of each person; the goals come sorted by person."""
    for (employee_id, code), own in groupby(goals, key=lambda goal: (goal.employee_id, goal.employee_code)):
        yield code, Score(employee_id=employee_id, month=month, computed_at=now, **_result(list(own), scoring))


def _result(goals: Sequence[GoalReading], scoring: Scoring) -> dict[str, Any]:
    """The values of _FIELDS."""
    items = [WeightedScore(str(goal.goal_id), _exact(goal), goal.weight) for goal in goals]
    total = weighted_total(items, scoring.policy)
    value = total.value
    return {
        "value": value,
        "coverage": round_half_up(total.coverage, SHARE_PLACES),
        "missing_policy": scoring.policy.value,
        "coefficient_e4": None if value is None else coefficient_e4(value, scoring.table),
        "parts": [_part(goal, item, total) for goal, item in zip(goals, items)],
    }


def _exact(goal: GoalReading) -> Any:
    if goal.value is None:
        return None
    bands = Bands(goal.floor, goal.target, goal.stretch, Direction(goal.direction))
    return exact_linear_score(goal.value, bands)


def _part(goal: GoalReading, item: WeightedScore, total: Total) -> dict[str, Any]:
    """As ``models.Score.parts``."""
    return {
        "goal": item.key, "kpi": goal.kpi, "name": goal.name, "name_en": goal.name_en, "measure": goal.measure,
        "measure_en": goal.measure_en, "places": goal.places, "direction": goal.direction,
        "floor": _text(goal.floor), "target": _text(goal.target), "stretch": _text(goal.stretch),
        "weight": _text(goal.weight), "share": str(total.shares[item.key]),
        "reading": None if goal.reading_id is None else str(goal.reading_id),
        "value": None if goal.value is None else _text(goal.value), "source": goal.source,
        "score": None if item.score is None else str(round_half_up(item.score, SCORE_PLACES)),
    }  # fmt: skip


def _text(value: Decimal) -> str:
    """80.500000 → 80.5; never with an exponent."""
    return f"{value.normalize():f}"


def _write(month: date, scores: Sequence[Score], first_id: int | None, last_id: int | None) -> int:
    there = _between(Score.objects.filter(month=month), "employee_id", first_id, last_id)
    stored = {id_: values for id_, *values in there.values_list("employee_id", *_FIELDS)}
    changed = [score for score in scores if stored.get(score.employee_id) != [getattr(score, f) for f in _FIELDS]]
    Score.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["tenant", "month", "employee"],
        update_fields=[*_FIELDS, "computed_at"],
    )  # fmt: skip
    gone = stored.keys() - {score.employee_id for score in scores}
    if gone:
        there.filter(employee_id__in=gone).delete()
    return len(changed) + len(gone)


def _between(rows: Any, path: str, first_id: int | None, last_id: int | None) -> Any:
    if first_id is not None:
        rows = rows.filter(**{f"{path}__gte": first_id})
    return rows if last_id is None else rows.filter(**{f"{path}__lte": last_id})


def _no_total(code: str, score: Score) -> ItemError:
    missing = sum(part["value"] is None for part in score.parts)
    return ItemError(
        code, "performance.score.no_total",
        f"{code} 有 {missing} 个指标没有读数，没有得分。",
        f"{code} lacks readings for {missing} KPIs and has no score.",
    )  # fmt: skip
