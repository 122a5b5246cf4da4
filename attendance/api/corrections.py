"""Corrections of punches: the effect first, then the request."""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.punches import CompanyTimeField
from attendance.api.requests import ForWhomSerializer, person_of
from attendance.models import Correction, Punch
from attendance.services.corrections import (
    Evidence,
    NewCorrection,
    ask_correction,
    open_evidence,
    preview_correction,
    withdraw_correction,
)  # fmt: skip
from attendance.services.punch_voids import ask_void, preview_void, undo_void
from hrsaas.api.pagination import Stream
from hrsaas.api.parsers import LimitedJSONParser
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet

DIRECTIONS = [one for one in Correction.Direction.choices if one[0] != Correction.Direction.VOID]


class CorrectionSerializer(TenantSerializer):
    """state: waiting, approved, rejected, withdrawn or (a voiding that was undone) cancelled; who decides is under
    /api/v1/approvals/requests/. voids: the punch that is to count no more.
    """

    has_evidence = serializers.SerializerMethodField()

    class Meta:
        model = Correction
        fields = (
            "id", "employee", "date", "direction", "punched_at", "reason", "has_evidence", "state", "asked_at",
            "asked_by", "decided_at", "decided_by", "punch", "voids",
        )  # fmt: skip
        read_only_fields = fields

    def get_has_evidence(self, row: Correction) -> bool:
        return bool(row.files.all())


class CorrectionWishSerializer(ForWhomSerializer):
    """date: the working day; a night shift's going may be punched on the day after."""

    date = serializers.DateField()
    direction = serializers.ChoiceField(DIRECTIONS)
    punched_at = CompanyTimeField(help_text="ISO 8601; without an offset it is local time of the company.")


class NewCorrectionSerializer(CorrectionWishSerializer):
    """evidence: a PNG, JPEG or PDF of at most 5 MB; needs multipart/form-data."""

    reason = serializers.CharField(max_length=1_000)
    evidence = serializers.FileField(max_length=200, required=False)


class VoidWishSerializer(serializers.Serializer[Any]):
    punch = IdRelatedField(queryset=Punch.objects)


class NewVoidSerializer(VoidWishSerializer):
    """evidence: a PNG, JPEG or PDF of at most 5 MB; needs multipart/form-data."""

    reason = serializers.CharField(max_length=1_000)
    evidence = serializers.FileField(max_length=200, required=False)


class DayEffectSerializer(serializers.Serializer[Any]):
    """before, after: status, first_in and last_out (local time or ''), and the minutes of the day result."""

    date = serializers.DateField()
    before = serializers.DictField()
    after = serializers.DictField()


class CorrectionPreviewSerializer(serializers.Serializer[Any]):
    """used: corrections of this month so far, of limit."""

    used = serializers.IntegerField()
    limit = serializers.IntegerField()
    days = DayEffectSerializer(many=True)


class CorrectionViewSet(TenantViewSet):
    """Missing or wrong punches that people ask to put right. Approved, they become punches; nothing is removed."""

    noun = "attendance.request"
    person_path = "employee"
    queryset = Correction.objects.prefetch_related("files")
    serializer_class = CorrectionSerializer
    request_serializers = {
        "create": NewCorrectionSerializer, "preview": CorrectionWishSerializer, "void": NewVoidSerializer,
        "preview_void": VoidWishSerializer,
    }  # fmt: skip
    pagination_class = Stream
    parser_classes = (LimitedJSONParser, MultiPartParser)
    filterset_fields = {"employee": ["exact"], "date": ["exact", "gte", "lt"], "state": ["exact"]}

    @extend_schema(request=NewCorrectionSerializer, responses={201: CorrectionSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a punch; the person's manager decides."""
        given = self.validated()
        file = given.get("evidence")
        evidence = Evidence(file.name, file.read()) if file else None
        asked = ask_correction(wanted=self._wanted(given), evidence=evidence, actor=self.actor, now=self.now)
        return self.respond(asked, status=201)

    @extend_schema(request=NewVoidSerializer, responses={201: CorrectionSerializer})
    @action(detail=False, methods=["post"])
    def void(self, request: Request) -> Response:
        """Ask that a wrong punch counts no more; the person's manager decides. It stays, marked."""
        given = self.validated()
        file = given.get("evidence")
        evidence = Evidence(file.name, file.read()) if file else None
        by = {"actor": self.actor, "now": self.now}
        return self.respond(ask_void(punch=given["punch"], reason=given["reason"], evidence=evidence, **by), status=201)

    @extend_schema(request=VoidWishSerializer, responses=CorrectionPreviewSerializer)
    @action(detail=False, methods=["post"], url_path="preview-void")
    def preview_void(self, request: Request) -> Response:
        """What the days would come to without this punch; asks for nothing."""
        effect = preview_void(punch=self.validated()["punch"], actor=self.actor, now=self.now)
        return Response(CorrectionPreviewSerializer(effect).data)

    @extend_schema(request=None, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Let a voided punch count again; for who may change punches."""
        return self.respond(undo_void(void=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=CorrectionWishSerializer, responses=CorrectionPreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What the day would come to with this punch; asks for nothing."""
        effect = preview_correction(wanted=self._wanted(self.validated()), actor=self.actor, now=self.now)
        return Response(CorrectionPreviewSerializer(effect).data)

    @extend_schema(request=None, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a request of one's own that is not decided yet."""
        return self.respond(withdraw_correction(correction=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def evidence(self, request: Request, pk: str) -> FileResponse:
        """The file that shows why; every look is in the audit trail."""
        file, content = open_evidence(correction=self.get_object(), actor=self.actor, now=self.now)
        return FileResponse(
            io.BytesIO(content), as_attachment=True, filename=file.file_name, content_type=file.content_type
        )

    def _wanted(self, given: dict[str, Any]) -> NewCorrection:
        return NewCorrection(
            employee=person_of(given, self.actor), date=given["date"], direction=given["direction"],
            punched_at=given["punched_at"], reason=given.get("reason", ""),
        )  # fmt: skip
