"""Shift swaps: the effect first, then the request; the other person agrees under approvals, then the manager."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.requests import ForWhomSerializer, person_of
from attendance.api.roster_edits import RosterFindingSerializer
from attendance.models import ShiftSwap
from attendance.services.shift_swaps import NewSwap, ask_swap, effects_as_json, preview_swap, withdraw_swap
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee


class ShiftSwapSerializer(TenantSerializer):
    """employee gives the shift of date to other and takes that of other_date, where one is given. state failed: it was
    approved, and the roster was not what it had been; failure says why.
    """

    failure = serializers.CharField(source="why_failed", read_only=True)

    class Meta:
        model = ShiftSwap
        fields = (
            "id", "employee", "other", "date", "shift", "other_date", "other_shift", "reason", "state", "failure",
            "asked_at", "asked_by", "decided_at", "decided_by",
        )  # fmt: skip
        read_only_fields = fields


class SwapWishSerializer(ForWhomSerializer):
    """other: the employee number of the other person. other_date: empty to give the shift away for nothing."""

    other = serializers.SlugRelatedField(slug_field="code", queryset=Employee.objects.all())
    date = serializers.DateField()
    other_date = serializers.DateField(required=False, allow_null=True)


class NewSwapSerializer(SwapWishSerializer):
    reason = serializers.CharField(max_length=1_000)


class SwapDaySerializer(serializers.Serializer[Any]):
    """before, after: code of the shift, '' for a free day."""

    date = serializers.DateField()
    before = serializers.CharField()
    after = serializers.CharField()


class SwapWeekSerializer(serializers.Serializer[Any]):
    monday = serializers.DateField()
    before_minutes = serializers.IntegerField()
    after_minutes = serializers.IntegerField()


class SwapPersonSerializer(serializers.Serializer[Any]):
    """employee: name and number. rest minutes: the shortest between two shifts around these days, or null.
    warnings: rules of the roster that the swap newly breaks; it is refused where one of them blocks.
    """

    employee = serializers.CharField()
    days = SwapDaySerializer(many=True)
    weeks = SwapWeekSerializer(many=True)
    rest_before_minutes = serializers.IntegerField(allow_null=True)
    rest_after_minutes = serializers.IntegerField(allow_null=True)
    warnings = RosterFindingSerializer(many=True)


class SwapEffectSerializer(serializers.Serializer[Any]):
    """shift, other_shift: codes of what would be swapped ('' for nothing)."""

    shift = serializers.CharField()
    other_shift = serializers.CharField()
    people = SwapPersonSerializer(many=True)


class ShiftSwapViewSet(TenantViewSet):
    """Shifts that people give to colleagues or exchange with them."""

    noun = "attendance.request"
    person_path = "employee"
    queryset = ShiftSwap.objects.all()
    serializer_class = ShiftSwapSerializer
    request_serializers = {"create": NewSwapSerializer, "preview": SwapWishSerializer}
    pagination_class = Stream
    filterset_fields = {
        "employee": ["exact"], "other": ["exact"], "date": ["exact", "gte", "lt"], "state": ["exact"],
    }  # fmt: skip

    def get_queryset(self) -> QuerySet[Any]:
        """Those of people in reach, and those offered to oneself."""
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False) or self.actor.employee_id is None:
            return rows
        mine = ShiftSwap.objects.filter(other=self.actor.employee_id)
        return self.queryset.filter(Q(pk__in=rows.order_by().values("pk")) | Q(pk__in=mine.values("pk")))

    @extend_schema(request=NewSwapSerializer, responses={201: ShiftSwapSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a swap; the other person is asked first, then the manager."""
        return self.respond(ask_swap(asked=self._asked(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=SwapWishSerializer, responses=SwapEffectSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What it would mean for both; asks for nothing."""
        effect = preview_swap(asked=self._asked(), actor=self.actor, now=self.now)
        shown = {
            "shift": effect.shift.code, "other_shift": effect.other_shift.code if effect.other_shift else "",
            "people": effects_as_json(effect.people),
        }  # fmt: skip
        return Response(SwapEffectSerializer(shown).data)

    @extend_schema(request=None, responses=ShiftSwapSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a request of one's own that is not decided yet."""
        return self.respond(withdraw_swap(swap=self.get_object(), actor=self.actor, now=self.now))

    def _asked(self) -> NewSwap:
        given = self.validated()
        return NewSwap(**{**given, "employee": person_of(given, self.actor)})
