"""What people confirmed and dispute of their months, and what clerks answer."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import TimesheetConfirmation, TimesheetDispute
from attendance.services.timesheet_answers import answer_dispute
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, TenantSerializer
from hrsaas.api.views import TenantViewSet


class ConfirmationSerializer(TenantSerializer):
    """automatic: by silence. is_void: the timesheet changed afterwards, so it counts no more."""

    class Meta:
        model = TimesheetConfirmation
        fields = ("id", "month", "employee", "confirmed_at", "confirmed_from", "automatic", "is_void")
        read_only_fields = fields


class TimesheetDisputeSerializer(TenantSerializer):
    """answered_at: null while it is open."""

    class Meta:
        model = TimesheetDispute
        fields = (
            "id", "month", "employee", "text", "raised_at", "raised_from", "answer", "answered_by", "answered_at",
        )  # fmt: skip
        read_only_fields = fields


class TimesheetDisputeTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2_000)


class TimesheetAnswerSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=2_000)


class AnswerCountsSerializer(serializers.Serializer[Any]):
    """confirmed + disputed + unanswered = people; by_silence is part of confirmed."""

    people = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    by_silence = serializers.IntegerField()
    disputed = serializers.IntegerField()
    unanswered = serializers.IntegerField()


class AskingSerializer(serializers.Serializer[Any]):
    """The job that computes the month and asks: GET /api/v1/jobs/{id}/."""

    job = IdField()


class TimesheetDisputeFilter(django_filters.FilterSet):
    answered = django_filters.BooleanFilter(field_name="answered_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = TimesheetDispute
        fields = ("month", "employee")


class ConfirmationViewSet(TenantViewSet):
    """Who agreed with the own month, and when."""

    noun = "attendance.timesheet"
    person_path = "employee"
    queryset = TimesheetConfirmation.objects.all()
    serializer_class = ConfirmationSerializer
    pagination_class = Stream
    filterset_fields = ("month", "employee", "automatic", "is_void")


class TimesheetDisputeViewSet(TenantViewSet):
    """What people find wrong with their months."""

    noun = "attendance.timesheet"
    person_path = "employee"
    queryset = TimesheetDispute.objects.all()
    serializer_class = TimesheetDisputeSerializer
    pagination_class = Stream
    filterset_class = TimesheetDisputeFilter
    request_serializers = {"answer": TimesheetAnswerSerializer}

    @extend_schema(request=TimesheetAnswerSerializer, responses=TimesheetDisputeSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Answer an open dispute; the person may confirm then, or dispute again."""
        dispute = self.get_object()
        return self.respond(answer_dispute(dispute=dispute, **self.validated(), actor=self.actor, now=self.now))
