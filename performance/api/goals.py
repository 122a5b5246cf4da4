"""Goals: listed with their latest reading, set for one person or for many."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.api.assignments import EmployeeName
from hrsaas.people.models import Employee, OrgUnit, Position
from performance.api.kpis import KpiSerializer, figure, weight
from performance.models import Goal, Kpi
from performance.queries.goals import with_latest_reading
from performance.queries.months import end_of
from performance.services.goals import GoalTerms, remove_goal, set_goals, set_goals_for
from performance.services.refusals import require_first_day


class GoalSerializer(TenantSerializer):
    """It holds on the days [start_date, end_date). latest_value: the reading that counts, or null."""

    latest_value = figure(read_only=True, allow_null=True)
    expandable = {"employee": EmployeeName, "kpi": KpiSerializer}

    class Meta:
        model = Goal
        fields = (
            "id", "employee", "kpi", "start_date", "end_date", "direction", "floor", "target", "stretch", "weight",
            "latest_value",
        )  # fmt: skip
        read_only_fields = fields


class GoalTermsSerializer(serializers.Serializer[Any]):
    """A KPI by its code; what is left out is as in the library."""

    kpi = serializers.CharField(max_length=60)
    floor = figure(required=False)
    target = figure(required=False)
    stretch = figure(required=False)
    weight = weight(required=False)


class SetGoalsSerializer(serializers.Serializer[Any]):
    """For whom: employees; or everybody in the unit (with the units below), in the position, or both.

    When: month (its first day); or, for employees, start_date and end_date (the first day after).
    """

    employees = serializers.ListField(
        child=IdRelatedField(queryset=Employee.objects.all()), required=False, max_length=1_000
    )
    unit = IdRelatedField(queryset=OrgUnit.objects.all(), required=False)
    position = IdRelatedField(queryset=Position.objects.all(), required=False)
    month = serializers.DateField(required=False)
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False)
    goals = GoalTermsSerializer(many=True, allow_empty=False, max_length=50)


class GoalCountsSerializer(serializers.Serializer[Any]):
    """kept: a goal of another period was in the way and stays."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    kept = serializers.IntegerField()


class GoalFilter(django_filters.FilterSet):
    """month: goals that count in the month with this first day."""

    employee = django_filters.ModelChoiceFilter(queryset=lambda request: Employee.objects.all())
    kpi = django_filters.ModelChoiceFilter(queryset=lambda request: Kpi.objects.all())
    month = django_filters.DateFilter(method="of_month", label="counting in this month")

    class Meta:
        model = Goal
        fields = ("employee", "kpi", "month")

    def of_month(self, rows: QuerySet[Goal], name: str, month: Any) -> QuerySet[Goal]:
        first = month.replace(day=1)
        return rows.filter(end_date__gt=first, end_date__lte=end_of(first))


class GoalViewSet(TenantViewSet):
    """A goal counts in the score of the month that has its last day."""

    noun = "performance.goal"
    person_path = "employee"
    queryset = Goal.objects.all()
    serializer_class = GoalSerializer
    filterset_class = GoalFilter
    pagination_class = Stream
    request_serializers = {"create": SetGoalsSerializer}

    def get_queryset(self) -> QuerySet[Goal]:
        return with_latest_reading(super().get_queryset())

    @extend_schema(request=SetGoalsSerializer, responses={201: GoalCountsSerializer})
    def create(self, request: Request) -> Response:
        """Set the same goals for one person or many; goals of the very same period are changed."""
        return Response(asdict(self._set(self.validated())), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take back a goal that has no reading yet."""
        remove_goal(goal=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)

    def _set(self, data: dict[str, Any]) -> Any:
        goals = [GoalTerms(**one) for one in data["goals"]]
        by = {"goals": goals, "actor": self.actor, "now": self.now}
        month, ids = data.get("month"), [one.id for one in data.get("employees", ())]
        if month:
            require_first_day(month)
        if ids:
            start, end = data.get("start_date", month), data.get("end_date", month and end_of(month))
            if start and end:
                return set_goals(employee_ids=ids, start_date=start, end_date=end, **by)
        elif month and ("unit" in data or "position" in data):
            return set_goals_for(month=month, unit=data.get("unit"), position=data.get("position"), **by)
        raise DomainError(
            "performance.goal.whom_and_when", field="month",
            zh="请给出员工，或部门/岗位加月份，以及考核期间。",
            en="Say for whom (employees; or unit or position) and when (month; or for employees start and end).",
        )  # fmt: skip
