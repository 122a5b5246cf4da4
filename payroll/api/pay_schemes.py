"""Pay schemes, made from packs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.models import PayScheme
from payroll.services.pay_schemes import create_scheme
from payroll.services.retro_differences import add_retro_items


class PaySchemeSerializer(TenantSerializer):
    class Meta:
        model = PayScheme
        fields = ("id", "code", "name", "name_en", "pack")
        read_only_fields = fields


class NewSchemeSerializer(serializers.Serializer[Any]):
    """pack: of the product, whose items become the scheme's."""

    code = serializers.RegexField(r"^[a-z][a-z0-9_]*$", max_length=40)
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120)
    pack = serializers.CharField(max_length=40)


class PaySchemeViewSet(TenantViewSet):
    """Sets of pay items: blue collar, sales, managers, the annual bonus."""

    noun = "payroll.item"
    queryset = PayScheme.objects.all()
    serializer_class = PaySchemeSerializer
    ordering_fields = ("code",)
    request_serializers = {"create": NewSchemeSerializer}

    @extend_schema(request=NewSchemeSerializer, responses={201: PaySchemeSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(create_scheme(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=None, responses={200: PaySchemeSerializer})
    @action(detail=True, methods=["post"], url_path="retro-items")
    def retro_items(self, request: Request, pk: str) -> Response:
        """Add the items that pay differences of closed months."""
        scheme = self.get_object()
        add_retro_items(scheme=scheme, actor=self.actor, now=self.now)
        return self.respond(scheme)
