"""Positions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Position
from hrsaas.people.services.units import create_position, rename_position


class PositionSerializer(TenantSerializer):
    class Meta:
        model = Position
        fields = ("id", "code", "name", "name_en")
        read_only_fields = fields


class NewPositionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)


class RenamePositionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)


class PositionViewSet(TenantViewSet):
    """What people are employed as."""

    noun = "people.unit"
    queryset = Position.objects.all()
    serializer_class = PositionSerializer
    filterset_fields = ("code",)
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code", "name")
    request_serializers = {"create": NewPositionSerializer, "partial_update": RenamePositionSerializer}

    @extend_schema(request=NewPositionSerializer, responses={201: PositionSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(create_position(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=RenamePositionSerializer, responses=PositionSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        position = self.get_object()
        return self.respond(rename_position(position=position, **self.validated(), actor=self.actor, now=self.now))
