"""Payslips: officers see all of the tenant's, everybody else the own ones of locked runs."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from payroll.api.payslip_receipts import DisputeSerializer, DisputeTextSerializer, ReceiptSerializer
from payroll.api.serializers import LineSerializer, PayslipDetailSerializer, PayslipSerializer
from payroll.models import PayRun, Payslip
from payroll.printing.layouts import LAYOUTS
from payroll.queries.explanations import explained
from payroll.queries.payslips import lines
from payroll.services import payslip_receipts as receipts


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
    permission_verbs = {"confirm": "view", "dispute": "view"}  # the services ask whose it is
    request_serializers = {"dispute": DisputeTextSerializer}

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
        """The own one counts as read, with time and place."""
        context, slip = {**self.get_serializer_context(), "shown_only": not self.is_officer}, self._whole()
        if slip.employee_id == self.actor.employee_id and slip.run.state in PayRun.CLOSED:
            receipts.read_payslip(slip=slip, actor=self.actor, now=self.now)
        return Response(PayslipDetailSerializer(slip, context=context).data)

    @extend_schema(request=None, responses=ReceiptSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Agree with the own payslip."""
        receipt = receipts.confirm_payslip(slip=self.get_object(), actor=self.actor, now=self.now)
        return Response(ReceiptSerializer(receipt).data)

    @extend_schema(request=DisputeTextSerializer, responses={201: DisputeSerializer})
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, pk: str) -> Response:
        """Say what is wrong with the own payslip."""
        slip = self.get_object()
        raised = receipts.dispute_payslip(slip=slip, **self.validated(), actor=self.actor, now=self.now)
        return Response(DisputeSerializer(raised).data, status=201)

    @extend_schema(
        parameters=[OpenApiParameter("layout", str, enum=sorted(LAYOUTS), description="a4 if not given")],
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The payslip of a locked run as a PDF: the own one, or anybody's for those who may make files."""
        slip, layout = self.get_object(), request.query_params.get("layout") or "a4"
        content = receipts.print_payslip(slip=slip, layout=layout, actor=self.actor, now=self.now)
        return pdf_response(content, slip)

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


def pdf_response(content: bytes, slip: Payslip) -> HttpResponse:
    name = f"{slip.employee_code}-{slip.run.month:%Y%m}.pdf"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
