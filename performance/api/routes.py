"""Where performance lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from performance.api.goals import GoalViewSet
from performance.api.kpis import KpiViewSet
from performance.api.months import MonthViewSet
from performance.api.readings import ReadingViewSet
from performance.api.scores import ScoreViewSet


def register(router: SimpleRouter) -> None:
    router.register("performance/kpis", KpiViewSet, basename="kpi")
    router.register("performance/goals", GoalViewSet, basename="goal")
    router.register("performance/readings", ReadingViewSet, basename="reading")
    router.register("performance/scores", ScoreViewSet, basename="score")
    router.register("performance/months", MonthViewSet, basename="performance-month")
