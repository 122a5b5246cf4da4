"""Who works where, over time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.queries.visibility import PAY, may_see
from hrsaas.people.rules.money import yuan


class _Named(TenantSerializer):
    class Meta:
        fields = ("id", "code", "name", "name_en")
        read_only_fields = fields


class UnitName(_Named):
    class Meta(_Named.Meta):
        model = OrgUnit


class PositionName(_Named):
    class Meta(_Named.Meta):
        model = Position


class EmployeeName(_Named):
    class Meta(_Named.Meta):
        model = Employee


class AssignmentSerializer(TenantSerializer):
    """base_pay: yuan per month; null for those who may not see it."""

    unit = UnitName(read_only=True)
    position = PositionName(read_only=True)
    manager = EmployeeName(read_only=True, allow_null=True)
    base_pay = serializers.SerializerMethodField()

    class Meta:
        model = Assignment
        fields = (
            "id", "employee", "start_date", "end_date", "unit", "position", "manager", "work_city", "cost_centre",
            "employment_type", "base_pay",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True))
    def get_base_pay(self, row: Assignment) -> str | None:
        actor = self.context["view"].actor
        if not may_see(actor, PAY, employee_id=row.employee_id, unit_id=row.unit_id):
            return None
        return str(yuan(row.base_pay_fen))


class AssignmentFilter(django_filters.FilterSet):
    employee = django_filters.ModelChoiceFilter(queryset=lambda request: Employee.objects.all())
    unit = django_filters.ModelChoiceFilter(queryset=lambda request: OrgUnit.objects.all())
    position = django_filters.ModelChoiceFilter(queryset=lambda request: Position.objects.all())
    manager = django_filters.ModelChoiceFilter(queryset=lambda request: Employee.objects.all())
    on = django_filters.DateFilter(method="holding_on", label="holding on this day")

    class Meta:
        model = Assignment
        fields = ("employee", "unit", "position", "manager", "on")

    def holding_on(self, rows: QuerySet[Assignment], name: str, day: Any) -> QuerySet[Assignment]:
        return rows.filter(Q(end_date=None) | Q(end_date__gt=day), start_date__lte=day)


class AssignmentViewSet(TenantViewSet):
    """The history of terms. They change by transfer, pay, leave and rehire of the employee."""

    noun = "people.employee"
    person_path = "employee"
    queryset = Assignment.objects.select_related("unit", "position", "manager")
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    pagination_class = Stream


def base_pay_field(**kwargs: Any) -> serializers.DecimalField:
    """Yuan per month, at most two decimals."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0), **kwargs)
