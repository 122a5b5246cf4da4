"""Deputies."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.access.models import User
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.approvals.models import Delegation
from hrsaas.approvals.services.delegations import delegate, end_delegation


class DelegationSerializer(TenantSerializer):
    class Meta:
        model = Delegation
        fields = ("id", "from_user", "to_user", "start_date", "end_date", "created_at")
        read_only_fields = fields


class NewDelegationSerializer(serializers.Serializer[Any]):
    """end_date: the first day on which it no longer holds."""

    to_user = IdRelatedField(queryset=User.objects.filter(is_active=True))
    start_date = serializers.DateField()
    end_date = serializers.DateField()


class DelegationViewSet(TenantViewSet):
    """Who decides for me, and for whom I decide. Auditors and HR admins see all."""

    noun = "approvals.request"
    permission_verbs = {"create": "decide", "end": "decide"}
    queryset = Delegation.objects.all()
    serializer_class = DelegationSerializer
    request_serializers = {"create": NewDelegationSerializer}
    filterset_fields = ("from_user", "to_user")
    ordering_fields = ("start_date", "end_date")
    ordering = ("-start_date", "-id")

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False) or self.actor.may("audit.entry.view"):
            return rows
        return rows.filter(Q(from_user_id=self.actor.user_id) | Q(to_user_id=self.actor.user_id))

    @extend_schema(request=NewDelegationSerializer, responses={201: DelegationSerializer})
    def create(self, request: Request) -> Response:
        given = delegate(**self.validated(), actor=self.actor, now=self.now)
        return self.respond(given, status=201)

    @extend_schema(request=None, responses=DelegationSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """From today on the deputy decides no more."""
        return self.respond(end_delegation(delegation=self.get_object(), actor=self.actor, now=self.now))
