"""Accounts of the journal voucher."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import OrgUnit
from payroll.models import PayItem, VoucherAccount
from payroll.services.voucher_accounts import set_account


class VoucherAccountSerializer(TenantSerializer):
    class Meta:
        model = VoucherAccount
        fields = (
            "id", "category", "item_code", "side", "unit", "account", "name", "by_unit", "by_project", "start_date",
            "end_date",
        )  # fmt: skip
        read_only_fields = fields


class NewAccountSerializer(serializers.Serializer[Any]):
    """item_code: one item that goes elsewhere than its category. unit: for what is borne there or below; left out or
    null: everywhere else. by_unit: lines by org unit and cost centre; by_project: by project.
    """

    category = serializers.ChoiceField(PayItem.Category.choices)
    item_code = serializers.CharField(max_length=60, required=False, allow_blank=True)
    side = serializers.ChoiceField(VoucherAccount.Side.choices)
    unit = IdRelatedField(queryset=OrgUnit.objects.all(), required=False, allow_null=True)
    account = serializers.RegexField(r"^[0-9A-Za-z._\-]+$", max_length=40)
    name = serializers.CharField(max_length=120)
    by_unit = serializers.BooleanField(required=False)
    by_project = serializers.BooleanField(required=False)
    start_date = serializers.DateField()


class VoucherAccountViewSet(TenantViewSet):
    """Where the tenant has its own accounts; the product's hold for everything else."""

    noun = "payroll.item"
    queryset = VoucherAccount.objects.all()
    serializer_class = VoucherAccountSerializer
    filterset_fields = ("category", "side", "item_code", "unit")
    ordering_fields = ("start_date",)
    request_serializers = {"create": NewAccountSerializer}

    @extend_schema(request=NewAccountSerializer, responses={201: VoucherAccountSerializer})
    def create(self, request: Request) -> Response:
        """Set an account from a day on; the one before ends there."""
        return self.respond(set_account(**self.validated(), actor=self.actor, now=self.now), status=201)
