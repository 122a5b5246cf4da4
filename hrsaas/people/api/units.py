"""Org units."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.services.units import create_unit, move_unit, rename_unit


class UnitSerializer(TenantSerializer):
    class Meta:
        model = OrgUnit
        fields = ("id", "code", "name", "name_en", "parent")
        read_only_fields = fields


class NewUnitSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    parent = IdRelatedField(queryset=OrgUnit.objects.all(), required=False, allow_null=True)


class ChangeUnitSerializer(serializers.Serializer[Any]):
    """parent null: to the top of the tree; left out: where it is."""

    name = serializers.CharField(max_length=120, required=False)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    parent = IdRelatedField(queryset=OrgUnit.objects.all(), required=False, allow_null=True)


class UnitFilter(django_filters.FilterSet):
    """below: this unit and everything under it."""

    parent = django_filters.ModelChoiceFilter(queryset=lambda request: OrgUnit.objects.all())
    below = django_filters.ModelChoiceFilter(queryset=lambda request: OrgUnit.objects.all(), method="in_subtree")
    top = django_filters.BooleanFilter(field_name="parent", lookup_expr="isnull")

    class Meta:
        model = OrgUnit
        fields = ("parent", "below", "top", "code")

    def in_subtree(self, rows: QuerySet[OrgUnit], name: str, unit: OrgUnit) -> QuerySet[OrgUnit]:
        return rows.filter(id__in=subtree_ids([unit.id]))


class UnitViewSet(TenantViewSet):
    """The tree of org units: every row names its parent."""

    noun = "people.unit"
    queryset = OrgUnit.objects.all()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code", "name")
    request_serializers = {"create": NewUnitSerializer, "partial_update": ChangeUnitSerializer}

    @extend_schema(request=NewUnitSerializer, responses={201: UnitSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(create_unit(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=ChangeUnitSerializer, responses=UnitSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename the unit, move it, or both."""
        unit, data = self.get_object(), self.validated()
        if "parent" in data:
            unit = move_unit(unit=unit, parent=data["parent"], actor=self.actor, now=self.now)
        if "name" in data or "name_en" in data:
            name, name_en = data.get("name", unit.name), data.get("name_en")
            unit = rename_unit(unit=unit, name=name, name_en=name_en, actor=self.actor, now=self.now)
        return self.respond(unit)
