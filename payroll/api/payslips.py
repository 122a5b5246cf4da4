"""Payslips: officers see all of the tenant's, everybody else the own ones of locked runs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from payroll.api.serializers import LineSerializer, PayslipDetailSerializer, PayslipSerializer
from payroll.models import PayRun, Payslip
from payroll.queries.explanations import explained
from payroll.queries.payslips import lines


class PayslipFilter(django_filters.FilterSet):
    month = django_filters.DateFilter(field_name="run__month")
    has_error = django_filters.BooleanFilter(field_name="error", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Payslip
        fields = ("run", "employee", "employee_code", "unit")


class PayslipViewSet(TenantViewSet):
    """One person's pay of one month, line by line, each explained down to its inputs."""

    noun = "payroll.payslip"
    person_path = "employee"
    queryset = Payslip.objects.select_related("run")
    serializer_class = PayslipSerializer
    filterset_class = PayslipFilter
    pagination_class = Stream

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if self.is_officer:
            return rows
        return rows.filter(run__state__in=PayRun.CLOSED)

    @property
    def is_officer(self) -> bool:
        return not getattr(self, "swagger_fake_view", False) and self.actor.may("payroll.run.view")

    @extend_schema(responses=PayslipDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        context = {**self.get_serializer_context(), "shown_only": not self.is_officer}
        return Response(PayslipDetailSerializer(self._whole(), context=context).data)

    @extend_schema(responses=LineSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def lines(self, request: Request, pk: str) -> Response:
        return Response(lines(self._whole(), shown_only=not self.is_officer))

    @extend_schema(
        parameters=[OpenApiParameter("item", str, required=True, description="code of the item")],
        responses=OpenApiResponse(OpenApiTypes.OBJECT, "tree of formulas, values and sources in Chinese and English"),
    )
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def explain(self, request: Request, pk: str) -> Response:
        """Why one line is what it is."""
        slip, code = self._whole(), request.query_params.get("item", "")
        if not code:
            raise DomainError(
                "payroll.payslip.item_missing", field="item",
                zh="请用 item 指明薪资项目编码。", en="Name the pay item by its code in item.",
            )  # fmt: skip
        return Response(explained(slip, code))

    def _whole(self) -> Payslip:
        """The row with its run's formula set."""
        slip: Payslip = self.get_object()
        return Payslip.objects.select_related("run__formula_set", "run__group", "run__entity").get(pk=slip.pk)
