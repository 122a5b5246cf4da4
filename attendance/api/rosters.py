"""The roster: planned days of people, planning them, and changing one by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.roster_edits import (
    MOST_PEOPLE,
    CheckSerializer,
    CopySerializer,
    EditsSerializer,
    RosterCheckedSerializer,
    RosterSavedSerializer,
    WeeksCopiedSerializer,
    changes_of,
    checked_json,
    copied_json,
    edits_of,
    saved_json,
)
from attendance.api.shifts import ShiftSerializer
from attendance.models import RosterDay, Rotation, Shift
from attendance.queries.roster_policies import drafts_hidden
from attendance.queries.roster_previews import preview_roster
from attendance.queries.stand_ins import Candidate, first_day, people_to_plan, stand_ins
from attendance.services.roster_copies import copy_weeks, preview_copy
from attendance.services.roster_edits import CHANGE, require_visible, save_edits
from attendance.services.rosters import assign_shift, plan_roster
from attendance.services.rotation_plans import apply_rotation, preview_rotation
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee

LONGEST_PLAN = timedelta(days=92)


class RosterDaySerializer(TenantSerializer):
    """by_hand: somebody decided this day; planning leaves it alone."""

    expandable = {"shift": ShiftSerializer}

    class Meta:
        model = RosterDay
        fields = ("id", "employee", "date", "shift", "by_hand", "published")
        read_only_fields = fields


class AssignSerializer(serializers.Serializer[Any]):
    employee = IdRelatedField(queryset=Employee.objects)
    date = serializers.DateField()
    shift = IdRelatedField(queryset=Shift.objects, allow_null=True, help_text="null is a free day.")


class PlanSerializer(serializers.Serializer[Any]):
    """[first, end), at most 92 days."""

    first = serializers.DateField()
    end = serializers.DateField()


class PlannedSerializer(serializers.Serializer[Any]):
    planned = serializers.IntegerField(help_text="Days that were written.")


class BrokenSerializer(serializers.Serializer[Any]):
    """A rule that would be broken; days: where. text: the same as a sentence."""

    rule = serializers.CharField()
    days = serializers.ListField(child=serializers.DateField())
    text = serializers.CharField()


class StandInSerializer(serializers.Serializer[Any]):
    """lawful: no rule would be broken. instead_of: the shift that would be given up, null where the person is free.
    minutes: planned in these four weeks, with the shift. cost: what other shifts would lack, 100 for a person.
    """

    employee = IdField()
    lawful = serializers.BooleanField()
    instead_of = IdField(allow_null=True)
    minutes = serializers.IntegerField()
    cost = serializers.IntegerField()
    broken = BrokenSerializer(many=True)
    reasons = serializers.ListField(child=serializers.CharField())


class StandInsSerializer(serializers.Serializer[Any]):
    """The best first."""

    shift = IdField()
    people = StandInSerializer(many=True)


class ApplyRotationSerializer(serializers.Serializer[Any]):
    """crew: from 0; null spreads the people over all crews. preview: only say which shifts they would have."""

    employees = serializers.ListField(child=IdField(min_value=1), min_length=1, max_length=MOST_PEOPLE)
    rotation = IdRelatedField(queryset=Rotation.objects)
    crew = serializers.IntegerField(min_value=0, max_value=366, allow_null=True, default=None)
    first = serializers.DateField()
    end = serializers.DateField()
    preview = serializers.BooleanField(default=False)


class RotationLineSerializer(serializers.Serializer[Any]):
    employee_id = IdField()
    crew = serializers.IntegerField()
    shifts = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="Codes; '' is free.")


class AppliedRotationSerializer(serializers.Serializer[Any]):
    planned = serializers.IntegerField(allow_null=True, help_text="Days that were written; null for a preview.")
    lines = RotationLineSerializer(many=True)


class RosterViewSet(TenantViewSet):
    """Planned days. People see their own: where the tenant hides drafts, the published ones."""

    noun = "attendance.roster"
    permission_verbs = {"stand_ins": "change"}
    person_path = "employee"
    queryset = RosterDay.objects.all()
    serializer_class = RosterDaySerializer
    request_serializers = {
        "create": AssignSerializer, "plan": PlanSerializer, "edits": EditsSerializer, "check": CheckSerializer,
        "copy_weeks": CopySerializer, "rotation": ApplyRotationSerializer,
    }  # fmt: skip
    pagination_class = Stream
    ordering_fields = ("date", "id")
    filterset_fields = {
        "employee": ["exact"],
        "date": ["exact", "gte", "lt"],
        "by_hand": ["exact"],
        "published": ["exact"],
    }

    def get_queryset(self) -> QuerySet[RosterDay]:
        rows = super().get_queryset()
        if self.actor.may(CHANGE) or not drafts_hidden():
            return rows
        return rows.filter(published=True)

    @extend_schema(request=AssignSerializer, responses={201: RosterDaySerializer})
    def create(self, request: Request) -> Response:
        """Set one person's shift of one day by hand, whatever was there before."""
        given = self.validated()
        row = assign_shift(
            employee=given["employee"], day=given["date"], shift=given["shift"], actor=self.actor, now=self.now
        )
        return self.respond(row, status=201)

    @extend_schema(request=PlanSerializer, responses=PlannedSerializer)
    @action(detail=False, methods=["post"])
    def plan(self, request: Request) -> Response:
        """Plan the days that have no entry yet from everybody's rotation."""
        given = self.validated()
        _require_period(given["first"], given["end"])
        if self.actor.reach("attendance.roster.change") is not None:
            raise _whole_tenant_only()
        return Response({"planned": plan_roster(**given, actor=self.actor, now=self.now)})

    @extend_schema(responses=StandInsSerializer)
    @action(detail=True, methods=["get"], url_path="stand-ins")
    def stand_ins(self, request: Request, pk: str) -> Response:
        """Who of the unit could take this day's shift, ranked, with reasons. Nothing is written."""
        row = self.get_object()
        shift, found = stand_ins(employee=row.employee, day=row.date, visible=people_to_plan(self.actor))
        return Response(StandInsSerializer({"shift": shift.pk, "people": [_told(one, row.date) for one in found]}).data)

    @extend_schema(request=EditsSerializer, responses=RosterSavedSerializer)
    @action(detail=False, methods=["post"])
    def edits(self, request: Request) -> Response:
        """Change many days in one step, all or none; nothing that somebody else has changed meanwhile."""
        saved = save_edits(edits=edits_of(self.validated()["edits"]), actor=self.actor, now=self.now)
        return Response(saved_json(saved))

    @extend_schema(request=CheckSerializer, responses=RosterCheckedSerializer)
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """What the roster of [first, end) breaks, lacks and costs, as if these edits were saved."""
        given = self.validated()
        _require_period(given["first"], given["end"])
        changes = changes_of(given["edits"])
        people = sorted({*given["employees"], *(id_ for id_, _day in changes)})
        require_visible(people, self.actor)
        found = preview_roster(
            employee_ids=people, unit=given["unit"], first=given["first"], end=given["end"], changes=changes,
            actor=self.actor,
        )  # fmt: skip
        return Response(checked_json(found))

    @extend_schema(request=CopySerializer, responses=WeeksCopiedSerializer)
    @action(detail=False, methods=["post"], url_path="copy-weeks")
    def copy_weeks(self, request: Request) -> Response:
        """Copy a week into those after it, days of leave left out; undo it under roster-batches."""
        given = self.validated()
        asked = {"employee_ids": given["employees"], "source": given["source"], "weeks": given["weeks"]}
        found = preview_copy(**asked, actor=self.actor)
        saved = None if given["preview"] else copy_weeks(**asked, actor=self.actor, now=self.now)
        return Response(copied_json(found, saved))

    @extend_schema(request=ApplyRotationSerializer, responses=AppliedRotationSerializer)
    @action(detail=False, methods=["post"])
    def rotation(self, request: Request) -> Response:
        """Put people on a rotation from the first day on, and plan until the end."""
        given = self.validated()
        _require_period(given["first"], given["end"])
        preview = given.pop("preview")
        asked = {"employee_ids": given.pop("employees"), **given}
        lines = preview_rotation(**asked, actor=self.actor)
        planned = None if preview else apply_rotation(**asked, actor=self.actor, now=self.now)
        shown = [{"employee_id": str(one.employee_id), "crew": one.crew, "shifts": one.codes} for one in lines]
        return Response({"planned": planned, "lines": shown})


def _told(one: Candidate, day: date) -> dict[str, Any]:
    return {
        "employee": one.employee.pk, "lawful": one.found.lawful, "minutes": one.found.minutes, "cost": one.found.cost,
        "instead_of": one.instead_of.pk if one.instead_of else None, "reasons": one.reasons,
        "broken": [
            {"rule": bad.rule.value, "text": text, "days": [first_day(day) + timedelta(days=at) for at in bad.days]}
            for bad, text in zip(one.found.broken, one.broken)
        ],
    }  # fmt: skip


def _require_period(first: date, end: date) -> None:
    if not first < end <= first + LONGEST_PLAN or not date(1990, 1, 1) <= first <= date(2190, 1, 1):
        raise DomainError(
            "attendance.roster.period",
            field="end",
            zh=f"请给出不超过 {LONGEST_PLAN.days} 天的时间段。",
            en=f"Give a period of 1 to {LONGEST_PLAN.days} days.",
        )


def _whole_tenant_only() -> DomainError:
    return DomainError(
        "attendance.roster.whole_tenant",
        zh="自动排班作用于全公司，请由考勤专员执行。",
        en="Planning covers the whole company; ask the attendance clerk.",
        status=403,
    )
