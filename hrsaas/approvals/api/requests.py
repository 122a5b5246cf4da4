"""Requests: the own ones, the inbox, deciding."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.approvals.models import ApprovalRequest, ApprovalStep
from hrsaas.approvals.queries.requests import inbox, visible_to
from hrsaas.approvals.services.requests import decide, withdraw


class StepSerializer(TenantSerializer):
    class Meta:
        model = ApprovalStep
        fields = (
            "id", "order", "kind", "role", "user", "state", "decided_by", "decided_at", "comment", "due_at",
            "reminded_at",
        )  # fmt: skip
        read_only_fields = fields


class RequestFactSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    text = serializers.CharField(help_text="May have lines.")


class ApprovalRequestSerializer(TenantSerializer):
    """facts: the payload as deciders read it, in the caller's language."""

    title = serializers.CharField(read_only=True)
    subject_id = IdField(read_only=True)
    facts = serializers.SerializerMethodField()
    steps = StepSerializer(many=True, read_only=True)

    class Meta:
        model = ApprovalRequest
        fields = (
            "id", "kind", "title", "subject_type", "subject_id", "payload", "facts", "requester",
            "requester_label", "state", "current_order", "created_at", "finished_at", "steps",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(RequestFactSerializer(many=True))
    def get_facts(self, row: ApprovalRequest) -> list[dict[str, str]]:
        return [{"title": title, "text": text} for title, text in row.facts]


class DecisionSerializer(serializers.Serializer[Any]):
    approve = serializers.BooleanField()
    comment = serializers.CharField(max_length=2000, allow_blank=True, default="")


class ApprovalRequestViewSet(TenantViewSet):
    """What was asked for and who has to decide it."""

    noun = "approvals.request"
    permission_verbs = {"decide": "view", "withdraw": "view"}  # who may decide a step, the service says
    queryset = ApprovalRequest.objects.all()
    serializer_class = ApprovalRequestSerializer
    request_serializers = {"decide": DecisionSerializer}
    pagination_class = Stream
    filterset_fields = ("kind", "state", "subject_type", "subject_id", "requester")

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset().prefetch_related("steps")
        if getattr(self, "swagger_fake_view", False):
            return rows
        allowed = inbox if self.action == "inbox" else visible_to
        return rows.filter(pk__in=allowed(self.actor, now=self.now).order_by().values("pk"))

    @extend_schema(responses=ApprovalRequestSerializer(many=True))
    @action(detail=False, methods=["get"])
    def inbox(self, request: Request) -> Response:
        """What waits for my decision, also as somebody's deputy."""
        return self.list(request)

    @extend_schema(request=DecisionSerializer, responses=ApprovalRequestSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Approve or reject the current step. A rejection ends the request."""
        asked = self.get_object()
        return self.respond(decide(request=asked, **self.validated(), actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=ApprovalRequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a request of one's own."""
        return self.respond(withdraw(request=self.get_object(), actor=self.actor, now=self.now))
