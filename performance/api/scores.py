"""Scores with their explanation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.api.assignments import EmployeeName
from hrsaas.people.models import Employee
from performance.models import Score
from performance.queries.explanations import explained
from performance.queries.scores import shown_coefficient


class ScoreSerializer(TenantSerializer):
    """score: 0.00 to 120.00, null while there is no total; coverage: share of the weight with a reading."""

    score = serializers.DecimalField(5, 2, source="value", read_only=True, allow_null=True)
    coefficient = serializers.SerializerMethodField()
    expandable = {"employee": EmployeeName}

    class Meta:
        model = Score
        fields = ("id", "employee", "month", "score", "coverage", "missing_policy", "coefficient", "computed_at")
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(8, 4, allow_null=True))
    def get_coefficient(self, row: Score) -> str | None:
        return shown_coefficient(row.coefficient_e4) or None


class ScoreStepSerializer(serializers.Serializer[Any]):
    """One goal's part. share: percent of the weight."""

    goal = IdField(source="goal_id")
    kpi = serializers.CharField()
    reading = IdField(source="reading_id", allow_null=True)
    value = serializers.DecimalField(20, 6, allow_null=True, normalize_output=True)
    score = serializers.DecimalField(5, 2, allow_null=True)
    share = serializers.DecimalField(7, 4)
    zh = serializers.CharField()
    en = serializers.CharField()


class ScoreExplanationSerializer(serializers.Serializer[Any]):
    """From each goal and its reading to the total and the coefficient, in both languages."""

    employee = IdField(source="employee_id")
    month = serializers.DateField()
    score = serializers.DecimalField(5, 2, allow_null=True)
    coverage = serializers.DecimalField(5, 4, max_value=Decimal(1))
    coefficient = serializers.SerializerMethodField()
    steps = ScoreStepSerializer(many=True)
    zh = serializers.CharField()
    en = serializers.CharField()

    @extend_schema_field(serializers.DecimalField(8, 4, allow_null=True))
    def get_coefficient(self, row: Any) -> str | None:
        return shown_coefficient(row.coefficient_e4) or None


class ScoreFilter(django_filters.FilterSet):
    employee = django_filters.ModelChoiceFilter(queryset=lambda request: Employee.objects.all())

    class Meta:
        model = Score
        fields = ("employee", "month")


class ScoreViewSet(TenantViewSet):
    """What a month came to for each person with goals; people without have no row and the coefficient 1."""

    noun = "performance.score"
    person_path = "employee"
    queryset = Score.objects.all()
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilter
    pagination_class = Stream

    @extend_schema(responses=ScoreExplanationSerializer)
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, pk: str) -> Response:
        """Why the score is what it is."""
        return Response(ScoreExplanationSerializer(explained(self.get_object())).data)
