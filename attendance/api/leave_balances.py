"""Balances of leave as of a day, the lots behind them, and every movement."""

from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import LeaveEntry, LeaveLot, LeaveType
from attendance.queries.leave_balances import balances
from attendance.rules.leave_amounts import to_decimal
from attendance.services.overtime_credits import OvertimeRow, credit_overtime
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, IdRelatedField, TenantSerializer, validated
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import visible_to
from hrsaas.tenancy.queries.tenants import current_tenant

VIEW = "attendance.leave.view"


def shown(amount: int, leave_type: LeaveType) -> str:
    """An amount in days or hours."""
    return f"{to_decimal(amount, leave_type.unit):f}"


class LeaveLotSerializer(TenantSerializer):
    """remaining: in days, or hours for types whose unit is ``hour``; everything that was asked for is taken off."""

    remaining = serializers.SerializerMethodField()

    class Meta:
        model = LeaveLot
        fields = ("id", "employee", "leave_type", "key", "start_date", "end_date", "remaining")
        read_only_fields = fields

    def get_remaining(self, row: LeaveLot) -> str:
        return shown(row.remaining, row.leave_type)


class BalanceQuerySerializer(serializers.Serializer[Any]):
    on = serializers.DateField(required=False, help_text="Default: today.")
    employee = IdRelatedField(queryset=Employee.objects, required=False, help_text="Default: oneself.")


class LeaveBalanceSerializer(serializers.Serializer[Any]):
    """In days, or hours where the unit is ``hour``. available: remaining less what is booked for later."""

    employee = IdField(source="employee_id")
    leave_type = IdField(source="leave_type_id")
    granted = serializers.CharField()
    carried = serializers.CharField()
    taken = serializers.CharField()
    expired = serializers.CharField()
    booked = serializers.CharField()
    remaining = serializers.CharField()
    available = serializers.CharField()


class OvertimeRowSerializer(serializers.Serializer[Any]):
    """employee: the number. minutes: all of the day that are leave instead of pay; 0 takes them back."""

    employee = serializers.CharField(max_length=32)
    day = serializers.DateField()
    minutes = serializers.IntegerField(min_value=0, max_value=1440)


class OvertimeCreditsSerializer(serializers.Serializer[Any]):
    leave_type = IdRelatedField(queryset=LeaveType.objects, help_text="One that may come from overtime.")
    rows = OvertimeRowSerializer(many=True, max_length=1_000, min_length=1)


class OvertimeCreditedSerializer(serializers.Serializer[Any]):
    days = serializers.IntegerField(help_text="That were new or different.")


class LeaveLotViewSet(TenantViewSet):
    """What of leave came with which validity, and what is left of it."""

    noun = "attendance.leave"
    person_path = "employee"
    queryset = LeaveLot.objects.select_related("leave_type")
    serializer_class = LeaveLotSerializer
    request_serializers = {"credit_overtime": OvertimeCreditsSerializer}
    filterset_fields = {"employee": ["exact"], "leave_type": ["exact"], "end_date": ["lte", "gt"]}
    ordering_fields = ("start_date", "id")

    @extend_schema(parameters=[BalanceQuerySerializer], responses=LeaveBalanceSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def balances(self, request: Request) -> Response:
        """The balances of one person on a day."""
        given = validated(BalanceQuerySerializer(data=request.query_params))
        person = given.get("employee")
        employee_id = self.actor.employee_id if person is None else person.pk
        people = visible_to(self.actor.within(VIEW)).filter(pk=employee_id).values_list("pk", flat=True)
        rows = balances(on=given.get("on") or self._today(), employee_ids=list(people))
        types = {row.pk: row for row in LeaveType.objects.all()}
        return Response([_balance(row, types[row.leave_type_id]) for row in rows])

    @extend_schema(request=OvertimeCreditsSerializer, responses=OvertimeCreditedSerializer)
    @action(detail=False, methods=["post"], url_path="credit-overtime")
    def credit_overtime(self, request: Request) -> Response:
        """Make overtime of working and rest days leave instead of pay; the same rows again change nothing."""
        given = self.validated()
        rows = [OvertimeRow(**row) for row in given["rows"]]
        count = credit_overtime(rows=rows, leave_type=given["leave_type"], actor=self.actor, now=self.now)
        return Response({"days": count})

    def _today(self) -> date:
        return self.now.astimezone(current_tenant().zone).date()


def _balance(row: Any, leave_type: LeaveType) -> dict[str, str]:
    names = ("granted", "carried", "taken", "expired", "booked", "remaining", "available")
    amounts = {name: shown(getattr(row, name), leave_type) for name in names}
    return {"employee": str(row.employee_id), "leave_type": str(row.leave_type_id), **amounts}


class LeaveEntrySerializer(TenantSerializer):
    """amount: in days or hours; below 0 what was taken."""

    employee = serializers.SerializerMethodField()
    leave_type = serializers.SerializerMethodField()
    amount = serializers.SerializerMethodField()

    class Meta:
        model = LeaveEntry
        fields = (
            "id", "employee", "leave_type", "lot", "kind", "date", "amount", "request", "reason", "created_at",
            "created_by",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(IdField())
    def get_employee(self, row: LeaveEntry) -> str:
        return str(row.lot.employee_id)

    @extend_schema_field(IdField())
    def get_leave_type(self, row: LeaveEntry) -> str:
        return str(row.lot.leave_type_id)

    def get_amount(self, row: LeaveEntry) -> str:
        return shown(row.amount, row.lot.leave_type)


class LeaveEntryViewSet(TenantViewSet):
    """Every movement of leave."""

    noun = "attendance.leave"
    person_path = "lot__employee"
    queryset = LeaveEntry.objects.select_related("lot__leave_type")
    serializer_class = LeaveEntrySerializer
    pagination_class = Stream
    filterset_fields = {"lot": ["exact"], "lot__employee": ["exact"], "kind": ["exact"], "date": ["gte", "lt"]}
    ordering_fields = ("date", "id")
