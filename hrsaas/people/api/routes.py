"""Where people live below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from hrsaas.people.api.assignments import AssignmentViewSet
from hrsaas.people.api.cost_splits import CostSplitViewSet
from hrsaas.people.api.employees import EmployeeViewSet
from hrsaas.people.api.positions import PositionViewSet
from hrsaas.people.api.projects import ProjectViewSet
from hrsaas.people.api.units import UnitViewSet


def register(router: SimpleRouter) -> None:
    router.register("people/employees", EmployeeViewSet, basename="employee")
    router.register("people/assignments", AssignmentViewSet, basename="assignment")
    router.register("people/units", UnitViewSet, basename="unit")
    router.register("people/positions", PositionViewSet, basename="position")
    router.register("people/projects", ProjectViewSet, basename="project")
    router.register("people/cost-splits", CostSplitViewSet, basename="cost-split")
