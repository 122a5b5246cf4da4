"""Publishing rosters."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import RosterPublication
from attendance.services.roster_publications import publish_roster
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.units import of_units


class RosterPublicationSerializer(TenantSerializer):
    """notice_days: from the day of publication to the first day."""

    class Meta:
        model = RosterPublication
        fields = (
            "id", "unit", "start_date", "end_date", "people", "days", "notice_days", "reason", "published_at",
            "published_by",
        )  # fmt: skip
        read_only_fields = fields


class PublishSerializer(serializers.Serializer[Any]):
    """[first, end), at most 92 days. reason: where the notice is shorter than the tenant asks for."""

    unit = IdRelatedField(queryset=OrgUnit.objects)
    first = serializers.DateField()
    end = serializers.DateField()
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


class RosterPublicationViewSet(TenantViewSet):
    """Which rosters were published, when and by whom."""

    noun = "attendance.roster"
    queryset = RosterPublication.objects.all()
    serializer_class = RosterPublicationSerializer
    request_serializers = {"create": PublishSerializer}
    pagination_class = Stream
    filterset_fields = {"unit": ["exact"], "start_date": ["gte", "lt"]}
    ordering_fields = ("id",)

    def get_queryset(self) -> QuerySet[RosterPublication]:
        return of_units(super().get_queryset(), self.actor.reach("attendance.roster.view"))

    @extend_schema(request=PublishSerializer, responses={201: RosterPublicationSerializer})
    def create(self, request: Request) -> Response:
        """Publish; days without a plan are planned from the rotations first."""
        return self.respond(publish_roster(**self.validated(), actor=self.actor, now=self.now), status=201)
