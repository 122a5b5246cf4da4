"""Timesheets, and the months that they are locked with."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.timesheet_answers import (
    AnswerCountsSerializer,
    AskingSerializer,
    ConfirmationSerializer,
    TimesheetDisputeSerializer,
    TimesheetDisputeTextSerializer,
)  # fmt: skip
from attendance.models import AttendanceMonth, MonthUnlock, Timesheet
from attendance.queries.timesheet_answers import answer_counts
from attendance.services.month_unlocks import ask_unlock
from attendance.services.months import lock_month
from attendance.services.timesheet_answers import ask_people, confirm_timesheet, dispute_timesheet
from attendance.services.timesheets import FIELDS
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet


class MonthSerializer(TenantSerializer):
    """digest: SHA-256 of all day results at the lock. From answers_due_at on, silence confirms timesheets."""

    class Meta:
        model = AttendanceMonth
        fields = ("id", "start_date", "state", "asked_at", "answers_due_at", "locked_at", "locked_by", "digest")
        read_only_fields = fields


class UnlockSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class MonthUnlockSerializer(TenantSerializer):
    """Decided under /api/v1/approvals/requests/, by another person."""

    expandable = {"month": MonthSerializer}

    class Meta:
        model = MonthUnlock
        fields = ("id", "month", "reason", "state", "asked_by", "asked_at", "decided_by", "decided_at")
        read_only_fields = fields


class MonthViewSet(TenantViewSet):
    """Months of attendance."""

    noun = "attendance.timesheet"
    permission_verbs = {"lock": "lock", "unlock": "lock", "answers": "change"}
    queryset = AttendanceMonth.objects.all()
    serializer_class = MonthSerializer
    request_serializers = {"unlock": UnlockSerializer}
    filterset_fields = ("start_date", "state")
    ordering_fields = ("start_date",)
    ordering = ("-start_date",)

    @extend_schema(request=None, responses={202: AskingSerializer})
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Compute the month and ask people to look at it; nothing is locked."""
        job = ask_people(month=self.get_object().start_date, actor=self.actor, now=self.now)
        return Response(AskingSerializer({"job": job.id}).data, status=202)

    @extend_schema(responses=AnswerCountsSerializer)
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def answers(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How many people confirmed, dispute, or have not answered."""
        return Response(AnswerCountsSerializer(answer_counts(self.get_object())).data)

    @extend_schema(request=None, responses=MonthSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make the month immutable. Locking twice does nothing."""
        row = lock_month(month=self.get_object().start_date, actor=self.actor, now=self.now)
        return self.respond(row)

    @extend_schema(request=UnlockSerializer, responses={202: MonthUnlockSerializer})
    @action(detail=True, methods=["post"])
    def unlock(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask another person to open a locked month again; it opens when that person approves."""
        month = self.get_object().start_date
        asked = ask_unlock(month=month, **self.validated(), actor=self.actor, now=self.now)
        return Response(MonthUnlockSerializer(asked, context=self.get_serializer_context()).data, status=202)


class MonthUnlockViewSet(TenantViewSet):
    """Who asked to open which month, who decided, and why."""

    noun = "attendance.timesheet"
    permission_verbs = {"list": "lock", "retrieve": "lock"}
    queryset = MonthUnlock.objects.all()
    serializer_class = MonthUnlockSerializer
    filterset_fields = ("month", "state")
    ordering_fields = ("asked_at",)
    ordering = ("-asked_at", "-id")


class TimesheetSerializer(TenantSerializer):
    """shift_days: worked days by shift code."""

    expandable = {"month": MonthSerializer}
    shift_days = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Timesheet
        fields = ("id", "employee", "month", *FIELDS)
        read_only_fields = fields


class TimesheetViewSet(TenantViewSet):
    """People's months in totals."""

    noun = "attendance.timesheet"
    person_path = "employee"
    queryset = Timesheet.objects.all()
    serializer_class = TimesheetSerializer
    permission_verbs = {"confirm": "view", "dispute": "view"}  # the service asks whose timesheet it is
    request_serializers = {"dispute": TimesheetDisputeTextSerializer}
    filterset_fields = {"employee": ["exact"], "month": ["exact"], "month__start_date": ["exact"]}
    ordering_fields = ("id",)
    ordering = ("-id",)

    @extend_schema(request=None, responses=ConfirmationSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Agree with one's own month. Its days are under day-results, each with its explanation."""
        made = confirm_timesheet(sheet=self.get_object(), actor=self.actor, now=self.now)
        return Response(ConfirmationSerializer(made, context=self.get_serializer_context()).data)

    @extend_schema(request=TimesheetDisputeTextSerializer, responses={201: TimesheetDisputeSerializer})
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say what is wrong with one's own month; a clerk answers."""
        sheet = self.get_object()
        made = dispute_timesheet(sheet=sheet, **self.validated(), actor=self.actor, now=self.now)
        return Response(TimesheetDisputeSerializer(made, context=self.get_serializer_context()).data, status=201)
