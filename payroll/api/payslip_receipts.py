"""Who has read and confirmed the own payslip, and what people dispute."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.models import PayslipDispute, PayslipReceipt
from payroll.services.payslip_receipts import answer_dispute


class ReceiptSerializer(TenantSerializer):
    class Meta:
        model = PayslipReceipt
        fields = ("id", "payslip", "read_at", "read_from", "confirmed_at", "confirmed_from")
        read_only_fields = fields


class DisputeSerializer(TenantSerializer):
    """answered_at: null while it is open."""

    class Meta:
        model = PayslipDispute
        fields = ("id", "payslip", "text", "raised_at", "raised_from", "answer", "answered_by", "answered_at")
        read_only_fields = fields


class DisputeTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=2_000)


class AnswerSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=2_000)


class ReceiptFilter(django_filters.FilterSet):
    run = django_filters.NumberFilter(field_name="payslip__run")
    confirmed = django_filters.BooleanFilter(field_name="confirmed_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = PayslipReceipt
        fields = ("payslip",)


class DisputeFilter(django_filters.FilterSet):
    run = django_filters.NumberFilter(field_name="payslip__run")
    answered = django_filters.BooleanFilter(field_name="answered_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = PayslipDispute
        fields = ("payslip",)


class ReceiptViewSet(TenantViewSet):
    """When people read and confirmed their payslips, and from where."""

    noun = "payroll.payslip"
    person_path = "payslip__employee"
    queryset = PayslipReceipt.objects.all()
    serializer_class = ReceiptSerializer
    pagination_class = Stream
    filterset_class = ReceiptFilter


class DisputeViewSet(TenantViewSet):
    """What people find wrong with their payslips, and what payroll officers answer."""

    noun = "payroll.payslip"
    permission_verbs = {"answer": "view"}  # the service asks for payroll.run.change
    person_path = "payslip__employee"
    queryset = PayslipDispute.objects.all()
    serializer_class = DisputeSerializer
    pagination_class = Stream
    filterset_class = DisputeFilter
    request_serializers = {"answer": AnswerSerializer}

    @extend_schema(request=AnswerSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Answer an open dispute; the person may confirm then, or dispute again."""
        dispute = self.get_object()
        return self.respond(answer_dispute(dispute=dispute, **self.validated(), actor=self.actor, now=self.now))
