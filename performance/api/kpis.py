"""The library of KPIs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from performance.models import Kpi
from performance.services.kpis import change_kpi, create_kpi


def figure(**kwargs: Any) -> serializers.DecimalField:
    """A figure in the KPI's unit."""
    return serializers.DecimalField(max_digits=20, decimal_places=6, **kwargs)


def weight(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=9, decimal_places=4, **kwargs)


class KpiSerializer(TenantSerializer):
    class Meta:
        model = Kpi
        fields = (
            "id", "code", "name", "name_en", "area", "area_en", "meaning", "meaning_en", "measure", "measure_en",
            "direction", "floor", "target", "stretch", "weight", "places", "is_active",
        )  # fmt: skip
        read_only_fields = fields


class ChangeKpiSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    area = serializers.CharField(max_length=60, required=False, allow_blank=True)
    area_en = serializers.CharField(max_length=60, required=False, allow_blank=True)
    meaning = serializers.CharField(max_length=400, required=False, allow_blank=True)
    meaning_en = serializers.CharField(max_length=400, required=False, allow_blank=True)
    measure = serializers.CharField(max_length=60, required=False, allow_blank=True)
    measure_en = serializers.CharField(max_length=60, required=False, allow_blank=True)
    direction = serializers.ChoiceField(Kpi.Direction.choices, required=False)
    floor = figure(required=False)
    target = figure(required=False)
    stretch = figure(required=False)
    weight = weight(required=False)
    places = serializers.IntegerField(min_value=0, max_value=4, required=False)
    is_active = serializers.BooleanField(required=False)


class NewKpiSerializer(ChangeKpiSerializer):
    code = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=120)
    direction = serializers.ChoiceField(Kpi.Direction.choices)
    floor = figure()
    target = figure()
    stretch = figure()
    weight = weight()
    is_active = None


class KpiViewSet(TenantViewSet):
    """KPIs with the bands that new goals begin with: 0 points at the floor, 100 at the target, 120 at the stretch."""

    noun = "performance.kpi"
    queryset = Kpi.objects.all()
    serializer_class = KpiSerializer
    filterset_fields = ("code", "is_active", "direction")
    search_fields = ("code", "name", "name_en", "area", "area_en")
    ordering_fields = ("code", "name", "area")
    request_serializers = {"create": NewKpiSerializer, "partial_update": ChangeKpiSerializer}

    @extend_schema(request=NewKpiSerializer, responses={201: KpiSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(create_kpi(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=ChangeKpiSerializer, responses=KpiSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Goals that were set keep their own bands and weight."""
        kpi, changes = self.get_object(), self.validated()
        return self.respond(change_kpi(kpi=kpi, changes=changes, actor=self.actor, now=self.now))
