"""Overtime: the effect first, then the request."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.corrections import DayEffectSerializer
from attendance.api.requests import ForWhomSerializer, RequestFaultSerializer, person_of
from attendance.models import OvertimeAdjustment, OvertimeRequest
from attendance.services.overtime_effects import NewOvertime, OvertimeEffect
from attendance.services.overtime_requests import ask_overtime, cancel_overtime, preview_overtime
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet


class OvertimeRequestSerializer(TenantSerializer):
    """start_minute, end_minute: of the day, above 1440 on the next; null where only the length was asked for.

    counts_on_day: its day counts it; false for an approved one means that an adjustment does.
    """

    class Meta:
        model = OvertimeRequest
        fields = (
            "id", "employee", "date", "start_minute", "end_minute", "minutes", "compensation", "leave_type", "reason",
            "state", "counts_on_day", "asked_at", "asked_by", "decided_at", "decided_by",
        )  # fmt: skip
        read_only_fields = fields


class NewOvertimeSerializer(ForWhomSerializer):
    """From start_minute to end_minute of the day (above 1440: of the next), or only minutes."""

    date = serializers.DateField()
    start_minute = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2_880)
    end_minute = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2_880)
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1_440)
    compensation = serializers.ChoiceField(OvertimeRequest.Compensation.choices, default="pay")


class AskedOvertimeSerializer(NewOvertimeSerializer):
    reason = serializers.CharField(max_length=1_000)


class OvertimeWarningSerializer(serializers.Serializer[Any]):
    """code: day_limit, month_limit, below_minimum or by_punch."""

    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


class OvertimeEffectSerializer(serializers.Serializer[Any]):
    """kind: workday, rest_day, statutory_holiday or holiday. shift: its code or ''. minutes: outside the shift;
    counted_minutes: after minimum and step. basis: by_punch, by_approval or smaller. month_minutes: overtime of the
    month with this one. days: before and after, of a day that is over. adjusted: its month is locked, so it counts in
    the next open one. faults: why it would be refused.
    """

    kind = serializers.CharField()
    shift = serializers.CharField()
    minutes = serializers.IntegerField()
    counted_minutes = serializers.IntegerField()
    basis = serializers.CharField()
    day_minutes = serializers.IntegerField()
    day_limit_minutes = serializers.IntegerField()
    month_minutes = serializers.IntegerField()
    month_limit_minutes = serializers.IntegerField()
    adjusted = serializers.BooleanField()
    days = DayEffectSerializer(many=True)
    warnings = OvertimeWarningSerializer(many=True)
    faults = RequestFaultSerializer(many=True)


class OvertimeRequestViewSet(TenantViewSet):
    """Overtime that people ask for, before or after it. Decisions are made under approvals."""

    noun = "attendance.request"
    person_path = "employee"
    queryset = OvertimeRequest.objects.all()
    serializer_class = OvertimeRequestSerializer
    request_serializers = {"create": AskedOvertimeSerializer, "preview": NewOvertimeSerializer}
    pagination_class = Stream
    filterset_fields = {
        "employee": ["exact"], "date": ["exact", "gte", "lt"], "state": ["exact"], "compensation": ["exact"],
    }  # fmt: skip

    @extend_schema(request=AskedOvertimeSerializer, responses={201: OvertimeRequestSerializer})
    def create(self, request: Request) -> Response:
        """Ask for overtime; the person's manager decides."""
        return self.respond(ask_overtime(asked=self._asked(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=NewOvertimeSerializer, responses=OvertimeEffectSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What it would come to; asks for nothing."""
        effect = preview_overtime(asked=self._asked(), actor=self.actor, now=self.now)
        return Response(OvertimeEffectSerializer(_shown(effect)).data)

    @extend_schema(request=None, responses=OvertimeRequestSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Take it back: while it waits, or after it was approved."""
        return self.respond(cancel_overtime(request=self.get_object(), actor=self.actor, now=self.now))

    def _asked(self) -> NewOvertime:
        given = self.validated()
        return NewOvertime(**{**given, "employee": person_of(given, self.actor)})


def _shown(effect: OvertimeEffect) -> dict[str, Any]:
    values = {str(name): getattr(effect, str(name)) for name in OvertimeEffectSerializer().fields}
    return {**values, "kind": effect.kind.name.lower(), "shift": effect.shift.code if effect.shift else ""}


class OvertimeAdjustmentSerializer(TenantSerializer):
    """date: the day in a locked month; month: the one that counts it."""

    class Meta:
        model = OvertimeAdjustment
        fields = (
            "id", "employee", "month", "request", "date", "overtime_weekday_minutes", "overtime_rest_day_minutes",
            "overtime_statutory_minutes", "created_at", "created_by",
        )  # fmt: skip
        read_only_fields = fields


class OvertimeAdjustmentViewSet(TenantViewSet):
    """Overtime of locked months that was decided later."""

    noun = "attendance.request"
    person_path = "employee"
    queryset = OvertimeAdjustment.objects.all()
    serializer_class = OvertimeAdjustmentSerializer
    pagination_class = Stream
    filterset_fields = {"employee": ["exact"], "month": ["exact"], "date": ["gte", "lt"]}
