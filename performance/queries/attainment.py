"""How well a month went: for the dashboard and the month's summary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Avg, Count, Max, Q, QuerySet

from hrsaas.access.actors import Actor
from hrsaas.api.scopes import within_reach
from hrsaas.tenancy.context import require_tenant_id
from performance.models import Score
from performance.rules.rounding import round_half_up

VIEW = "performance.score.view"


class Attainment(NamedTuple):
    """A KPI's average score over the people who have a reading, and how many of them reached the target."""

    kpi: str
    name: str
    name_en: str
    average: Decimal
    people: int
    at_target: int


class Overview(NamedTuple):
    """average: of the people with a total, two decimals; None for nobody."""

    month: date
    people: int
    at_target: int
    average: Decimal | None


def month_summary(month: date) -> dict[str, Any]:
    """The stage's summary, JSON: scores, with_total, average (text, null for nobody)."""
    found = Score.objects.filter(month=month).aggregate(
        scores=Count("id"), with_total=Count("value"), average=Avg("value")
    )
    return {**found, "average": _shown(found["average"])}


def latest_overview(actor: Actor) -> Overview | None:
    """The latest month with scores, of the people whose scores the actor may see."""
    rows = visible_scores(actor)
    month = rows.aggregate(latest=Max("month"))["latest"]
    if month is None:
        return None
    at_target = Count("id", filter=Q(value__gte=100))
    found = rows.filter(month=month).aggregate(people=Count("value"), at_target=at_target, average=Avg("value"))
    average = None if found["average"] is None else round_half_up(found["average"], 2)
    return Overview(month, found["people"], found["at_target"], average)


def kpi_attainment(month: date, actor: Actor) -> list[Attainment]:
    """KPIs of the month's scores that the actor may see, by code; two statements at most."""
    ids = None
    if actor.reach(VIEW) is not None:
        ids = list(visible_scores(actor).filter(month=month).values_list("id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_BY_KPI, {"tenant": require_tenant_id(), "month": month, "ids": ids})
        rows = cursor.fetchall()
    return [
        Attainment(kpi, name, name_en, round_half_up(average, 2), people, at_target)
        for kpi, name, name_en, average, people, at_target in rows
    ]


def visible_scores(actor: Actor) -> QuerySet[Score]:
    return within_reach(Score.objects.all(), actor, VIEW, "employee")


def _shown(average: Decimal | None) -> str | None:
    return None if average is None else str(round_half_up(average, 2))


_BY_KPI = """
SELECT part->>'kpi', max(part->>'name'), max(part->>'name_en'), avg((part->>'score')::numeric), count(*),
       count(*) FILTER (WHERE (part->>'score')::numeric >= 100)
FROM performance_score s CROSS JOIN LATERAL jsonb_array_elements(s.parts) AS part
WHERE s.tenant_id = %(tenant)s AND s.month = %(month)s AND part->>'score' IS NOT NULL
  AND (%(ids)s::bigint[] IS NULL OR s.id = ANY(%(ids)s::bigint[]))
GROUP BY 1 ORDER BY 1
"""
