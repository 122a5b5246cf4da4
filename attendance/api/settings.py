"""What holds for the attendance of the whole tenant."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from attendance.models import AttendanceSettings, OvertimeKind, Rotation
from attendance.packs.national_calendar import national_calendars
from attendance.queries.setups import current_settings
from attendance.services.shifts import ALL_SETTINGS, save_settings
from hrsaas.api.serializers import IdRelatedField, TenantSerializer, validated
from hrsaas.api.views import Acting

DAY_MINUTES = 1440


class LateTierSerializer(serializers.Serializer[Any]):
    """absent_half_days: that a lateness of so many minutes makes; 2 are the whole day."""

    from_minutes = serializers.IntegerField(min_value=1, max_value=DAY_MINUTES)
    absent_half_days = serializers.IntegerField(min_value=0, max_value=2)
    name = serializers.CharField(max_length=40, allow_blank=True, default="")
    name_en = serializers.CharField(max_length=80, allow_blank=True, default="")


class AttendanceSettingsSerializer(TenantSerializer):
    """working_weekdays: Monday = 0. national_calendar: '' for none. answer_days: null, silence confirms nothing."""

    late_tiers = LateTierSerializer(many=True, read_only=True)

    class Meta:
        model = AttendanceSettings
        fields = ("pack_code", "pack_version", *ALL_SETTINGS)
        read_only_fields = fields


class NewSettingsSerializer(serializers.ModelSerializer[AttendanceSettings]):
    working_weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), min_length=1, max_length=7
    )
    national_calendar = serializers.ChoiceField(choices=list(national_calendars()), allow_blank=True)
    default_rotation = IdRelatedField(queryset=Rotation.objects, allow_null=True)
    late_tiers = LateTierSerializer(many=True, max_length=20)
    overtime_leave_kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=OvertimeKind.choices), max_length=2
    )

    class Meta:
        model = AttendanceSettings
        fields = ALL_SETTINGS
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "off_roster_step_minutes": {"required": True, "min_value": 1, "max_value": DAY_MINUTES},
            "off_roster_minimum_minutes": {"required": True, "min_value": 0, "max_value": DAY_MINUTES},
            "off_roster_source": {"required": True},
            "late_free_count": {"required": True, "min_value": 0, "max_value": 31},
            "late_free_minutes": {"required": True, "min_value": 0, "max_value": DAY_MINUTES},
            "correction_limit": {"required": True, "min_value": 0, "max_value": 99},
            "correction_days_back": {"required": True, "min_value": 0, "max_value": 366},
            "overtime_days_back": {"required": True, "min_value": 0, "max_value": 366},
            "overtime_leave_percent": {"required": True, "min_value": 100, "max_value": 300},
            "answer_days": {"required": True, "allow_null": True, "min_value": 1, "max_value": 60},
            "mobile_punches": {"required": True},
            "other_phones": {"required": True},
        }


class AttendanceSettingsViewSet(Acting, GenericViewSet[Any]):
    """The rules of attendance that hold for everybody; there are none before an industry template is installed."""

    noun = "attendance.setup"
    queryset = AttendanceSettings.objects.all()
    serializer_class = AttendanceSettingsSerializer

    @extend_schema(responses=AttendanceSettingsSerializer)
    @action(detail=False, methods=["get"], url_path="settings", pagination_class=None, filter_backends=[])
    def current(self, request: Request) -> Response:
        """The settings as they are."""
        return Response(self.get_serializer(current_settings()).data)

    @extend_schema(request=NewSettingsSerializer, responses=AttendanceSettingsSerializer)
    @current.mapping.put
    def replace(self, request: Request) -> Response:
        """All of them anew. Locked months keep their figures; others follow when they are computed."""
        return self._saved(partial=False)

    @extend_schema(request=NewSettingsSerializer(partial=True), responses=AttendanceSettingsSerializer)
    @current.mapping.patch
    def change(self, request: Request) -> Response:
        """Some of them."""
        return self._saved(partial=True)

    def _saved(self, *, partial: bool) -> Response:
        values = validated(NewSettingsSerializer(data=self.request.data, partial=partial))
        return Response(self.get_serializer(save_settings(values=values, actor=self.actor, now=self.now)).data)
