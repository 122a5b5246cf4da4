"""People wanted: forecasts, decisions by hand, and the roster beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.contacts import UnitViewSet
from attendance.models import ContactQueue, StaffingDemand
from attendance.queries.contact_forecasts import forecast, require_period
from attendance.queries.contact_queues import VIEW
from attendance.queries.staffing_demand import StaffingCover, staffing_cover
from attendance.services.staffing_demand import ForecastCounts, save_forecast, set_demand, withdraw_demand
from hrsaas.api.serializers import IdField, IdRelatedField, JsonField, TenantSerializer, validated
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import OrgUnit


class DemandSerializer(TenantSerializer):
    """people: what counts, per slot from midnight on. forecast_people, expected, basis: the forecast beside it."""

    basis = JsonField(read_only=True)

    class Meta:
        model = StaffingDemand
        fields = (
            "id", "queue", "unit", "date", "people", "forecast_people", "expected", "by_hand", "basis", "version",
        )  # fmt: skip
        read_only_fields = fields


class SetDemandSerializer(serializers.Serializer[Any]):
    """Of a queue or of a unit. version: of the row that was read; another by now is refused with 412."""

    queue = IdRelatedField(queryset=ContactQueue.objects, allow_null=True, default=None)
    unit = IdRelatedField(queryset=OrgUnit.objects, allow_null=True, default=None)
    date = serializers.DateField()
    people = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=100_000), min_length=24, max_length=96
    )
    version = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class ForecastSerializer(serializers.Serializer[Any]):
    """[first, end), at most 92 days. preview: only show it."""

    queue = IdRelatedField(queryset=ContactQueue.objects)
    first = serializers.DateField()
    end = serializers.DateField()
    preview = serializers.BooleanField(default=False)


class ForecastDaySerializer(serializers.Serializer[Any]):
    """expected, people: per slot; null without such a weekday before."""

    date = serializers.DateField()
    expected = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    people = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    basis = JsonField()


class ForecastAnswerSerializer(serializers.Serializer[Any]):
    """written … without_history: days; null in a preview. days: in a preview only."""

    written = serializers.IntegerField(allow_null=True)
    unchanged = serializers.IntegerField(allow_null=True)
    by_hand = serializers.IntegerField(allow_null=True)
    without_history = serializers.IntegerField(allow_null=True)
    days = ForecastDaySerializer(many=True)


class CoverQuerySerializer(serializers.Serializer[Any]):
    unit = IdRelatedField(queryset=OrgUnit.objects)
    first = serializers.DateField()
    end = serializers.DateField(help_text="exclusive, at most 92 days later")


class CoverGapSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    start_minute = serializers.IntegerField()
    end_minute = serializers.IntegerField()
    wanted = serializers.IntegerField()
    on_shift = serializers.FloatField()
    missing = serializers.FloatField()


class CoverSerializer(serializers.Serializer[Any]):
    """wanted, on_shift: a list of slots per day. on_shift has fractions where somebody is there for part of a slot."""

    unit = IdField()
    first = serializers.DateField()
    slot_minutes = serializers.IntegerField()
    wanted = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    on_shift = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    gaps = CoverGapSerializer(many=True)


class DemandViewSet(UnitViewSet):
    """People wanted, a row per day and queue or unit."""

    queryset = StaffingDemand.objects.all()
    serializer_class = DemandSerializer
    request_serializers = {"create": SetDemandSerializer, "forecast": ForecastSerializer}
    filterset_fields = {"queue": ["exact"], "unit": ["exact"], "date": ["exact", "gte", "lt"], "by_hand": ["exact"]}
    ordering_fields = ("date",)
    ordering = ("-date", "id")

    @extend_schema(request=SetDemandSerializer, responses={201: DemandSerializer})
    def create(self, request: Request) -> Response:
        """Decide a day by hand; forecasts leave it alone from then on."""
        given = self.validated()
        queue, unit = given.pop("queue"), given.pop("unit")
        if (queue is None) == (unit is None):
            raise DomainError(
                "attendance.demand.whose", field="queue", zh="请指定队列或部门之一。",
                en="Name either a queue or a unit.",
            )  # fmt: skip
        row = set_demand(whose=queue or unit, day=given.pop("date"), **given, actor=self.actor, now=self.now)
        return self.respond(row, status=201)

    @extend_schema(request=None, responses={200: DemandSerializer, 204: None})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take back a decision by hand: the forecast counts again; without one the day has no demand (204)."""
        row = withdraw_demand(demand=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204) if row is None else self.respond(row)

    @extend_schema(request=ForecastSerializer, responses=ForecastAnswerSerializer)
    @action(detail=False, methods=["post"])
    def forecast(self, request: Request) -> Response:
        """Forecast a period, and keep it unless it is a preview."""
        given = self.validated()
        if given.pop("preview"):
            _require_seen(given["queue"].unit_id, self)
            days = forecast(given["queue"], given["first"], given["end"])
            nothing = dict.fromkeys(ForecastCounts.__dataclass_fields__)
            return Response(ForecastAnswerSerializer({**nothing, "days": days}).data)
        counts = save_forecast(**given, actor=self.actor, now=self.now)
        return Response(ForecastAnswerSerializer({**vars(counts), "days": []}).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("unit", str, required=True), OpenApiParameter("first", date, required=True),
            OpenApiParameter("end", date, required=True, description="exclusive, at most 92 days later"),
        ],
        responses=CoverSerializer, filters=False,
    )  # fmt: skip
    @action(detail=False, methods=["get"], pagination_class=None)
    def cover(self, request: Request) -> Response:
        """Demand against the planned roster of a unit and all below it, slot by slot, with the gaps."""
        asked = validated(CoverQuerySerializer(data=request.query_params))
        require_period(asked["first"], asked["end"])
        _require_seen(asked["unit"].id, self)
        found = staffing_cover(asked["unit"], asked["first"], asked["end"])
        return Response(CoverSerializer(_shown(asked["unit"], found)).data)


def _require_seen(unit_id: int, view: DemandViewSet) -> None:
    reach = view.actor.reach(VIEW)
    if reach is not None and unit_id not in reach:
        raise NotFound("people.unit", unit_id)


def _shown(unit: OrgUnit, cover: StaffingCover) -> dict[str, Any]:
    return {
        "unit": unit.id, "first": cover.first, "slot_minutes": cover.slot_minutes, "wanted": cover.wanted.tolist(),
        "on_shift": cover.on_shift.tolist(), "gaps": cover.gaps(),
    }  # fmt: skip
