"""Rosters that the optimiser proposes: ask, watch, apply or discard; and who could stand in for somebody."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import RosterProposal, Shift
from attendance.queries.roster_problems import Need, Order, Wish
from attendance.queries.roster_proposals import proposals_within
from attendance.services.roster_proposals import (
    MOST_SECONDS,
    apply_proposal,
    discard_proposal,
    propose_roster,
)
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, IdRelatedField, JsonField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee, OrgUnit

MOST_MINUTES = 7 * 24 * 60


class RosterProposalSerializer(TenantSerializer):
    """lines: per person of employee_ids the shift id of each day, null for a free one. findings: where too few are on a
    shift, or, when it is impossible, the rules that contradict each other. gap_percent: how much could still be saved.
    """

    gap_percent = serializers.FloatField(read_only=True, allow_null=True)
    job_id = IdField(read_only=True, allow_null=True)
    employee_ids = JsonField(read_only=True)
    lines = JsonField(read_only=True)
    findings = JsonField(read_only=True)

    class Meta:
        model = RosterProposal
        fields = (
            "id", "unit", "start_date", "end_date", "seconds", "job_id", "state", "cost", "bound", "gap_percent",
            "changes", "employee_ids", "lines", "findings", "made_at", "made_by", "decided_at", "decided_by",
        )  # fmt: skip
        read_only_fields = fields


class NeedSerializer(serializers.Serializer[Any]):
    shift = IdRelatedField(queryset=Shift.objects)
    required = serializers.IntegerField(min_value=0, max_value=1_000)
    weekday = serializers.IntegerField(
        min_value=0, max_value=6, allow_null=True, default=None, help_text="Monday = 0; null for every day."
    )


class WishSerializer(serializers.Serializer[Any]):
    employee = IdRelatedField(queryset=Employee.objects)
    date = serializers.DateField()
    shift = IdRelatedField(queryset=Shift.objects)
    importance = serializers.IntegerField(min_value=1, max_value=100, help_text="Against 100 for a person too few.")
    wanted = serializers.BooleanField(help_text="true: would like this shift; false: would rather not.")


class AbsenceSerializer(serializers.Serializer[Any]):
    employee = IdRelatedField(queryset=Employee.objects)
    date = serializers.DateField()


class NewProposalSerializer(serializers.Serializer[Any]):
    """[first, end). change_weight: what each day costs that differs from the roster that stands; with absences this
    plans again with few changes. One person too few costs 100.
    """

    unit = IdRelatedField(queryset=OrgUnit.objects)
    first = serializers.DateField()
    end = serializers.DateField()
    seconds = serializers.IntegerField(min_value=1, max_value=MOST_SECONDS, default=60)
    needs = NeedSerializer(many=True, max_length=500)
    wishes = WishSerializer(many=True, max_length=5_000, default=list)
    absences = AbsenceSerializer(many=True, max_length=500, default=list)
    change_weight = serializers.IntegerField(min_value=0, max_value=100, default=0)
    max_on = serializers.IntegerField(min_value=1, max_value=14, default=6, help_text="Working days in a row.")
    min_on = serializers.IntegerField(min_value=1, max_value=7, default=1)
    min_off = serializers.IntegerField(min_value=1, max_value=7, default=1, help_text="Free days in a row.")
    max_weekends = serializers.IntegerField(min_value=0, max_value=14, allow_null=True, default=None)
    weekly_minutes = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES, default=2400)
    least_weekly_minutes = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES, default=0)
    rest_minutes = serializers.IntegerField(min_value=0, max_value=2880, default=660)


class RosterProposalViewSet(TenantViewSet):
    """Rosters that the optimiser proposes. A job searches; its counts are the cost, the bound and the gap so far.

    Cancelling the job leaves the best roster found until then to decide on.
    """

    noun = "attendance.roster"
    queryset = RosterProposal.objects.all()
    serializer_class = RosterProposalSerializer
    request_serializers = {"create": NewProposalSerializer}
    pagination_class = Stream
    filterset_fields = {"unit": ["exact"], "state": ["exact"]}
    ordering_fields = ("id",)

    def get_queryset(self) -> QuerySet[RosterProposal]:
        return proposals_within(super().get_queryset(), self.actor)

    @extend_schema(request=NewProposalSerializer, responses={201: RosterProposalSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a roster; follow its job, then apply or discard it."""
        given = self.validated()
        asked = {name: given.pop(name) for name in ("unit", "first", "end", "seconds")}
        row = propose_roster(**asked, order=_order(given), actor=self.actor, now=self.now)
        return self.respond(row, status=201)

    @extend_schema(request=None, responses=RosterProposalSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Put the proposed days into the roster, all or none."""
        return self.respond(apply_proposal(proposal=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=RosterProposalSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Say no to the proposal."""
        return self.respond(discard_proposal(proposal=self.get_object(), actor=self.actor, now=self.now))


def _order(given: dict[str, Any]) -> Order:
    needs = tuple(Need(one["shift"].pk, one["required"], one["weekday"]) for one in given.pop("needs"))
    wishes = tuple(
        Wish(one["employee"].pk, one["date"].isoformat(), one["shift"].pk, one["importance"], one["wanted"])
        for one in given.pop("wishes")
    )
    absences = tuple((one["employee"].pk, one["date"].isoformat()) for one in given.pop("absences"))
    return Order(needs=needs, wishes=wishes, absences=absences, **given)
