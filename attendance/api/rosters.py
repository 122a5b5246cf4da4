"""The roster: planned days of people, planning them, and changing one by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.shifts import ShiftSerializer
from attendance.models import RosterDay, Shift
from attendance.services.rosters import assign_shift, plan_roster
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

LONGEST_PLAN = timedelta(days=92)


class RosterDaySerializer(TenantSerializer):
    """by_hand: somebody decided this day; planning leaves it alone."""

    expandable = {"shift": ShiftSerializer}

    class Meta:
        model = RosterDay
        fields = ("id", "employee", "date", "shift", "by_hand")
        read_only_fields = fields


class AssignSerializer(serializers.Serializer[Any]):
    employee = IdRelatedField(queryset=Employee.objects)
    date = serializers.DateField()
    shift = IdRelatedField(queryset=Shift.objects, allow_null=True, help_text="null is a free day.")


class PlanSerializer(serializers.Serializer[Any]):
    """[first, end), at most 92 days."""

    first = serializers.DateField()
    end = serializers.DateField()


class PlannedSerializer(serializers.Serializer[Any]):
    planned = serializers.IntegerField(help_text="Days that were written.")


class RosterViewSet(TenantViewSet):
    """Planned days."""

    noun = "attendance.roster"
    person_path = "employee"
    queryset = RosterDay.objects.all()
    serializer_class = RosterDaySerializer
    request_serializers = {"create": AssignSerializer, "plan": PlanSerializer}
    pagination_class = Stream
    ordering_fields = ("date", "id")
    filterset_fields = {"employee": ["exact"], "date": ["exact", "gte", "lt"], "by_hand": ["exact"]}

    @extend_schema(request=AssignSerializer, responses={201: RosterDaySerializer})
    def create(self, request: Request) -> Response:
        """Set one person's shift of one day by hand, whatever was there before."""
        given = self.validated()
        row = assign_shift(
            employee=given["employee"], day=given["date"], shift=given["shift"], actor=self.actor, now=self.now
        )
        return self.respond(row, status=201)

    @extend_schema(request=PlanSerializer, responses=PlannedSerializer)
    @action(detail=False, methods=["post"])
    def plan(self, request: Request) -> Response:
        """Plan the days that have no entry yet from everybody's rotation."""
        given = self.validated()
        _require_period(given["first"], given["end"])
        if self.actor.reach("attendance.roster.change") is not None:
            raise _whole_tenant_only()
        return Response({"planned": plan_roster(**given, actor=self.actor, now=self.now)})


def _require_period(first: date, end: date) -> None:
    if not first < end <= first + LONGEST_PLAN or not date(1990, 1, 1) <= first <= date(2190, 1, 1):
        raise DomainError(
            "attendance.roster.period",
            field="end",
            zh=f"请给出不超过 {LONGEST_PLAN.days} 天的时间段。",
            en=f"Give a period of 1 to {LONGEST_PLAN.days} days.",
        )


def _whole_tenant_only() -> DomainError:
    return DomainError(
        "attendance.roster.whole_tenant",
        zh="自动排班作用于全公司，请由考勤专员执行。",
        en="Planning covers the whole company; ask the attendance clerk.",
        status=403,
    )
