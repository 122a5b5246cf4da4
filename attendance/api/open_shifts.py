"""Shifts that nobody is on yet."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.requests import ForWhomSerializer, person_of
from attendance.api.roster_edits import RosterSavedSerializer, saved_json
from attendance.api.shifts import ShiftSerializer
from attendance.models import OpenShift, Shift
from attendance.queries.open_shifts import open_shifts_for
from attendance.services.open_shifts import MOST, open_shifts, take_open_shift, withdraw_open_shift
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.queries.tenants import current_tenant


class OpenShiftSerializer(TenantSerializer):
    """state: open, taken or withdrawn."""

    expandable = {"shift": ShiftSerializer}

    class Meta:
        model = OpenShift
        fields = (
            "id", "unit", "date", "shift", "note", "state", "opened_at", "opened_by", "taken_by", "taken_at"
        )  # fmt: skip
        read_only_fields = fields


class NewOpenShiftsSerializer(serializers.Serializer[Any]):
    unit = IdRelatedField(queryset=OrgUnit.objects)
    date = serializers.DateField()
    shift = IdRelatedField(queryset=Shift.objects)
    places = serializers.IntegerField(min_value=1, max_value=MOST, default=1)
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class OpenedShiftsSerializer(serializers.Serializer[Any]):
    """The open shifts that were made, one for each place."""

    results = OpenShiftSerializer(many=True)


class OpenShiftViewSet(TenantViewSet):
    """Shifts to take, for the people of a unit and below it. Whoever is first has it, where no rule forbids it."""

    noun = "attendance.roster"
    permission_verbs = {"take": "view"}
    queryset = OpenShift.objects.all()
    serializer_class = OpenShiftSerializer
    request_serializers = {"create": NewOpenShiftsSerializer, "take": ForWhomSerializer}
    pagination_class = Stream
    filterset_fields = {"unit": ["exact"], "date": ["exact", "gte", "lt"], "state": ["exact"]}
    ordering_fields = ("date", "id")

    def get_queryset(self) -> QuerySet[OpenShift]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return open_shifts_for(rows, self.actor, self.now.astimezone(current_tenant().zone).date())

    @extend_schema(request=NewOpenShiftsSerializer, responses={201: OpenedShiftsSerializer})
    def create(self, request: Request) -> Response:
        """Open places on a shift of a day."""
        given = self.validated()
        rows = open_shifts(day=given.pop("date"), **given, actor=self.actor, now=self.now)
        return Response({"results": self.get_serializer(rows, many=True).data}, status=201)

    @extend_schema(request=ForWhomSerializer, responses=RosterSavedSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Take it, for oneself or for somebody for whom one may ask."""
        row = self.get_object()
        someone = person_of(self.validated(), self.actor)
        saved = take_open_shift(open_shift=row, employee=someone, actor=self.actor, now=self.now)
        return Response(saved_json(saved))

    @extend_schema(request=None, responses=OpenShiftSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Nobody may take it any more."""
        return self.respond(withdraw_open_shift(open_shift=self.get_object(), actor=self.actor, now=self.now))
