"""Offers, from the draft to the hire."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.api.assignments import PositionName, UnitName, base_pay_field
from hrsaas.people.api.hires import with_fen
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.people.rules.money import yuan
from recruiting.api.applications import ApplicationSerializer
from recruiting.models import Application, Offer
from recruiting.services.offers import accept_offer, decline_offer, draft_offer, send_offer, submit_offer


class OfferSerializer(TenantSerializer):
    """base_pay: yuan per month. employee: who was hired by it."""

    base_pay = serializers.SerializerMethodField()
    expandable = {"application": ApplicationSerializer, "unit": UnitName, "position": PositionName}

    class Meta:
        model = Offer
        fields = (
            "id", "application", "unit", "position", "base_pay", "work_city", "start_date", "probation_months",
            "state", "drafted_at", "sent_at", "answered_at", "employee",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(max_digits=14, decimal_places=2))
    def get_base_pay(self, row: Offer) -> str:
        return str(yuan(row.base_pay_fen))


class DraftOfferSerializer(serializers.Serializer[Any]):
    application = IdRelatedField(queryset=Application.objects.all())
    unit = IdRelatedField(queryset=OrgUnit.objects.all())
    position = IdRelatedField(queryset=Position.objects.all())
    base_pay = base_pay_field()
    work_city = serializers.CharField(max_length=40)
    start_date = serializers.DateField()
    probation_months = serializers.IntegerField(min_value=0, max_value=6, required=False)


class AcceptOfferSerializer(serializers.Serializer[Any]):
    """code: the new employee's number."""

    code = serializers.CharField(max_length=40)
    manager = IdRelatedField(queryset=Employee.objects.all(), required=False, allow_null=True)


class OfferViewSet(TenantViewSet):
    """Draft, ask for approval, send, and note the answer; an acceptance hires."""

    noun = "recruiting.offer"
    queryset = Offer.objects.all()
    serializer_class = OfferSerializer
    filterset_fields = ("state",)
    pagination_class = Stream
    request_serializers = {"create": DraftOfferSerializer, "accept": AcceptOfferSerializer}

    @extend_schema(request=DraftOfferSerializer, responses={201: OfferSerializer})
    def create(self, request: Request) -> Response:
        offer = draft_offer(**with_fen(self.validated()), actor=self.actor, now=self.now)
        return self.respond(offer, status=201)

    @extend_schema(request=None, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Ask an HR admin, other than oneself, to approve it."""
        return self._run(submit_offer)

    @extend_schema(request=None, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Note that the approved offer went out."""
        return self._run(send_offer)

    @extend_schema(request=AcceptOfferSerializer, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The candidate said yes: hires, with assignment and probation goals."""
        offer = self.get_object()
        accept_offer(offer=offer, **self.validated(), actor=self.actor, now=self.now)
        return self.respond(Offer.objects.get(pk=offer.pk))

    @extend_schema(request=None, responses=OfferSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return self._run(decline_offer)

    def _run(self, service: Any) -> Response:
        offer = self.get_object()
        service(offer=offer, actor=self.actor, now=self.now)
        return self.respond(Offer.objects.get(pk=offer.pk))
