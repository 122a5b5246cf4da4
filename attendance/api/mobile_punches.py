"""Stamping by phone, phones, and the places of work."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import Phone, PunchCheck, PunchPlace, Trust
from attendance.services.mobile_punches import Sighting, stamp
from attendance.services.punch_places import (
    LARGEST_RADIUS_M,
    SHORTEST_KEY,
    SMALLEST_RADIUS_M,
    PlaceFacts,
    decide_phone,
    register_phone,
    set_place,
)
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import OrgUnit


class SightingSerializer(serializers.Serializer[Any]):
    """Where the phone is. The position is judged and not kept."""

    latitude = serializers.FloatField(min_value=-90, max_value=90, allow_null=True, default=None)
    longitude = serializers.FloatField(min_value=-180, max_value=180, allow_null=True, default=None)
    accuracy_m = serializers.FloatField(min_value=0, max_value=1_000_000, allow_null=True, default=None)
    datum = serializers.ChoiceField(
        choices=["gcj02", "wgs84"], default="gcj02", help_text="wgs84 as satellites, gcj02 as Chinese maps have it."
    )
    bssid = serializers.CharField(max_length=17, allow_blank=True, default="", help_text="Of the Wi-Fi it is in.")
    phone_key = serializers.CharField(max_length=200, allow_blank=True, default="")


class CheckSerializer(TenantSerializer):
    """One's own stamp, and how it was judged. distance_m: to the place's centre."""

    punched_at = serializers.DateTimeField(source="punch.punched_at", read_only=True)
    employee = IdField(source="punch.employee_id", read_only=True)
    trust = serializers.ChoiceField(source="punch.trust", choices=Trust.choices, read_only=True)

    class Meta:
        model = PunchCheck
        fields = ("id", "punch", "employee", "punched_at", "trust", "place", "phone", "distance_m", "accuracy_m")
        read_only_fields = fields


class MobilePunchViewSet(TenantViewSet):
    """Stamps by phone, the newest first."""

    noun = "attendance.punch"
    permission_verbs = {"create": "stamp"}
    person_path = "punch__employee"
    queryset = PunchCheck.objects.select_related("punch")
    serializer_class = CheckSerializer
    request_serializers = {"create": SightingSerializer}
    pagination_class = Stream
    filterset_fields = {"punch__trust": ["exact", "gte"], "place": ["exact"]}

    @extend_schema(request=SightingSerializer, responses={201: CheckSerializer})
    def create(self, request: Request) -> Response:
        """One's own punch, now. Away from all places of work it is refused or marked, as the settings say."""
        return self.respond(stamp(sighting=Sighting(**self.validated()), actor=self.actor, now=self.now), status=201)


class PhoneSerializer(TenantSerializer):
    class Meta:
        model = Phone
        fields = ("id", "employee", "name", "state", "first_used_at")
        read_only_fields = fields


class NewPhoneSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(
        min_length=SHORTEST_KEY, max_length=200, help_text="Random, made by the app when it was installed."
    )
    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class PhoneViewSet(TenantViewSet):
    """Phones with which people stamp."""

    noun = "attendance.punch"
    permission_verbs = {"create": "stamp"}
    person_path = "employee"
    queryset = Phone.objects.all()
    serializer_class = PhoneSerializer
    request_serializers = {"create": NewPhoneSerializer}
    filterset_fields = ("employee", "state")

    @extend_schema(request=NewPhoneSerializer, responses={201: PhoneSerializer})
    def create(self, request: Request) -> Response:
        """Register one's own phone: the first is allowed at once, others wait for HR."""
        return self.respond(register_phone(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=None, responses=PhoneSerializer)
    @action(detail=True, methods=["post"])
    def allow(self, request: Request, pk: str) -> Response:
        """Let the person stamp with it."""
        return self.respond(decide_phone(phone=self.get_object(), allow=True, actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=PhoneSerializer)
    @action(detail=True, methods=["post"])
    def block(self, request: Request, pk: str) -> Response:
        """Take that back."""
        return self.respond(decide_phone(phone=self.get_object(), allow=False, actor=self.actor, now=self.now))


class PlaceSerializer(TenantSerializer):
    class Meta:
        model = PunchPlace
        fields = ("id", *PlaceFacts.__dataclass_fields__)
        read_only_fields = fields


class NewPlaceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    latitude = serializers.DecimalField(
        max_digits=8, decimal_places=6, min_value=-90, max_value=90, allow_null=True, default=None, help_text="GCJ-02."
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, allow_null=True, default=None
    )
    radius_m = serializers.IntegerField(min_value=SMALLEST_RADIUS_M, max_value=LARGEST_RADIUS_M, default=200)
    bssids = serializers.ListField(child=serializers.CharField(max_length=17), max_length=500, default=list)
    unit = IdRelatedField(queryset=OrgUnit.objects, allow_null=True, default=None)
    is_active = serializers.BooleanField(default=True)


class PlaceViewSet(TenantViewSet):
    """Places of work: circles on the map and access points of their Wi-Fi."""

    noun = "attendance.setup"
    queryset = PunchPlace.objects.all()
    serializer_class = PlaceSerializer
    request_serializers = {"create": NewPlaceSerializer, "update": NewPlaceSerializer}
    filterset_fields = ("is_active", "unit")
    search_fields = ("name",)
    ordering_fields = ("name",)
    ordering = ("name",)

    @extend_schema(request=NewPlaceSerializer, responses={201: PlaceSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(set_place(facts=self._facts(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=NewPlaceSerializer, responses=PlaceSerializer)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of it anew."""
        return self.respond(
            set_place(place=self.get_object(), facts=self._facts(), actor=self.actor, now=self.now)
        )  # fmt: skip

    def _facts(self) -> PlaceFacts:
        return PlaceFacts(**self.validated())
