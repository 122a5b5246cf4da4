"""Employees: finding them, seeing them as of a day, and what can happen to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.bulk import BulkAnswer, BulkCreate
from hrsaas.api.etags import Contested
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.api.assignments import AssignmentSerializer
from hrsaas.people.api.days import ON, day_of
from hrsaas.people.api.hires import (
    ChangeDetailsSerializer,
    HireSerializer,
    LeaveSerializer,
    NewHireSerializer,
    PaySerializer,
    RehireSerializer,
    TransferSerializer,
    with_fen,
)
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.queries.assignments import assignment_on
from hrsaas.people.queries.employees import find, with_assignment_on
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.queries.visibility import PAY, SENSITIVE, may_see
from hrsaas.people.rules.masks import mask_account, mask_id, mask_phone
from hrsaas.people.rules.new_hires import NewHire
from hrsaas.people.services import assignments, employees


class EmployeeSerializer(TenantSerializer):
    """assignment: what holds on the day asked for, or null."""

    status = serializers.SerializerMethodField()
    assignment = AssignmentSerializer(source="assignment_on_day", read_only=True, allow_null=True)

    class Meta:
        model = Employee
        fields = (
            "id", "code", "name", "name_en", "kind", "owner", "pinyin", "hire_date", "leave_date", "status",
            "assignment",
        )  # fmt: skip
        read_only_fields = fields

    def get_status(self, row: Employee) -> str:
        return row.status_on(self.context["day"])


class EmployeeDetailSerializer(EmployeeSerializer):
    """With personal numbers, masked for those who may not see them."""

    phone = serializers.SerializerMethodField()
    id_number = serializers.SerializerMethodField()
    bank_account = serializers.SerializerMethodField()

    class Meta(EmployeeSerializer.Meta):
        fields = (*EmployeeSerializer.Meta.fields, "phone", "id_number", "bank_account", "bank_name", "bank_branch",
                  "account_holder")  # fmt: skip
        read_only_fields = fields

    def get_phone(self, row: Employee) -> str:
        return row.phone if self._clear(row, SENSITIVE) else mask_phone(row.phone)

    def get_id_number(self, row: Employee) -> str:
        return row.id_number if self._clear(row, SENSITIVE) else mask_id(row.id_number)

    def get_bank_account(self, row: Employee) -> str:
        return row.bank_account if self._clear(row, PAY) else mask_account(row.bank_account)

    def _clear(self, row: Employee, permission: str) -> bool:
        unit_id = row.assignment_on_day.unit_id if row.assignment_on_day else None
        return may_see(self.context["view"].actor, permission, employee_id=row.id, unit_id=unit_id)


class EmployeeFilter(django_filters.FilterSet):
    """unit: with all units below it, on the day asked for."""

    unit = django_filters.ModelChoiceFilter(queryset=lambda request: OrgUnit.objects.all(), method="in_unit")
    position = django_filters.ModelChoiceFilter(queryset=lambda request: Position.objects.all(), method="in_position")
    status = django_filters.ChoiceFilter(choices=Employee.Status.choices, method="with_status")

    class Meta:
        model = Employee
        fields = ("kind", "unit", "position", "status")

    def in_unit(self, rows: QuerySet[Employee], name: str, unit: OrgUnit) -> QuerySet[Employee]:
        return rows.filter(Exists(self._assigned().filter(unit__in=subtree_ids([unit.id]))))

    def in_position(self, rows: QuerySet[Employee], name: str, position: Position) -> QuerySet[Employee]:
        return rows.filter(Exists(self._assigned().filter(position=position)))

    def with_status(self, rows: QuerySet[Employee], name: str, status: str) -> QuerySet[Employee]:
        day = day_of(self.request)
        not_left = Q(leave_date=None) | Q(leave_date__gt=day)
        return rows.filter({
            Employee.Status.PENDING: Q(hire_date__gt=day),
            Employee.Status.ACTIVE: Q(hire_date__lte=day) & not_left,
            Employee.Status.LEFT: Q(leave_date__lte=day),
        }[Employee.Status(status)])  # fmt: skip

    def _assigned(self) -> Any:
        return assignment_on(day_of(self.request)).filter(employee=OuterRef("pk"))


@extend_schema_view(list=extend_schema(parameters=[ON]), retrieve=extend_schema(parameters=[ON]))
class EmployeeViewSet(Contested, BulkCreate, TenantViewSet):
    """People and digital workers by pinyin. ``?search=`` takes names, pinyin, initials, numbers, phone endings."""

    noun = "people.employee"
    permission_verbs = {"pay": "view"}  # the service asks for people.pay.change
    person_path = "pk"
    queryset = Employee.objects.all()
    filterset_class = EmployeeFilter
    ordering_fields = ("pinyin", "code", "hire_date")
    request_serializers = {
        "create": HireSerializer, "bulk": NewHireSerializer, "partial_update": ChangeDetailsSerializer,
        "transfer": TransferSerializer, "pay": PaySerializer, "leave": LeaveSerializer, "rehire": RehireSerializer,
    }  # fmt: skip

    @property
    def serializer_class(self) -> type[EmployeeSerializer]:
        """Lists leave out personal numbers: nobody needs them by the page."""
        return EmployeeSerializer if self.action == "list" else EmployeeDetailSerializer

    @property
    def day(self) -> date:
        return day_of(self.request)

    def find_rows(self, rows: QuerySet[Employee], text: str) -> QuerySet[Employee]:
        return find(text, rows)

    def get_queryset(self) -> QuerySet[Employee]:
        rows = super().get_queryset()
        return rows if getattr(self, "swagger_fake_view", False) else with_assignment_on(rows, self.day)

    def get_serializer_context(self) -> dict[str, Any]:
        day = None if getattr(self, "swagger_fake_view", False) else self.day
        return {**super().get_serializer_context(), "day": day}

    @extend_schema(request=HireSerializer, responses={201: EmployeeDetailSerializer})
    def create(self, request: Request) -> Response:
        """Hire one person."""
        employee = employees.hire(**with_fen(self.validated()), actor=self.actor, now=self.now)
        return self._answer(employee, status=201)

    @extend_schema(request=NewHireSerializer(many=True), responses={201: BulkAnswer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Hire up to 1,000 people, all or nobody; units, positions and managers by their codes."""
        return super().bulk(request)

    def create_many(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
        new = [NewHire(**with_fen(row)) for row in rows]
        return [employee.id for employee in employees.hire_many(rows=new, actor=self.actor, now=self.now)]

    @extend_schema(request=ChangeDetailsSerializer, responses=EmployeeDetailSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change personal details; the bank account needs people.pay.change."""
        employee, changes = self.get_object(), self.validated()
        return self._answer(
            employees.change_details(employee=employee, changes=changes, actor=self.actor, now=self.now)
        )

    @extend_schema(request=TransferSerializer, responses=EmployeeDetailSerializer)
    @action(detail=True, methods=["post"])
    def transfer(self, request: Request, pk: str) -> Response:
        """New terms from a day on; what is left out stays."""
        return self._run(assignments.transfer)

    @extend_schema(request=PaySerializer, responses=EmployeeDetailSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request: Request, pk: str) -> Response:
        """New base pay from a day on; needs people.pay.change."""
        return self._run(assignments.change_pay)

    @extend_schema(request=LeaveSerializer, responses=EmployeeDetailSerializer)
    @action(detail=True, methods=["post"])
    def leave(self, request: Request, pk: str) -> Response:
        """End the employment; leave_date is the first day no longer employed."""
        return self._run(assignments.leave)

    @extend_schema(request=RehireSerializer, responses=EmployeeDetailSerializer)
    @action(detail=True, methods=["post"])
    def rehire(self, request: Request, pk: str) -> Response:
        """Somebody who left comes back under the old number."""
        return self._run(assignments.rehire)

    def _run(self, service: Any) -> Response:
        employee = self.get_object()
        service(employee=employee, **with_fen(self.validated()), actor=self.actor, now=self.now)
        return self._answer(employee)

    def _answer(self, employee: Employee, *, status: int = 200) -> Response:
        """The employee as the database has it now."""
        rows = with_assignment_on(Employee.objects.filter(pk=employee.pk), self.day)
        return self.respond(rows.get(), status=status)
