"""Day results, and why each is as it is."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.shifts import ShiftSerializer
from attendance.models import DayResult, Kind, Status
from attendance.queries.day_exceptions import TITLES, exceptions_of, with_exception, with_punch_flags
from attendance.queries.day_explanations import explain_result
from attendance.queries.day_results import local_time, with_id
from attendance.queries.months import month_of
from attendance.rules.reasons import Reason
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet


class DayResultSerializer(TenantSerializer):
    """first_in, last_out: local ``YYYY-MM-DDTHH:MM`` or null. kind, status: words. exceptions: codes of what somebody
    should look at; absent_half_days: 0 to 2.
    """

    expandable = {"shift": ShiftSerializer}
    kind = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()
    first_in = serializers.SerializerMethodField()
    last_out = serializers.SerializerMethodField()
    overtime_minutes = serializers.IntegerField(read_only=True)
    exceptions = serializers.SerializerMethodField()

    class Meta:
        model = DayResult
        fields = (
            "id", "employee", "date", "shift", "kind", "status", "first_in", "last_out", "due_minutes",
            "worked_minutes", "late_minutes", "early_minutes", "overtime_minutes", "overtime_weekday_minutes",
            "overtime_rest_day_minutes", "overtime_statutory_minutes", "night_minutes", "short_minutes",
            "absent_minutes", "absent_half_days", "leave_paid_minutes", "leave_unpaid_minutes", "travel_minutes",
            "exceptions", "computed_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_kind(self, row: DayResult) -> str:
        return Kind(row.kind).name.lower()

    def get_status(self, row: DayResult) -> str:
        return Status(row.status).name.lower()

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(TITLES)}})
    def get_exceptions(self, row: DayResult) -> list[str]:
        return exceptions_of(row)

    @extend_schema_field({"type": ["string", "null"]})
    def get_first_in(self, row: DayResult) -> str | None:
        return local_time(row.date, row.first_in) or None

    @extend_schema_field({"type": ["string", "null"]})
    def get_last_out(self, row: DayResult) -> str | None:
        return local_time(row.date, row.last_out) or None


class ReasonSerializer(serializers.Serializer[Any]):
    """One fact and what it rests on. value: minutes, minutes since 1970, or a code, by key."""

    key = serializers.CharField()
    value = serializers.IntegerField()
    zh = serializers.CharField()
    en = serializers.CharField()
    because = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": True}})
    def get_because(self, reason: Reason) -> list[Any]:
        return [ReasonSerializer(one).data for one in reason.because]


class DayResultFilter(django_filters.FilterSet):
    exception = django_filters.ChoiceFilter(
        choices=[(code, code) for code in TITLES], method="filter_exception", label="Days with this exception."
    )

    class Meta:
        model = DayResult
        fields = {"employee": ["exact"], "date": ["exact", "gte", "lt"], "status": ["exact"]}

    def filter_queryset(self, queryset: QuerySet[DayResult]) -> QuerySet[DayResult]:
        """Days are found by their months."""
        rows, given = super().filter_queryset(queryset), self.form.cleaned_data
        if given.get("date"):
            rows = rows.filter(month=month_of(given["date"]))
        if given.get("date__gte"):
            rows = rows.filter(month__gte=month_of(given["date__gte"]))
        if given.get("date__lt"):
            rows = rows.filter(month__lt=given["date__lt"])
        return rows

    def filter_exception(self, rows: QuerySet[DayResult], _name: str, code: str) -> QuerySet[DayResult]:
        return with_exception(rows, code)


class DayStream(Stream):
    """By columns of the months first, which have indexes: ids of days ascend with those of their months."""

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        first, *others = super().get_ordering(request, queryset, view)
        sign, name = ("-", first[1:]) if first.startswith("-") else ("", first)
        return (f"{sign}{'month_result' if name == 'id' else 'month'}", first, *others)


class DayResultViewSet(TenantViewSet):
    """What became of people's days."""

    noun = "attendance.day_result"
    person_path = "employee"
    queryset = DayResult.objects.all()
    serializer_class = DayResultSerializer
    pagination_class = DayStream
    ordering_fields = ("date", "id")
    filterset_class = DayResultFilter

    def get_queryset(self) -> QuerySet[DayResult]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        if "pk" in self.kwargs:  # its month is in the id
            rows = with_id(rows, int(self.kwargs["pk"]))
        return with_punch_flags(rows)

    @extend_schema(responses=ReasonSerializer)
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Why this day is as it is, down to its punches, shift and calendar."""
        return Response(ReasonSerializer(explain_result(self.get_object())).data)
