"""Shifts and rotations, and the template that they come from."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import CalendarDay, Rotation, Shift
from attendance.packs.loader import list_packs
from attendance.services.setups import OwnDay, install_pack, remove_calendar_day, set_calendar_days
from hrsaas.api.bulk import BulkCreate
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet


class ShiftSerializer(TenantSerializer):
    """All times in minutes of the day on which the shift starts; the next day goes on from 1440."""

    class Meta:
        model = Shift
        exclude = ("tenant",)
        read_only_fields = [field.name for field in Shift._meta.local_fields]


class InstallSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=list_packs(), help_text="Industry template.")
    calendar = serializers.ChoiceField(choices=("national", "weekdays"), default="national")
    preview = serializers.BooleanField(default=False, help_text="Only say what would change.")


class PackChangesSerializer(serializers.Serializer[Any]):
    """Codes of shifts and rotations."""

    added = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())


class ShiftViewSet(TenantViewSet):
    """The tenant's shifts."""

    noun = "attendance.setup"
    queryset = Shift.objects.all()
    serializer_class = ShiftSerializer
    request_serializers = {"install": InstallSerializer}
    filterset_fields = ("code", "night_shift")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code",)
    ordering = ("code",)

    @extend_schema(request=InstallSerializer, responses=PackChangesSerializer)
    @action(detail=False, methods=["post"])
    def install(self, request: Request) -> Response:
        """Install an industry template with its shifts, rotations and settings; installing twice changes nothing."""
        changes = install_pack(**self.validated(), actor=self.actor, now=self.now)
        return Response({"added": list(changes.added), "changed": list(changes.changed)})


class RotationSerializer(TenantSerializer):
    """cycle: shift codes, an empty text is a free day."""

    class Meta:
        model = Rotation
        fields = ("id", "code", "name", "name_en", "cycle", "crews", "anchor_date", "follows_calendar")
        read_only_fields = fields


class RotationViewSet(TenantViewSet):
    """The tenant's rotations."""

    noun = "attendance.setup"
    queryset = Rotation.objects.all()
    serializer_class = RotationSerializer
    filterset_fields = ("code", "follows_calendar")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code",)
    ordering = ("code",)


class CalendarDaySerializer(TenantSerializer):
    class Meta:
        model = CalendarDay
        fields = ("id", "date", "kind", "name")
        read_only_fields = fields


class OwnDaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=CalendarDay.Kind.choices, default=CalendarDay.Kind.HOLIDAY)
    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class CalendarDayViewSet(BulkCreate, TenantViewSet):
    """Company holidays and working days of the tenant's own."""

    noun = "attendance.setup"
    queryset = CalendarDay.objects.all()
    serializer_class = CalendarDaySerializer
    request_serializers = {"create": OwnDaySerializer, "bulk": OwnDaySerializer}
    filterset_fields = {"date": ["exact", "gte", "lt"], "kind": ["exact"]}
    ordering_fields = ("date",)
    ordering = ("date",)

    @extend_schema(request=OwnDaySerializer, responses={201: CalendarDaySerializer})
    def create(self, request: Request) -> Response:
        """Set one day; the date decides which."""
        (id_,) = self.create_many([self.validated()])
        return self.respond(CalendarDay.objects.get(id=id_), status=201)

    def create_many(self, rows: Any) -> list[int]:
        days = [OwnDay(row["date"], row["name"], row["kind"] == CalendarDay.Kind.WORKDAY) for row in rows]
        set_calendar_days(days=days, actor=self.actor, now=self.now)
        ids = dict(CalendarDay.objects.filter(date__in=[day.date for day in days]).values_list("date", "id"))
        return [ids[day.date] for day in days]

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let the calendar speak for this date again."""
        remove_calendar_day(day=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)
