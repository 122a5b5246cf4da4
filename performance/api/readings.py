"""Readings: only ever added."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from performance.api.kpis import figure
from performance.models import Goal, Reading
from performance.services.readings import ReadingRow, record_readings

LARGEST = 5_000


class ReadingSerializer(TenantSerializer):
    class Meta:
        model = Reading
        fields = ("id", "goal", "value", "source", "recorded_at", "recorded_by")
        read_only_fields = fields


class ReadingRowSerializer(serializers.Serializer[Any]):
    """employee_code: the number; kpi: the code; month: its first day; value: in the KPI's unit."""

    employee_code = serializers.CharField(max_length=40)
    kpi = serializers.CharField(max_length=60)
    month = serializers.DateField()
    value = figure()


class RecordReadingsSerializer(serializers.Serializer[Any]):
    source = serializers.CharField(max_length=40, help_text="Where the values come from, e.g. crm.")
    rows = ReadingRowSerializer(many=True, allow_empty=False, max_length=LARGEST)


class ReadingCountsSerializer(serializers.Serializer[Any]):
    """repeated: the value is the one that counts already."""

    added = serializers.IntegerField()
    repeated = serializers.IntegerField()


class ReadingFilter(django_filters.FilterSet):
    goal = django_filters.ModelChoiceFilter(queryset=lambda request: Goal.objects.all())

    class Meta:
        model = Reading
        fields = ("goal", "source")


class ReadingViewSet(TenantViewSet):
    """The latest reading of a goal counts."""

    noun = "performance.reading"
    person_path = "goal__employee"
    queryset = Reading.objects.all()
    serializer_class = ReadingSerializer
    filterset_class = ReadingFilter
    pagination_class = Stream
    request_serializers = {"create": RecordReadingsSerializer}

    @extend_schema(request=RecordReadingsSerializer, responses={201: ReadingCountsSerializer})
    def create(self, request: Request) -> Response:
        """Record up to 5,000 readings, all or none; wrong rows are listed. The same again adds nothing."""
        data = self.validated()
        rows = [ReadingRow(**row) for row in data["rows"]]
        counts = record_readings(rows=rows, source=data["source"], actor=self.actor, now=self.now)
        return Response(asdict(counts), status=201)
