"""Who may not work at night or overtime; for those who may know."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import WorkProtection
from attendance.services.work_protections import add_work_protection, end_work_protection
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee


class WorkProtectionSerializer(TenantSerializer):
    """[start_date, end_date); kind: minor, pregnant or nursing."""

    class Meta:
        model = WorkProtection
        fields = ("id", "employee", "kind", "start_date", "end_date")
        read_only_fields = fields


class NewWorkProtectionSerializer(serializers.Serializer[Any]):
    employee = IdRelatedField(queryset=Employee.objects)
    kind = serializers.ChoiceField(WorkProtection.Kind.choices)
    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True, default=None)


class EndSerializer(serializers.Serializer[Any]):
    end_date = serializers.DateField(allow_null=True)


class WorkProtectionViewSet(TenantViewSet):
    """Minors, pregnancy, nursing: no nights and no overtime on these days."""

    noun = "attendance.protection"
    person_path = "employee"
    queryset = WorkProtection.objects.all()
    serializer_class = WorkProtectionSerializer
    request_serializers = {"create": NewWorkProtectionSerializer, "end": EndSerializer}
    pagination_class = Stream
    filterset_fields = {"employee": ["exact"], "kind": ["exact"], "start_date": ["lt"], "end_date": ["gte", "isnull"]}
    ordering_fields = ("id",)

    @extend_schema(request=NewWorkProtectionSerializer, responses={201: WorkProtectionSerializer})
    def create(self, request: Request) -> Response:
        """Protect somebody."""
        return self.respond(add_work_protection(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=EndSerializer, responses=WorkProtectionSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Let it end on another day."""
        row = end_work_protection(
            protection=self.get_object(), **self.validated(), actor=self.actor, now=self.now
        )  # fmt: skip
        return self.respond(row)
