"""Shifts and rotations, and the template that they come from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import SmallIntegerField
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import CalendarDay, Rotation, Shift
from attendance.packs.loader import list_packs
from attendance.rules.timelines import draw_shift
from attendance.services.setups import OwnDay, install_pack, remove_calendar_day, set_calendar_days
from attendance.services.shifts import (
    LONGEST_CODE,
    SHIFT_FIELDS,
    check_shift,
    require_new_code,
    save_rotation,
    save_shift,
)
from hrsaas.api.bulk import BulkCreate
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.languages import in_chinese

LAST_MINUTE = 3 * 1440


class ShiftSerializer(TenantSerializer):
    """All times in minutes of the day on which the shift starts; the next day goes on from 1440."""

    class Meta:
        model = Shift
        exclude = ("tenant",)
        read_only_fields = [field.name for field in Shift._meta.local_fields]


class SpanSerializer(serializers.Serializer[Any]):
    start_minute = serializers.IntegerField(min_value=0, max_value=LAST_MINUTE)
    end_minute = serializers.IntegerField(min_value=0, max_value=LAST_MINUTE)


class BreakSerializer(SpanSerializer):
    paid = serializers.BooleanField(default=False)


class LengthBreakSerializer(serializers.Serializer[Any]):
    above_minutes = serializers.IntegerField(min_value=0, max_value=LAST_MINUTE)
    minutes = serializers.IntegerField(min_value=1, max_value=LAST_MINUTE)


class LateStartSerializer(serializers.Serializer[Any]):
    left_from_minute = serializers.IntegerField(min_value=0, max_value=LAST_MINUTE)
    start_until_minute = serializers.IntegerField(min_value=0, max_value=LAST_MINUTE)


class ShiftTermsSerializer(serializers.ModelSerializer[Shift]):
    """Minutes of the day on which the shift starts; lists are as in the answer."""

    breaks = BreakSerializer(many=True, required=False)
    segments = SpanSerializer(many=True, required=False)
    length_breaks = LengthBreakSerializer(many=True, required=False)
    late_starts = LateStartSerializer(many=True, required=False)
    alternatives = serializers.ListField(child=serializers.CharField(max_length=LONGEST_CODE), required=False)

    class Meta:
        model = Shift
        fields = ("code", *SHIFT_FIELDS)
        validators: ClassVar[list[Any]] = []
        extra_kwargs = {
            name: {"min_value": 0, "max_value": LAST_MINUTE}
            for name in SHIFT_FIELDS
            if type(Shift._meta.get_field(name)) is SmallIntegerField and not Shift._meta.get_field(name).choices
        }


class ChangeShiftSerializer(ShiftTermsSerializer):
    """start_date: the change holds from this day on, and days before keep the shift as it was; without it, it holds
    for all days that are not locked.
    """

    start_date = serializers.DateField(required=False)

    class Meta(ShiftTermsSerializer.Meta):
        fields = (*SHIFT_FIELDS, "start_date")


class ShiftCheckSerializer(serializers.Serializer[Any]):
    due_minutes = serializers.IntegerField()
    svg = serializers.CharField(help_text="The shift as a drawn timeline.")


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
    request_serializers = {
        "install": InstallSerializer, "create": ShiftTermsSerializer, "partial_update": ChangeShiftSerializer,
        "check": ShiftTermsSerializer,
    }  # fmt: skip
    filterset_fields = {"code": ["exact"], "night_shift": ["exact"], "ended_date": ["isnull"]}
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code",)
    ordering = ("code",)

    @extend_schema(request=ShiftTermsSerializer, responses={201: ShiftSerializer})
    def create(self, request: Request) -> Response:
        """Make a shift."""
        given = self.validated()
        code = given.pop("code")
        require_new_code(Shift, code)
        return self.respond(save_shift(code=code, values=given, actor=self.actor, now=self.now), status=201)

    @extend_schema(request=ChangeShiftSerializer, responses=ShiftSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it, from a day on or for all days that are not locked."""
        shift, given = self.get_object(), self.validated(partial=True)
        start_date = given.pop("start_date", None)
        saved = save_shift(code=shift.code, values=given, start_date=start_date, actor=self.actor, now=self.now)
        return self.respond(saved)

    @extend_schema(request=ShiftTermsSerializer, responses=ShiftCheckSerializer)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Whether a shift contradicts itself, and how it looks; nothing is written."""
        given = self.validated()
        shift = check_shift(code=given.pop("code"), values=given).build()
        svg = draw_shift(shift, language="zh" if in_chinese() else "en")
        return Response({"due_minutes": shift.due_minutes, "svg": svg})

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


class RotationTermsSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, required=False, allow_blank=True)
    cycle = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CODE, allow_blank=True), min_length=1, max_length=366
    )
    crews = serializers.IntegerField(min_value=1, max_value=366, required=False)
    anchor_date = serializers.DateField()
    follows_calendar = serializers.BooleanField(required=False)


class ChangeRotationSerializer(RotationTermsSerializer):
    """start_date: planned days from this day on are planned anew; days changed by hand stay."""

    code = None  # type: ignore[assignment]  # as DRF takes a field out
    start_date = serializers.DateField(required=False)


class RotationViewSet(TenantViewSet):
    """The tenant's rotations."""

    noun = "attendance.setup"
    queryset = Rotation.objects.all()
    serializer_class = RotationSerializer
    request_serializers = {"create": RotationTermsSerializer, "partial_update": ChangeRotationSerializer}
    filterset_fields = ("code", "follows_calendar")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code",)
    ordering = ("code",)

    @extend_schema(request=RotationTermsSerializer, responses={201: RotationSerializer})
    def create(self, request: Request) -> Response:
        """Make a rotation."""
        given = self.validated()
        code = given.pop("code")
        require_new_code(Rotation, code)
        return self.respond(save_rotation(code=code, values=given, actor=self.actor, now=self.now), status=201)

    @extend_schema(request=ChangeRotationSerializer, responses=RotationSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change some of it."""
        rotation, given = self.get_object(), self.validated(partial=True)
        start_date = given.pop("start_date", None)
        saved = save_rotation(code=rotation.code, values=given, start_date=start_date, actor=self.actor, now=self.now)
        return self.respond(saved)


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
