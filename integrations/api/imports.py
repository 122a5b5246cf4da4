"""Files: upload for a preview, look at it, apply it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from integrations.models import Import
from integrations.services.imports import preview_import, start_apply


class ImportSerializer(TenantSerializer):
    """counts: what applying will do, afterwards what it did. errors: the first 500, with line and column."""

    errors = serializers.ListField(child=serializers.DictField(), read_only=True)
    sample = serializers.ListField(child=serializers.DictField(), read_only=True)
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Import
        fields = (
            "id", "kind", "state", "file_name", "sha256", "row_count", "error_count", "counts", "errors", "sample",
            "created_by", "created_at", "applied_at",
        )  # fmt: skip
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Import.Kind.choices)
    file = serializers.FileField(
        max_length=200, help_text="CSV (UTF-8 or GB18030) or XLSX, JSON of DingTalk, WeCom and Feishu; 20 MB"
    )


class ApplyingSerializer(serializers.Serializer[Any]):
    """The job that applies the file: GET /api/v1/jobs/{id}/."""

    job = IdField()


class ImportViewSet(TenantViewSet):
    """Nothing is written by an upload. A file with errors cannot be applied; correct it and upload it again."""

    noun = "integrations.import"
    permission_verbs = {"create": "apply", "apply": "apply"}
    queryset = Import.objects.defer("content")
    serializer_class = ImportSerializer
    filterset_fields = ("kind", "state")
    ordering_fields = ("created_at",)
    request_serializers = {"create": UploadSerializer}
    parser_classes = (MultiPartParser,)

    @extend_schema(request=UploadSerializer, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Read and check a file; the answer is its preview."""
        asked = self.validated()
        found = preview_import(
            kind=asked["kind"], file_name=asked["file"].name, content=asked["file"].read(), actor=self.actor,
            now=self.now,
        )  # fmt: skip
        return self.respond(found, status=201)

    @extend_schema(request=None, responses={202: ApplyingSerializer})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Write what the preview shows, whole or not at all; twice does it once."""
        job = start_apply(import_id=self.get_object().id, actor=self.actor, now=self.now)
        return Response(ApplyingSerializer({"job": job.id}).data, status=202)
