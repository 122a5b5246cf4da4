"""The product's addresses, and one bare view to measure them against."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from hrsaas.api.pagination import Page
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.queries.assignments import assignment_on
from hrsaas.urls.tenant import urlpatterns as product


class BareUnit(serializers.ModelSerializer[OrgUnit]):
    class Meta:
        model = OrgUnit
        fields = ("id", "code", "name", "name_en")


class BarePosition(serializers.ModelSerializer[Position]):
    class Meta:
        model = Position
        fields = ("id", "code", "name", "name_en")


class BareAssignment(serializers.ModelSerializer[Assignment]):
    unit = BareUnit()
    position = BarePosition()

    class Meta:
        model = Assignment
        fields = (
            "id", "employee", "start_date", "end_date", "unit", "position", "manager", "work_city", "cost_centre",
            "employment_type", "base_pay_fen",
        )  # fmt: skip


class BareEmployee(serializers.ModelSerializer[Employee]):
    assignments = BareAssignment(many=True)

    class Meta:
        model = Employee
        fields = (
            "id", "code", "name", "name_en", "kind", "owner", "pinyin", "hire_date", "leave_date", "assignments",
        )  # fmt: skip


class BareView(ListAPIView[Employee]):
    """What Django REST framework does by itself: no sign-in, no rights, no search."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    filter_backends = ()
    pagination_class = Page
    serializer_class = BareEmployee

    def get_queryset(self) -> QuerySet[Employee]:
        running = assignment_on(date.today())  # noqa: DTZ011  # any day will do
        return Employee.objects.order_by("pinyin", "id").prefetch_related(Prefetch("assignments", running))


urlpatterns = [*product, path("bare/", BareView.as_view())]
