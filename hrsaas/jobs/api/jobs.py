"""Watching and cancelling long work."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, JsonField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.jobs.models import Job, JobError
from hrsaas.jobs.queries.jobs import errors_of, listed
from hrsaas.jobs.services.jobs import cancel


class JobSerializer(TenantSerializer):
    """percent: 0 to 100. Poll until state is succeeded, failed or cancelled."""

    title = serializers.CharField(read_only=True)
    stage_title = serializers.CharField(read_only=True)
    percent = serializers.IntegerField(read_only=True)
    params = JsonField(read_only=True)
    summary = JsonField(read_only=True)
    created_by_user_id = IdField(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = (
            "id", "kind", "title", "params", "state", "stage", "stage_title", "position", "total", "percent", "counts",
            "summary", "error", "created_by_user_id", "created_by_label", "created_at", "started_at", "finished_at",
            "heartbeat_at", "cancel_requested",
        )  # fmt: skip
        read_only_fields = fields


class JobErrorSerializer(TenantSerializer):
    class Meta:
        model = JobError
        fields = ("id", "step", "item", "code", "zh", "en")
        read_only_fields = fields


class ErrorStream(Stream):
    """In the order of the steps."""

    ordering = "id"


class JobViewSet(TenantViewSet):
    """Long work: how far it is, what it came to, what stopped single items."""

    noun = "jobs.job"
    queryset = listed()
    serializer_class = JobSerializer
    pagination_class = Stream
    filterset_fields = ("kind", "state", "created_by_user_id")

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Stops a queued job at once and a running one before its next step; what it has done stays."""
        return self.respond(cancel(job=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(responses=JobErrorSerializer(many=True), filters=False)
    @action(
        detail=True, methods=["get"], pagination_class=ErrorStream, filter_backends=(),
        serializer_class=JobErrorSerializer, queryset=Job.objects.defer("steps"),
    )  # fmt: skip
    def errors(self, request: Request, pk: str) -> Response:
        """The items that the job could not do, and why."""
        page = self.paginate_queryset(errors_of(self.get_object()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
