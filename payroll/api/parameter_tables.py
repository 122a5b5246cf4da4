"""The tenant's parameter tables."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.models import ParameterTable
from payroll.services.parameter_tables import save_table


class ParameterTableSerializer(TenantSerializer):
    class Meta:
        model = ParameterTable
        fields = ("id", "name", "title", "title_en", "effective_from", "content")
        read_only_fields = fields


class RowSerializer(serializers.Serializer[Any]):
    """values by column, keys by key column, from: where a segment begins; decimals as text."""

    values = serializers.ListField(child=serializers.CharField(max_length=30), min_length=1, max_length=20)
    keys = serializers.ListField(child=serializers.CharField(max_length=60), default=list, max_length=5)

    def get_fields(self) -> dict[str, Any]:
        begins = serializers.CharField(max_length=30, required=False, allow_null=True)
        return {**super().get_fields(), "from": begins}  # a word that Python keeps for itself


class NewVersionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    effective_from = serializers.DateField()
    rows = RowSerializer(many=True, allow_empty=False, max_length=2_000)


class ParameterTableViewSet(TenantViewSet):
    """Versions of tables. POST makes a version of a table with other rows from a day on."""

    noun = "payroll.item"
    queryset = ParameterTable.objects.all()
    serializer_class = ParameterTableSerializer
    filterset_fields = ("name",)
    search_fields = ("name", "title", "title_en")
    ordering_fields = ("name", "effective_from")
    request_serializers = {"create": NewVersionSerializer}

    @extend_schema(request=NewVersionSerializer, responses={201: ParameterTableSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(save_table(**self.validated(), actor=self.actor, now=self.now), status=201)
