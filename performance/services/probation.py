"""The goals that somebody is hired with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hrsaas.access.actors import Actor
from hrsaas.people.hires import Hire, ProbationGoal
from hrsaas.tenancy.models.tenants import Module
from hrsaas.tenancy.queries.tenants import current_tenant
from performance.models import Kpi
from performance.services.goals import CHANGE, GoalTerms, set_goals
from performance.services.kpis import add_missing


def set_probation_goals(hire: Hire, actor: Actor, now: datetime) -> None:
    """Set them for the days of the probation; KPIs that the library lacks are added to it.

    Whoever may hire by an offer may bring these goals along, and nothing else. Without the module nothing happens.
    """
    if not hire.goals or Module.PERFORMANCE not in current_tenant().modules:
        return
    add_missing([_kpi(goal) for goal in hire.goals])
    terms = [GoalTerms(goal.kpi, goal.floor, goal.target, goal.stretch, goal.weight) for goal in hire.goals]
    entitled = replace(actor, permissions=actor.permissions | {CHANGE}, reaches={**actor.reaches, CHANGE: None})
    set_goals(
        employee_ids=[hire.employee.id], start_date=hire.start_date, end_date=hire.end_date, goals=terms,
        actor=entitled, now=now,
    )  # fmt: skip


def _kpi(goal: ProbationGoal) -> Kpi:
    return Kpi(
        code=goal.kpi, name=goal.name, name_en=goal.name_en, measure=goal.measure, measure_en=goal.measure_en,
        direction=goal.direction, floor=goal.floor, target=goal.target, stretch=goal.stretch, weight=goal.weight,
        places=goal.places,
    )  # fmt: skip
