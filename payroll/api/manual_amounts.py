"""Amounts of payslips set by hand."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee
from payroll.models import ManualAmount, PayRun
from payroll.services.manual_amounts import set_amount, take_back_amount


class ManualAmountSerializer(TenantSerializer):
    """formula_fen: what the formula gave instead; null before the person is calculated, and where it gave nothing."""

    class Meta:
        model = ManualAmount
        fields = ("id", "run", "employee", "item", "amount_fen", "formula_fen", "reason", "set_by", "set_at")
        read_only_fields = fields


class NewManualAmountSerializer(serializers.Serializer[Any]):
    run = IdRelatedField(queryset=PayRun.objects.all())
    employee = IdRelatedField(queryset=Employee.objects.all())
    item = serializers.CharField(max_length=60, help_text="code of the item")
    amount_fen = serializers.IntegerField(min_value=-(10**15), max_value=10**15)
    reason = serializers.CharField(max_length=2_000)


class ManualAmountViewSet(TenantViewSet):
    """Amounts that count instead of the formula of an item, for one person in one run that is not approved."""

    noun = "payroll.run"
    person_path = "employee"
    queryset = ManualAmount.objects.all()
    serializer_class = ManualAmountSerializer
    filterset_fields = ("run", "employee", "item")
    request_serializers = {"create": NewManualAmountSerializer}

    @extend_schema(request=NewManualAmountSerializer, responses={201: ManualAmountSerializer})
    def create(self, request: Request) -> Response:
        """Set an amount, again to replace it; the person is calculated again at once."""
        return self.respond(set_amount(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it back: the formula counts again."""
        take_back_amount(amount=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)
