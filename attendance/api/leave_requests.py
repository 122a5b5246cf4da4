"""Asking for leave and travel, and who is away when."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.leave_balances import shown
from attendance.models import LeaveDay, LeaveRequest, LeaveType
from attendance.services.leave_effects import Asked, Effect
from attendance.services.leave_requests import cancel_leave, preview_leave, request_leave
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee


class AskedLeaveSerializer(TenantSerializer):
    """amount: in days, or hours where the type's unit is ``hour``. first_date and last_date are both included."""

    amount = serializers.SerializerMethodField()

    class Meta:
        model = LeaveRequest
        fields = (
            "id", "employee", "leave_type", "first_date", "last_date", "first_part", "last_part", "start_minute",
            "end_minute", "amount", "state", "reason", "destination", "evidence", "created_at", "created_by",
            "decided_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_amount(self, row: LeaveRequest) -> str:
        return shown(row.amount, row.leave_type)


class NewLeaveSerializer(serializers.Serializer[Any]):
    """From first_date to last_date, both included; or minutes of one day for types counted in hours."""

    employee = IdRelatedField(queryset=Employee.objects, required=False, help_text="Default: oneself.")
    leave_type = IdRelatedField(queryset=LeaveType.objects)
    first_date = serializers.DateField()
    last_date = serializers.DateField()
    first_part = serializers.ChoiceField(LeaveRequest.DayPart.choices, default="full")
    last_part = serializers.ChoiceField(LeaveRequest.DayPart.choices, default="full")
    start_minute = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2880)
    end_minute = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2880)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    destination = serializers.CharField(max_length=120, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=200, required=False, allow_blank=True)


class LeaveEffectDaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    amount = serializers.CharField()


class LeaveCoverSerializer(serializers.Serializer[Any]):
    """Of the unit's people on the day, how many others are away."""

    date = serializers.DateField()
    people = serializers.IntegerField()
    away = serializers.IntegerField()


class LeaveFaultSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    zh = serializers.CharField()
    en = serializers.CharField()


class LeaveEffectSerializer(serializers.Serializer[Any]):
    """What asking would do. balance_before, balance_after: null where the type has none; faults: why it would be
    refused.
    """

    amount = serializers.CharField()
    balance_before = serializers.CharField(allow_null=True)
    balance_after = serializers.CharField(allow_null=True)
    days = LeaveEffectDaySerializer(many=True)
    overlaps = serializers.ListField(child=IdField(), help_text="Requests in the way.")
    cover = LeaveCoverSerializer(many=True)
    faults = LeaveFaultSerializer(many=True)


class LeaveRequestViewSet(TenantViewSet):
    """Leave and travel that people ask for. Decisions are made under approvals."""

    noun = "attendance.leave"
    permission_verbs = {"create": "request", "preview": "request", "cancel": "request"}
    person_path = "employee"
    queryset = LeaveRequest.objects.select_related("leave_type")
    serializer_class = AskedLeaveSerializer
    request_serializers = {"create": NewLeaveSerializer, "preview": NewLeaveSerializer}
    filterset_fields = {
        "employee": ["exact"], "leave_type": ["exact"], "state": ["exact"], "first_date": ["lt"], "last_date": ["gte"],
    }  # fmt: skip
    ordering_fields = ("first_date", "id")

    @extend_schema(request=NewLeaveSerializer, responses={201: AskedLeaveSerializer})
    def create(self, request: Request) -> Response:
        """Ask for leave or travel."""
        return self.respond(request_leave(asked=self._asked(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=NewLeaveSerializer, responses=LeaveEffectSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What asking would do; nothing is written."""
        asked = self._asked()
        effect = preview_leave(asked=asked, actor=self.actor, now=self.now)
        return Response(_effect(effect, asked.leave_type))

    @extend_schema(request=None, responses=AskedLeaveSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take a leave back: while it is pending, or before it begins."""
        return self.respond(cancel_leave(request=self.get_object(), actor=self.actor, now=self.now))

    def _asked(self) -> Asked:
        given = self.validated()
        return Asked(**{**given, "employee": given.get("employee") or _oneself(self.actor.employee_id)})


def _oneself(employee_id: int | None) -> Employee:
    found: Employee | None = Employee.objects.filter(pk=employee_id).first()
    if found is None:
        raise DomainError(
            "attendance.leave.employee", field="employee",
            zh="请指明为谁申请。", en="Say for whom it is.",
        )  # fmt: skip
    return found


def _effect(effect: Effect, leave_type: LeaveType) -> dict[str, Any]:
    def amount(value: int | None) -> str | None:
        return None if value is None else shown(value, leave_type)

    return {
        "amount": amount(effect.amount), "balance_before": amount(effect.before), "balance_after": amount(effect.after),
        "days": [{"date": day.date, "amount": amount(day.amount)} for day in effect.days],
        "overlaps": [str(one.pk) for one in effect.overlaps],
        "cover": [{"date": one.date, "people": one.people, "away": one.away} for one in effect.cover],
        "faults": [{"code": one.code, "field": one.field, "zh": one.zh, "en": one.en} for one in effect.faults],
    }  # fmt: skip


class LeaveDaySerializer(TenantSerializer):
    """One person away on one day. start_minute, end_minute: local minutes since 1970-01-01 00:00."""

    leave_type = serializers.SerializerMethodField()

    class Meta:
        model = LeaveDay
        fields = ("id", "request", "employee", "leave_type", "date", "start_minute", "end_minute", "state")
        read_only_fields = fields

    def get_leave_type(self, row: LeaveDay) -> str:
        return str(row.request.leave_type_id)


class LeaveDayViewSet(TenantViewSet):
    """The team calendar: who of the people in reach is away when."""

    noun = "attendance.leave"
    person_path = "employee"
    queryset = LeaveDay.objects.select_related("request")
    serializer_class = LeaveDaySerializer
    pagination_class = Stream
    filterset_fields = {"employee": ["exact"], "date": ["exact", "gte", "lt"], "state": ["exact"]}
    ordering_fields = ("date", "id")
