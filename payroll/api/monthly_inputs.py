"""Values entered for people, one or many at a time."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.views import TenantViewSet
from payroll.api.serializers import EnteredValueSerializer, MonthlyInputSerializer
from payroll.models import MonthlyInput
from payroll.services.monthly_inputs import EnteredValue, save_inputs


class SavedAnswer(serializers.Serializer[Any]):
    saved = serializers.IntegerField()


class MonthlyInputViewSet(TenantViewSet):
    """Sales, insurance bases, deductions, opening balances. Values replace those of the same person, month, input."""

    noun = "payroll.run"
    person_path = "employee"
    queryset = MonthlyInput.objects.select_related("input")
    serializer_class = MonthlyInputSerializer
    filterset_fields = ("month", "employee")
    pagination_class = Stream
    request_serializers = {"bulk": EnteredValueSerializer}

    @extend_schema(request=EnteredValueSerializer(many=True), responses=SavedAnswer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Write 1 to 1,000 values, all or none."""
        rows = [EnteredValue(**row) for row in self.validated(many=True, allow_empty=False, max_length=1_000)]
        return Response({"saved": save_inputs(rows=rows, actor=self.actor, now=self.now)})
