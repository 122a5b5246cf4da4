"""Applications with their match, and the evidence behind it."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from recruiting.api.candidates import CandidateSerializer
from recruiting.api.profiles import GapSerializer, JobProfileSerializer, MatchReasonSerializer
from recruiting.models import Application, Candidate, EvidenceCard, JobProfile
from recruiting.queries.matches import gaps_of, reasons_of
from recruiting.services.candidates import advance, apply, reject
from recruiting.services.cards import add_card, confirm_card, dismiss_card
from recruiting.services.matches import score


class ApplicationSerializer(TenantSerializer):
    """match_score: 0.00 to 100.00; must-haves stand beside it."""

    expandable = {"candidate": CandidateSerializer, "profile": JobProfileSerializer}

    class Meta:
        model = Application
        fields = (
            "id", "candidate", "profile", "state", "applied_at", "reject_reason", "match_score", "must_haves_missing",
            "profile_version", "scored_at",
        )  # fmt: skip
        read_only_fields = fields


class NewApplicationSerializer(serializers.Serializer[Any]):
    candidate = IdRelatedField(queryset=Candidate.objects.all())
    profile = IdRelatedField(queryset=JobProfile.objects.all())


class AdvanceSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(["screening", "interview"])


class RejectSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=400)


class MatchSerializer(serializers.Serializer[Any]):
    """Why the score is what it is: most points first, then where most is to be gained."""

    match_score = serializers.DecimalField(5, 2, allow_null=True)
    must_haves_missing = serializers.IntegerField(allow_null=True)
    profile_version = serializers.IntegerField(allow_null=True)
    reasons = MatchReasonSerializer(source="found_reasons", many=True)
    gaps = GapSerializer(source="found_gaps", many=True)


class ApplicationFilter(django_filters.FilterSet):
    candidate = django_filters.ModelChoiceFilter(queryset=lambda request: Candidate.objects.all())
    profile = django_filters.ModelChoiceFilter(queryset=lambda request: JobProfile.objects.all())

    class Meta:
        model = Application
        fields = ("candidate", "profile", "state")


class ApplicationViewSet(TenantViewSet):
    """Who is considered for what."""

    noun = "recruiting.candidate"
    queryset = Application.objects.all()
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter
    pagination_class = Stream
    request_serializers = {
        "create": NewApplicationSerializer, "advance": AdvanceSerializer, "reject": RejectSerializer,
    }  # fmt: skip

    @extend_schema(request=NewApplicationSerializer, responses={201: ApplicationSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(apply(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=AdvanceSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def advance(self, request: Request, pk: str) -> Response:
        """On to screening or interview."""
        return self._run(advance, **self.validated())

    @extend_schema(request=RejectSerializer, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        return self._run(reject, **self.validated())

    @extend_schema(request=None, responses=ApplicationSerializer)
    @action(detail=True, methods=["post"])
    def score(self, request: Request, pk: str) -> Response:
        """Compute the match anew; confirmed cards and changed profiles do so by themselves."""
        return self._run(score)

    @extend_schema(responses=MatchSerializer)
    @action(detail=True, methods=["get"])
    def match(self, request: Request, pk: str) -> Response:
        """The match with all reasons and gaps."""
        row: Any = self.get_object()
        row.found_reasons, row.found_gaps = reasons_of(row), gaps_of(row)
        return Response(MatchSerializer(row).data)

    def _run(self, service: Any, **given: Any) -> Response:
        return self.respond(service(application=self.get_object(), **given, actor=self.actor, now=self.now))


class EvidenceCardSerializer(TenantSerializer):
    class Meta:
        model = EvidenceCard
        fields = (
            "id", "candidate", "item", "sentence", "goal", "method", "result", "number", "unit", "basis", "baseline",
            "period", "verified", "state", "proposed_by", "proposed_at", "decided_by", "decided_at",
        )  # fmt: skip
        read_only_fields = fields


class NewCardSerializer(serializers.Serializer[Any]):
    """item: the key of an item or must-have of the application's profile. basis: how a percentage is meant."""

    application = IdRelatedField(queryset=Application.objects.all())
    item = serializers.CharField(max_length=60)
    sentence = serializers.CharField(max_length=2_000)
    goal = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    method = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    result = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    number = serializers.DecimalField(20, 6, required=False, allow_null=True)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    basis = serializers.ChoiceField(EvidenceCard.Basis.choices, required=False, allow_blank=True)
    baseline = serializers.DecimalField(20, 6, required=False, allow_null=True)
    period = serializers.CharField(max_length=120, required=False, allow_blank=True)
    verified = serializers.BooleanField(required=False)


class CardFilter(django_filters.FilterSet):
    candidate = django_filters.ModelChoiceFilter(queryset=lambda request: Candidate.objects.all())

    class Meta:
        model = EvidenceCard
        fields = ("candidate", "item", "state")


class EvidenceCardViewSet(TenantViewSet):
    """Anybody with the right proposes a card, software too; only people confirm it, and then it counts."""

    noun = "recruiting.candidate"
    queryset = EvidenceCard.objects.all()
    serializer_class = EvidenceCardSerializer
    filterset_class = CardFilter
    pagination_class = Stream
    request_serializers = {"create": NewCardSerializer}

    @extend_schema(request=NewCardSerializer, responses={201: EvidenceCardSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(add_card(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=None, responses=EvidenceCardSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self.respond(confirm_card(card=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=EvidenceCardSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        return self.respond(dismiss_card(card=self.get_object(), actor=self.actor, now=self.now))
