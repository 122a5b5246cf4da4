"""Payments that are held back."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee
from payroll.models import PaymentHold, PayRun
from payroll.services.payments import MONTHS, hold_payments, release_payment


class PaymentHoldSerializer(TenantSerializer):
    """run: null for all runs of the month. until_date: from that day on bank files pay it, released or not."""

    class Meta:
        model = PaymentHold
        fields = (
            "id", "employee", "month", "run", "until_date", "reason", "held_by", "held_at", "release_note",
            "released_by", "released_at",
        )  # fmt: skip
        read_only_fields = fields


class NewHoldSerializer(serializers.Serializer[Any]):
    """months: that many from month (its first day) on; 1 where a run is named."""

    employee = IdRelatedField(queryset=Employee.objects.all())
    month = serializers.DateField()
    months = serializers.IntegerField(min_value=1, max_value=MONTHS, default=1)
    run = IdRelatedField(queryset=PayRun.objects.all(), required=False, allow_null=True)
    until_date = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=2_000)


class HoldsAnswer(serializers.Serializer[Any]):
    holds = PaymentHoldSerializer(many=True)


class ReleaseSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=2_000, allow_blank=True, default="")


class PaymentHoldViewSet(TenantViewSet):
    """Net pay that stays out of bank files, by person and month."""

    noun = "payroll.file"
    person_path = "employee"
    queryset = PaymentHold.objects.all()
    serializer_class = PaymentHoldSerializer
    filterset_fields = {"employee": ["exact"], "month": ["exact"], "run": ["exact"], "released_at": ["isnull"]}
    request_serializers = {"create": NewHoldSerializer, "release": ReleaseSerializer}

    @extend_schema(request=NewHoldSerializer, responses={201: HoldsAnswer})
    def create(self, request: Request) -> Response:
        """Hold the pay of one or several months, a hold each."""
        made = hold_payments(**self.validated(), actor=self.actor, now=self.now)
        return Response(HoldsAnswer({"holds": made}, context=self.get_serializer_context()).data, status=201)

    @extend_schema(request=ReleaseSerializer, responses=PaymentHoldSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """The next bank file of the run pays it."""
        hold = self.get_object()
        return self.respond(release_payment(hold=hold, **self.validated(), actor=self.actor, now=self.now))
