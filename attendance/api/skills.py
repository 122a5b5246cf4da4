"""Skills of people and shifts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import EmployeeSkill, Shift, ShiftSkill, Skill
from attendance.services.skills import (
    add_skill,
    end_skill,
    grant_skill,
    remove_skill,
    require_skill,
    waive_skill,
    withdraw_skill,
)
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee


class SkillSerializer(TenantSerializer):
    class Meta:
        model = Skill
        fields = ("id", "code", "name", "name_en")
        read_only_fields = fields


class NewSkillSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=80)
    name_en = serializers.CharField(max_length=80, allow_blank=True, default="")


class SkillViewSet(TenantViewSet):
    """What people can or may do."""

    noun = "attendance.setup"
    queryset = Skill.objects.all()
    serializer_class = SkillSerializer
    request_serializers = {"create": NewSkillSerializer}
    filterset_fields = ("code",)
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code",)
    ordering = ("code",)

    @extend_schema(request=NewSkillSerializer, responses={201: SkillSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(add_skill(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a skill that nobody has and no shift asks for."""
        remove_skill(skill=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)


class EmployeeSkillSerializer(TenantSerializer):
    """Valid on [start_date, end_date); end_date null: for good."""

    class Meta:
        model = EmployeeSkill
        fields = ("id", "employee", "skill", "start_date", "end_date")
        read_only_fields = fields


class NewEmployeeSkillSerializer(serializers.Serializer[Any]):
    employee = IdRelatedField(queryset=Employee.objects)
    skill = IdRelatedField(queryset=Skill.objects)
    start_date = serializers.DateField()
    end_date = serializers.DateField(allow_null=True, default=None)


class SkillEndSerializer(serializers.Serializer[Any]):
    end_date = serializers.DateField(allow_null=True)


class EmployeeSkillViewSet(TenantViewSet):
    """Who has which skill, and for how long."""

    noun = "attendance.roster"
    person_path = "employee"
    queryset = EmployeeSkill.objects.all()
    serializer_class = EmployeeSkillSerializer
    request_serializers = {"create": NewEmployeeSkillSerializer, "partial_update": SkillEndSerializer}
    filterset_fields = {"employee": ["exact"], "skill": ["exact"], "end_date": ["lt", "gte", "isnull"]}
    ordering_fields = ("id", "end_date")
    ordering = ("id",)

    @extend_schema(request=NewEmployeeSkillSerializer, responses={201: EmployeeSkillSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(grant_skill(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=SkillEndSerializer, responses=EmployeeSkillSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Another end: renewed, or ended early."""
        held, given = self.get_object(), self.validated()
        return self.respond(end_skill(held=held, **given, actor=self.actor, now=self.now))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take back what was entered by mistake."""
        withdraw_skill(held=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)


class ShiftSkillSerializer(TenantSerializer):
    class Meta:
        model = ShiftSkill
        fields = ("id", "shift", "skill")
        read_only_fields = fields


class NewShiftSkillSerializer(serializers.Serializer[Any]):
    shift = IdRelatedField(queryset=Shift.objects)
    skill = IdRelatedField(queryset=Skill.objects)


class ShiftSkillViewSet(TenantViewSet):
    """Which skills everybody on a shift must have."""

    noun = "attendance.setup"
    queryset = ShiftSkill.objects.all()
    serializer_class = ShiftSkillSerializer
    request_serializers = {"create": NewShiftSkillSerializer}
    filterset_fields = ("shift", "skill")
    ordering_fields = ("id",)
    ordering = ("id",)

    @extend_schema(request=NewShiftSkillSerializer, responses={201: ShiftSkillSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(require_skill(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The shift no longer asks for it."""
        waive_skill(asked=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)
