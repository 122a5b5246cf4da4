"""Punches: read them, and take them in one by one or by the thousand."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import Punch, RequestState
from attendance.services.punches import LONGEST_SOURCE, PunchRow, record_punches
from hrsaas.api.bulk import LARGEST_BODY
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError


class PunchSerializer(TenantSerializer):
    """is_void: it was wrong, stays, and no day counts it."""

    is_void = serializers.SerializerMethodField()

    class Meta:
        model = Punch
        fields = ("id", "employee", "punched_at", "source", "is_void")
        read_only_fields = fields

    def get_is_void(self, row: Punch) -> bool:
        return any(void.state == RequestState.APPROVED for void in row.voidings.all())


class CompanyTimeField(serializers.DateTimeField):
    """An instant; a time without an offset is meant in the company's zone."""

    def default_timezone(self) -> Any:
        return self.context["request"].tenant.zone


class PunchRowSerializer(serializers.Serializer[Any]):
    employee_code = serializers.CharField(max_length=40)
    punched_at = CompanyTimeField(help_text="ISO 8601; without an offset it is local time of the company.")


class DeliverySerializer(serializers.Serializer[Any]):
    """Up to 1,000 punches of one source, e.g. a device."""

    source = serializers.CharField(max_length=LONGEST_SOURCE)
    punches = PunchRowSerializer(many=True, allow_empty=False)


class CountsSerializer(serializers.Serializer[Any]):
    """added + repeated + unknown is the number of rows sent. late: added, but to a month that is locked."""

    added = serializers.IntegerField()
    repeated = serializers.IntegerField()
    unknown = serializers.IntegerField()
    late = serializers.IntegerField()
    unknown_rows = serializers.ListField(child=serializers.IntegerField(), help_text="0-based positions.")


class PunchViewSet(TenantViewSet):
    """Stamps, newest delivery first. There is no way to change or remove one."""

    noun = "attendance.punch"
    person_path = "employee"
    queryset = Punch.objects.prefetch_related("voidings")
    serializer_class = PunchSerializer
    request_serializers = {"bulk": DeliverySerializer}
    pagination_class = Stream
    filterset_fields = {"employee": ["exact"], "punched_at": ["gte", "lt"], "source": ["exact"]}

    @extend_schema(request=DeliverySerializer, responses=CountsSerializer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Add punches. The same punch twice counts once, so a delivery may be repeated."""
        given = self.validated()
        if len(given["punches"]) > LARGEST_BODY:
            raise DomainError(
                "api.bulk.size",
                zh=f"每次最多提交 {LARGEST_BODY} 条打卡。",
                en=f"Send at most {LARGEST_BODY} punches at a time.",
                field="punches",
            )
        rows = [PunchRow(row["employee_code"], row["punched_at"]) for row in given["punches"]]
        counts = record_punches(rows=rows, source=given["source"], actor=self.actor, now=self.now)
        return Response(CountsSerializer(counts).data)
