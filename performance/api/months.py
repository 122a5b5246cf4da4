"""Months of performance: scoring, locking, opening again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from performance.models import PerformanceMonth
from performance.services.months import lock_month, unlock_month
from performance.services.scores import score_people


class PerformanceMonthSerializer(TenantSerializer):
    """start_date: the first of the month."""

    class Meta:
        model = PerformanceMonth
        fields = ("id", "start_date", "state", "locked_at", "locked_by")
        read_only_fields = fields


class PerformanceUnlockSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=400)


class ScoredMonthSerializer(serializers.Serializer[Any]):
    """without_goals: no score, coefficient 1; without_total: goals but too few readings; written: what changed."""

    people = serializers.IntegerField()
    scored = serializers.IntegerField()
    without_goals = serializers.IntegerField()
    without_total = serializers.IntegerField()
    written = serializers.IntegerField()


class MonthViewSet(TenantViewSet):
    """Months with goals. A locked one takes no change to goals, readings and scores."""

    noun = "performance.score"
    queryset = PerformanceMonth.objects.all()
    serializer_class = PerformanceMonthSerializer
    filterset_fields = ("start_date", "state")
    ordering_fields = ("start_date",)
    request_serializers = {"unlock": PerformanceUnlockSerializer}

    @extend_schema(request=None, responses=ScoredMonthSerializer)
    @action(detail=True, methods=["post"])
    def score(self, request: Request, pk: str) -> Response:
        """Compute the scores of everybody; doing it again changes nothing. The month close does it too."""
        month = self.get_object().start_date
        return Response(ScoredMonthSerializer(score_people(month=month, actor=self.actor, now=self.now)).data)

    @extend_schema(request=None, responses=PerformanceMonthSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, request: Request, pk: str) -> Response:
        month = self.get_object().start_date
        return self.respond(lock_month(month=month, actor=self.actor, now=self.now))

    @extend_schema(request=PerformanceUnlockSerializer, responses=PerformanceMonthSerializer)
    @action(detail=True, methods=["post"])
    def unlock(self, request: Request, pk: str) -> Response:
        """Open a locked month again, with a reason for the audit trail."""
        month, reason = self.get_object().start_date, self.validated()["reason"]
        return self.respond(unlock_month(month=month, reason=reason, actor=self.actor, now=self.now))
