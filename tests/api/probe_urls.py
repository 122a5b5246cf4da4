"""A small API over real models, to test the kit itself: /api/v1/probe/…"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.db import connection
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from hrsaas.api.bulk import BulkCreate
from hrsaas.api.etags import Contested
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import NothingHere, TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.models import Assignment, Employee, OrgUnit
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.models import Tenant


class UnitSerializer(TenantSerializer):
    class Meta:
        model = OrgUnit
        fields = ("id", "code", "name", "parent")


class NewUnitSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=10)
    name = serializers.CharField(max_length=20)


class AssignmentSerializer(TenantSerializer):
    expandable = {"unit": UnitSerializer}

    class Meta:
        model = Assignment
        fields = ("id", "employee", "unit", "work_city", "start_date")


class EmployeeSerializer(TenantSerializer):
    class Meta:
        model = Employee
        fields = ("id", "code", "name", "hire_date")


class UnitViewSet(BulkCreate, TenantViewSet):
    noun = "people.unit"
    queryset = OrgUnit.objects.order_by("code")
    serializer_class = UnitSerializer
    request_serializers = {"create": NewUnitSerializer, "bulk": NewUnitSerializer}
    search_fields = ("name",)
    filterset_fields = ("code", "parent")

    def create(self, request: Request) -> Response:
        unit = create_unit(**self.validated(), actor=self.actor, now=self.now)
        return self.respond(unit, status=201)

    def create_many(self, rows: Sequence[Any]) -> Sequence[int]:
        return [create_unit(**row, actor=self.actor, now=self.now).pk for row in rows]

    @action(detail=False, methods=["post"])
    def write_then_fail(self, request: Request) -> Response:
        create_unit(code="gone", name="Gone", actor=self.actor, now=self.now)
        _fail(request.data["how"])
        return Response()


class AssignmentViewSet(TenantViewSet):
    noun = "people.employee"
    person_path = "employee"
    queryset = Assignment.objects.all()
    pagination_class = Stream
    ordering_fields = ("start_date", "id")
    serializer_class = AssignmentSerializer


class EmployeeViewSet(Contested, TenantViewSet):
    noun = "people.employee"
    person_path = "pk"
    queryset = Employee.objects.all()
    serializer_class = EmployeeSerializer

    def partial_update(self, request: Request, pk: str) -> Response:
        employee = self.get_object()
        employee.name = request.data["name"]
        employee.version += 1
        employee.save(update_fields=["name", "version"])
        return self.respond(employee)


class Nounless(TenantViewSet):
    queryset = OrgUnit.objects.all()
    serializer_class = UnitSerializer


def _fail(how: str) -> None:
    match how:
        case "domain":
            raise DomainError("probe.no", zh="不行。", en="No.", field="code", position=3, status=409, extra={"a": 1})
        case "model":
            raise ModelValidationError({"code": ModelValidationError("Enter a number.", code="number")})
        case "unique":
            OrgUnit.objects.create(code="gone", name="Twice")
        case "reference":
            OrgUnit.objects.create(code="orphan", name="Orphan", parent_id=1)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        case "range":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 10000000000::int")
        case "protected":
            OrgUnit.objects.create(code="child", name="Child", parent=OrgUnit.objects.get(code="gone"))
            OrgUnit.objects.get(code="gone").delete()
        case "rows":
            fault = {"row": 2, "field": "code", "code": "probe.taken", "zh": "重复。", "en": "Taken."}
            raise DomainError("probe.rows", zh="有错。", en="Faults.", extra={"rows": [fault]})
        case "ours":
            Tenant.objects.get(slug=str(Decimal(1)))


router = SimpleRouter()
router.register("units", UnitViewSet)
router.register("assignments", AssignmentViewSet)
router.register("employees", EmployeeViewSet)
router.register("nounless", Nounless, basename="nounless")

urlpatterns = [
    path("", include("hrsaas.urls.probes")),
    path("api/v1/", include(router.urls)),
    path("api/schema/", SpectacularAPIView.as_view()),
    re_path(r"^api/.*$", NothingHere.as_view()),
]

handler400 = "hrsaas.api.errors.bad_request"
handler403 = "hrsaas.api.errors.permission_denied"
handler404 = "hrsaas.api.errors.not_found"
handler500 = "hrsaas.api.errors.server_error"
