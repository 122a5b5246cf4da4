"""Files of closed pay runs: ask for one, watch it being made, download it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.access.actors import Actor
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, IdRelatedField, JsonField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.models import PayFile, PayRun
from payroll.services.pay_files import open_file, request_file
from payroll.services.payments import void_file


class PayFileSerializer(TenantSerializer):
    """job: watch it at /api/v1/jobs/{id}/. notes: people who are left out or incomplete, [{code, name, zh, en}].
    amount_fen: control sum of the kind.
    """

    options = JsonField(read_only=True)
    notes = JsonField(read_only=True)
    job = IdField(source="job_id", read_only=True, allow_null=True)

    class Meta:
        model = PayFile
        fields = (
            "id", "run", "kind", "options", "state", "job", "file_name", "content_type", "size", "row_count",
            "amount_fen", "notes", "created_by", "created_at", "expires_at",
        )  # fmt: skip
        read_only_fields = fields


class NewFileSerializer(serializers.Serializer[Any]):
    """options by kind; the first is taken where nothing is said. payslips: layout a4, envelope, strips; bundle each,
    together; protect none, id (last 6 of the identity number), given (by ``password``). bank: layout icbc, ccb, cmb.
    voucher: format csv, xlsx, json.
    """

    run = IdRelatedField(queryset=PayRun.objects.all())
    kind = serializers.ChoiceField(PayFile.Kind.choices)
    options = serializers.DictField(child=serializers.CharField(max_length=40), required=False, default=dict)
    password = serializers.CharField(
        max_length=60, required=False, allow_blank=True, trim_whitespace=False, write_only=True
    )


class VoidSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000)


class PayFileViewSet(TenantViewSet):
    """Payslips, bank file, tax workbook, social insurance sheet, cost split and voucher of locked and paid runs."""

    noun = "payroll.file"
    permission_verbs = {"download": "change"}
    queryset = PayFile.objects.all()
    serializer_class = PayFileSerializer
    pagination_class = Stream
    filterset_fields = ("run", "kind", "state")
    request_serializers = {"create": NewFileSerializer, "void": VoidSerializer}

    @extend_schema(request=NewFileSerializer, responses={202: PayFileSerializer})
    def create(self, request: Request) -> Response:
        """Have a file made; the one that is there if nothing has changed since."""
        return self.respond(request_file(**self.validated(), actor=self.actor, now=self.now), status=202)

    @extend_schema(request=VoidSerializer, responses=PayFileSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, pk: str) -> Response:
        """A bank file that no bank will get: another file may pay what it would have paid."""
        return self.respond(void_file(file=self.get_object(), **self.validated(), actor=self.actor, now=self.now))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def download(self, request: Request, pk: str) -> FileResponse:
        """The content, while it is kept; every download is in the audit trail."""
        return file_response(self.get_object(), self.actor, self.now)


def file_response(file: PayFile, actor: Actor, now: datetime) -> FileResponse:
    content = open_file(file=file, actor=actor, now=now)
    return FileResponse(content, as_attachment=True, filename=file.file_name, content_type=file.content_type)
