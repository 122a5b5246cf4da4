"""Queues of contacts, what came in, days of promotions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import ContactQueue, ContactVolume, PromotionDay
from attendance.queries.contact_queues import within_units
from attendance.rules.staffing import achieved, people_wanted
from attendance.services.contact_queues import (
    Promotion,
    QueueFacts,
    add_queue,
    change_queue,
    remove_promotion,
    remove_queue,
    set_promotion,
)
from attendance.services.contact_volumes import MOST_CONTACTS, SlotCount, record_volumes
from hrsaas.api.bulk import LARGEST_BODY
from hrsaas.api.permissions import permission_for
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.models import OrgUnit


class UnitViewSet(TenantViewSet):
    """Rows about units: cut to those that the caller has the permission for."""

    noun = "attendance.demand"

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return within_units(rows, self.actor, permission_for(self, self.request.method or "GET") or "")


class QueueSerializer(TenantSerializer):
    """Rates are fractions. patience_seconds and max_abandon_rate: both (Erlang A) or none (Erlang C)."""

    class Meta:
        model = ContactQueue
        fields = ("id", *QueueFacts.__dataclass_fields__)
        read_only_fields = fields


class NewQueueSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, allow_blank=True, default="")
    unit = IdRelatedField(queryset=OrgUnit.objects)
    slot_minutes = serializers.ChoiceField(choices=ContactQueue.Slot.choices, default=30)
    handling_seconds = serializers.IntegerField(min_value=1, max_value=86_400)
    answer_within_seconds = serializers.IntegerField(min_value=0, max_value=86_400)
    service_level_rate = serializers.DecimalField(max_digits=5, decimal_places=4)
    max_occupancy_rate = serializers.DecimalField(max_digits=5, decimal_places=4, default=1)
    shrinkage_rate = serializers.DecimalField(max_digits=5, decimal_places=4, default=0)
    patience_seconds = serializers.IntegerField(min_value=1, max_value=86_400, allow_null=True, default=None)
    max_abandon_rate = serializers.DecimalField(max_digits=5, decimal_places=4, allow_null=True, default=None)
    growth_rate = serializers.DecimalField(max_digits=6, decimal_places=4, default=0)
    digital_share_rate = serializers.DecimalField(max_digits=5, decimal_places=4, default=0)


class AskedSerializer(serializers.Serializer[Any]):
    contacts = serializers.DecimalField(
        max_digits=12, decimal_places=4, min_value=0, max_value=MOST_CONTACTS, help_text="In one slot."
    )
    people = serializers.IntegerField(
        min_value=0, max_value=20_000, required=False, help_text="On the roster; without it, as many as are wanted."
    )


class AchievedSerializer(serializers.Serializer[Any]):
    """wanted: people for the roster, shrinkage included. there: of ``people``, those not lost to shrinkage. A figure
    that does not apply, or that an overloaded queue has none of, is null.
    """

    people = serializers.IntegerField()
    wanted = serializers.IntegerField()
    there = serializers.IntegerField()
    load_erlangs = serializers.FloatField()
    overloaded = serializers.BooleanField()
    occupancy = serializers.FloatField(allow_null=True)
    service_level = serializers.FloatField(allow_null=True)
    abandoned = serializers.FloatField(allow_null=True)
    wait_s = serializers.FloatField(allow_null=True)


class QueueViewSet(UnitViewSet):
    """What units answer."""

    queryset = ContactQueue.objects.all()
    serializer_class = QueueSerializer
    request_serializers = {"create": NewQueueSerializer, "update": NewQueueSerializer, "calculate": AskedSerializer}
    permission_verbs = {"calculate": "view"}
    filterset_fields = ("code", "unit")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code",)
    ordering = ("code",)

    @extend_schema(request=NewQueueSerializer, responses={201: QueueSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(add_queue(facts=QueueFacts(**self.validated()), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=NewQueueSerializer, responses=QueueSerializer)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of it anew; the slot stays once there are contacts or demand."""
        queue, facts = self.get_object(), QueueFacts(**self.validated())
        return self.respond(change_queue(queue=queue, facts=facts, actor=self.actor, now=self.now))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a queue that was never used."""
        remove_queue(queue=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)

    @extend_schema(request=AskedSerializer, responses=AchievedSerializer)
    @action(detail=True, methods=["post"])
    def calculate(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How many people a slot wants, and what so many achieve. Nothing is written."""
        queue, asked = self.get_object(), self.validated()
        contacts = Fraction(asked["contacts"])
        try:
            (wanted,) = people_wanted([contacts], queue.promise)
            people = asked.get("people", wanted)
            found = achieved(people, contacts, queue.promise)
        except ValueError:
            raise _too_many() from None
        return Response(AchievedSerializer(_figures(people, wanted, found)).data)


class VolumeSerializer(TenantSerializer):
    """contacts: per slot of the queue, from midnight on."""

    class Meta:
        model = ContactVolume
        fields = ("id", "queue", "date", "contacts")
        read_only_fields = fields


class SlotCountSerializer(serializers.Serializer[Any]):
    queue = serializers.CharField(max_length=32, help_text="Code of the queue.")
    date = serializers.DateField()
    start_minute = serializers.IntegerField(min_value=0, max_value=1439, help_text="Begin of the slot, from midnight.")
    contacts = serializers.IntegerField(min_value=0, max_value=MOST_CONTACTS)


class SlotCountsSerializer(serializers.Serializer[Any]):
    """Up to 1,000 slots."""

    slots = SlotCountSerializer(many=True, allow_empty=False)


class VolumeCountsSerializer(serializers.Serializer[Any]):
    """Days of queues."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()


class VolumeViewSet(UnitViewSet):
    """Contacts that came in, a row per queue and day."""

    queryset = ContactVolume.objects.all()
    serializer_class = VolumeSerializer
    request_serializers = {"bulk": SlotCountsSerializer}
    filterset_fields = {"queue": ["exact"], "date": ["exact", "gte", "lt"]}
    ordering_fields = ("date",)
    ordering = ("-date", "id")

    @extend_schema(request=SlotCountsSerializer, responses=VolumeCountsSerializer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Set counts of slots; the same again changes nothing, other slots of the day stay."""
        slots = self.validated()["slots"]
        if len(slots) > LARGEST_BODY:
            raise DomainError(
                "api.bulk.size", field="slots", zh=f"每次最多提交 {LARGEST_BODY} 个时段。",
                en=f"Send at most {LARGEST_BODY} slots at a time.",
            )  # fmt: skip
        counts = record_volumes(rows=[SlotCount(**slot) for slot in slots], actor=self.actor, now=self.now)
        return Response(VolumeCountsSerializer(counts).data)


class PromotionSerializer(TenantSerializer):
    """queue null: of all queues; a queue's own multiplier goes before."""

    class Meta:
        model = PromotionDay
        fields = ("id", "date", "queue", "multiplier", "name", "name_en")
        read_only_fields = fields


class NewPromotionSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    queue = IdRelatedField(queryset=ContactQueue.objects, allow_null=True, default=None)
    multiplier = serializers.DecimalField(max_digits=6, decimal_places=3)
    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, allow_blank=True, default="")


class PromotionViewSet(UnitViewSet):
    """Days on which more comes in than on an ordinary day, past and to come."""

    queryset = PromotionDay.objects.all()
    serializer_class = PromotionSerializer
    request_serializers = {"create": NewPromotionSerializer}
    filterset_fields = {"queue": ["exact"], "date": ["exact", "gte", "lt"]}
    ordering_fields = ("date",)
    ordering = ("-date", "id")

    @extend_schema(request=NewPromotionSerializer, responses={201: PromotionSerializer})
    def create(self, request: Request) -> Response:
        """Set a day; one of the same date and queue is replaced."""
        row = set_promotion(promotion=Promotion(**self.validated()), actor=self.actor, now=self.now)
        return self.respond(row, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """An ordinary day again."""
        remove_promotion(promotion=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)


def _figures(people: int, wanted: int, found: Any) -> dict[str, Any]:
    names = ("there", "overloaded", "occupancy", "service_level", "abandoned", "wait_s")
    return {"people": people, "wanted": wanted, "load_erlangs": float(found.load)} | {
        name: getattr(found, name) for name in names
    }


def _too_many() -> DomainError:
    return DomainError(
        "attendance.demand.too_many", field="contacts", zh="数量过大，无法计算人数。",
        en="That is more than people can be counted for.",
    )  # fmt: skip
