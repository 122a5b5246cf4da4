"""The state of the months, and closing one."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.jobs.api.jobs import JobSerializer
from hrsaas.months.models import MonthClose
from hrsaas.months.services.closes import start


class MonthCloseSerializer(TenantSerializer):
    """month: its first day. summaries: stage → what it came to. job: the latest run."""

    expandable = {"job": JobSerializer}

    class Meta:
        model = MonthClose
        fields = ("id", "month", "state", "job", "summaries", "closed_at")
        read_only_fields = fields


class StartSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="The first day of the month.")


class MonthCloseViewSet(TenantViewSet):
    """Months that somebody has begun to close."""

    noun = "months.close"
    permission_verbs = {"create": "run"}
    queryset = MonthClose.objects.all()
    serializer_class = MonthCloseSerializer
    request_serializers = {"create": StartSerializer}
    filterset_fields = ("month", "state")
    ordering_fields = ("month",)
    ordering = ("-month",)

    @extend_schema(request=StartSerializer, responses={202: JobSerializer})
    def create(self, request: Request) -> Response:
        """Start closing a month; answers with the job to watch. While it runs, the same job comes back."""
        job = start(**self.validated(), actor=self.actor, now=self.now)
        return Response(JobSerializer(job, context=self.get_serializer_context()).data, status=202)
