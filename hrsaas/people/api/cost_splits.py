"""Who bears the cost of people, one or many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.bulk import BulkAnswer, BulkCreate
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import CostShare, CostSplit
from hrsaas.people.rules.cost_shares import MOST_SHARES, NewShare, NewSplit
from hrsaas.people.services.cost_splits import remove_cost_split, set_cost_split, set_cost_splits


class CostShareSerializer(TenantSerializer):
    """cost_centre '': that of the person's assignment. share_rate: a fraction, e.g. "0.6000"."""

    class Meta:
        model = CostShare
        fields = ("cost_centre", "project", "share_rate")
        read_only_fields = fields


class CostSplitSerializer(TenantSerializer):
    shares = CostShareSerializer(many=True, read_only=True)

    class Meta:
        model = CostSplit
        fields = ("id", "employee", "start_date", "shares")
        read_only_fields = fields


class NewShareSerializer(serializers.Serializer[Any]):
    """Of a cost centre, a project or both; neither: where the person works."""

    cost_centre = serializers.CharField(max_length=40, required=False, allow_blank=True)
    project = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="project code")
    share_rate = serializers.DecimalField(
        max_digits=5, decimal_places=4, min_value=Decimal("0.0001"), max_value=Decimal(1)
    )


class NewSplitSerializer(serializers.Serializer[Any]):
    """The shares add up to 1 and hold from start_date until a later split begins; one of the same day is replaced."""

    employee = serializers.CharField(max_length=40, help_text="employee number")
    start_date = serializers.DateField()
    shares = NewShareSerializer(many=True, min_length=1, max_length=MOST_SHARES)


class CostSplitViewSet(BulkCreate, TenantViewSet):
    """Shares of cost centres and projects; for a month the split that holds on its last day counts."""

    noun = "people.cost"
    person_path = "employee"
    queryset = CostSplit.objects.prefetch_related("shares")
    serializer_class = CostSplitSerializer
    filterset_fields = {"employee": ["exact"], "start_date": ["lte", "gte"], "shares__project": ["exact"]}
    ordering_fields = ("start_date",)
    request_serializers = {"create": NewSplitSerializer, "bulk": NewSplitSerializer}

    @extend_schema(request=NewSplitSerializer, responses={201: CostSplitSerializer})
    def create(self, request: Request) -> Response:
        """Set the shares of one person from a day on."""
        split = set_cost_split(row=_split(self.validated()), actor=self.actor, now=self.now)
        return self.respond(split, status=201)

    @extend_schema(request=NewSplitSerializer(many=True), responses={201: BulkAnswer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Set the shares of up to 1,000 people, all or none."""
        return super().bulk(request)

    def create_many(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
        splits = set_cost_splits(rows=[_split(row) for row in rows], actor=self.actor, now=self.now)
        return [split.id for split in splits]

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take back a split that was made in error; the one before holds on."""
        remove_cost_split(split=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)


def _split(data: Mapping[str, Any]) -> NewSplit:
    return NewSplit(data["employee"], data["start_date"], [NewShare(**one) for one in data["shares"]])
