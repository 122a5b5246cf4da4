"""Versions of formula sets, and what changed between two of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.models import FormulaSetVersion
from payroll.queries.version_diffs import version_diff
from payroll.services.formula_sets import diff_to_today

CONTENT = ("items", "inputs", "tables")


class FormulaSetVersionSerializer(TenantSerializer):
    class Meta:
        model = FormulaSetVersion
        fields = ("id", "digest", "on_date", "created_at", "created_by")
        read_only_fields = fields


class OtherVersion(serializers.Serializer[Any]):
    version = IdRelatedField(queryset=FormulaSetVersion.objects.all(), required=False)


class FormulaSetVersionViewSet(TenantViewSet):
    """What runs were calculated with; nobody can change one."""

    noun = "payroll.item"
    queryset = FormulaSetVersion.objects.all()
    serializer_class = FormulaSetVersionSerializer
    filterset_fields = ("on_date",)
    ordering_fields = ("created_at",)

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        return rows if self.action == "diff" else rows.defer(*CONTENT)

    @extend_schema(
        parameters=[OpenApiParameter("with", int, description="the version before; today's formulas if left out")],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, "items, inputs and tables, each added, removed and changed"),
    )
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def diff(self, request: Request, pk: str) -> Response:
        """What changed from the version ``with`` to this one, or from this one to today's formulas."""
        found = self.get_object()
        given = {"version": request.query_params["with"]} if "with" in request.query_params else {}
        other = OtherVersion(data=given)
        other.is_valid(raise_exception=True)
        before = other.validated_data.get("version")
        if before is None:
            return Response(diff_to_today(version=found, actor=self.actor, now=self.now))
        return Response(version_diff(before, found))
