"""Candidates."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.rules.masks import mask_id, mask_phone
from recruiting.models import Candidate
from recruiting.services.candidates import CHANGE, add_candidate, withdraw_candidate


class CandidateSerializer(TenantSerializer):
    class Meta:
        model = Candidate
        fields = ("id", "name", "name_en", "source", "state", "consented_at", "employee", "created_at")
        read_only_fields = fields


class CandidateDetailSerializer(CandidateSerializer):
    """With phone and e-mail, masked for those who may only look."""

    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()

    class Meta(CandidateSerializer.Meta):
        fields = (*CandidateSerializer.Meta.fields, "phone", "email")
        read_only_fields = fields

    def get_phone(self, row: Candidate) -> str:
        return row.phone if self._clear() else mask_phone(row.phone)

    def get_email(self, row: Candidate) -> str:
        return row.email if self._clear() else mask_id(row.email)

    def _clear(self) -> bool:
        return bool(self.context["view"].actor.may(CHANGE))


class NewCandidateSerializer(serializers.Serializer[Any]):
    """consented: the person agreed that the data is kept for hiring."""

    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    source = serializers.CharField(max_length=60, required=False, allow_blank=True)
    consented = serializers.BooleanField()


class CandidateViewSet(TenantViewSet):
    """People who may be hired."""

    noun = "recruiting.candidate"
    queryset = Candidate.objects.all()
    filterset_fields = ("state", "source")
    search_fields = ("name", "name_en")
    ordering_fields = ("name", "created_at")
    request_serializers = {"create": NewCandidateSerializer}

    @property
    def serializer_class(self) -> type[CandidateSerializer]:
        """Lists leave out contact data: nobody needs it by the page."""
        return CandidateSerializer if self.action == "list" else CandidateDetailSerializer

    @extend_schema(request=NewCandidateSerializer, responses={201: CandidateDetailSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(add_candidate(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=None, responses=CandidateDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """The candidate no longer wants to be considered; open applications end."""
        candidate = self.get_object()
        return self.respond(withdraw_candidate(candidate=candidate, actor=self.actor, now=self.now))
