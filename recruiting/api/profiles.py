"""Job profiles and the ranking of their applications."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from recruiting.models import JobProfile
from recruiting.queries.matches import ranking
from recruiting.services.profiles import adopt_profile, change_profile


class JobProfileSerializer(TenantSerializer):
    """definition: dimensions with weighted items, must-haves, KPIs with bands, goals and questions."""

    class Meta:
        model = JobProfile
        fields = ("id", "code", "name", "name_en", "industry", "definition", "version", "is_active")
        read_only_fields = fields


class AdoptSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=60, help_text="Of a profile that the product ships.")


class ChangeJobProfileSerializer(serializers.Serializer[Any]):
    definition = serializers.JSONField()

    def validate_definition(self, definition: Any) -> dict[str, Any]:
        if not isinstance(definition, dict):
            raise serializers.ValidationError("An object is expected.", code="invalid")
        return definition


class MatchReasonSerializer(serializers.Serializer[Any]):
    """points: of the total of 100; sentence: the candidate's words on the card."""

    item = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    level = serializers.IntegerField()
    points = serializers.DecimalField(5, 2)
    card = IdField(source="card_id")
    sentence = serializers.CharField()


class GapSerializer(serializers.Serializer[Any]):
    """missing: what the next level asks for; waiting: cards that would raise it once a person confirms them."""

    item = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    level = serializers.IntegerField()
    open_points = serializers.DecimalField(5, 2)
    missing_zh = serializers.CharField()
    missing_en = serializers.CharField()
    waiting = serializers.ListField(child=IdField())


class RankedSerializer(serializers.Serializer[Any]):
    """place: equal scores share it; must-haves stand beside the score."""

    place = serializers.IntegerField()
    application = IdField(source="application_id")
    candidate = IdField(source="candidate_id")
    name = serializers.CharField(source="candidate")
    state = serializers.CharField()
    score = serializers.DecimalField(5, 2)
    must_haves_missing = serializers.IntegerField()
    reasons = MatchReasonSerializer(many=True)
    gaps = GapSerializer(many=True)


class JobProfileViewSet(TenantViewSet):
    """The tenant's copies of the shipped profiles."""

    noun = "recruiting.profile"
    queryset = JobProfile.objects.all()
    serializer_class = JobProfileSerializer
    filterset_fields = ("code", "industry", "is_active")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code", "name")
    request_serializers = {"create": AdoptSerializer, "partial_update": ChangeJobProfileSerializer}

    @extend_schema(request=AdoptSerializer, responses={201: JobProfileSerializer})
    def create(self, request: Request) -> Response:
        """Take a shipped profile over; it can be changed afterwards."""
        return self.respond(adopt_profile(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=ChangeJobProfileSerializer, responses=JobProfileSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Replace the definition; all open applications are scored anew."""
        profile, data = self.get_object(), self.validated()
        return self.respond(change_profile(profile=profile, **data, actor=self.actor, now=self.now))

    @extend_schema(responses=RankedSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None, search_fields=())
    def ranking(self, request: Request, pk: str) -> Response:
        """Open applications by match score, with their strongest reasons and widest gaps."""
        self.actor.require("recruiting.candidate.view")
        return Response(RankedSerializer(ranking(self.get_object()), many=True).data)
