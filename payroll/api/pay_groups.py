"""Pay groups with their members, and the legal entities that pay them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.etags import Contested
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.api.serializers import EmployeesField
from payroll.models import LegalEntity, PayGroup, PayGroupMember, PayScheme
from payroll.services.pay_groups import assign_members, save_entity, save_group


class LegalEntitySerializer(TenantSerializer):
    class Meta:
        model = LegalEntity
        fields = ("id", "code", "name", "name_en", "tax_code", "bank_name", "bank_account")
        read_only_fields = fields


class EntityChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    tax_code = serializers.RegexField(r"^[0-9A-Z]{18}$", required=False)
    bank_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    bank_account = serializers.RegexField(r"^[0-9]{0,40}$", required=False, allow_blank=True)


class NewEntitySerializer(EntityChangesSerializer):
    code = serializers.RegexField(r"^[a-z][a-z0-9_]*$", max_length=40)


class PayGroupSerializer(TenantSerializer):
    class Meta:
        model = PayGroup
        fields = ("id", "code", "name", "name_en", "scheme", "entity", "pay_day")
        read_only_fields = fields


class GroupChangesSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    scheme = IdRelatedField(queryset=PayScheme.objects.all(), required=False)
    entity = IdRelatedField(queryset=LegalEntity.objects.all(), required=False)
    pay_day = serializers.IntegerField(min_value=1, max_value=31, required=False)


class NewGroupSerializer(GroupChangesSerializer):
    code = serializers.RegexField(r"^[a-z][a-z0-9_]*$", max_length=40)


class MembersSerializer(serializers.Serializer[Any]):
    """From start_date (the first day of a month) on these people are paid by the group."""

    employees = EmployeesField(allow_empty=False)
    start_date = serializers.DateField()


class AssignedAnswer(serializers.Serializer[Any]):
    moved = serializers.IntegerField()


class PayGroupMemberSerializer(TenantSerializer):
    class Meta:
        model = PayGroupMember
        fields = ("id", "employee", "group", "start_date", "end_date")
        read_only_fields = fields


class LegalEntityViewSet(Contested, TenantViewSet):
    """Who pays wages and withholds their tax."""

    noun = "payroll.item"
    queryset = LegalEntity.objects.all()
    serializer_class = LegalEntitySerializer
    ordering_fields = ("code",)
    request_serializers = {"create": NewEntitySerializer, "partial_update": EntityChangesSerializer}

    @extend_schema(request=NewEntitySerializer, responses={201: LegalEntitySerializer})
    def create(self, request: Request) -> Response:
        """Make a legal entity; one of the same code is changed."""
        given = self.validated()
        code = given.pop("code")
        return self.respond(save_entity(code=code, changes=given, actor=self.actor, now=self.now), status=201)

    @extend_schema(request=EntityChangesSerializer, responses=LegalEntitySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        code = self.get_object().code
        return self.respond(save_entity(code=code, changes=self.validated(), actor=self.actor, now=self.now))


class PayGroupViewSet(Contested, TenantViewSet):
    """Who is paid together: by one scheme, one legal entity, on one day."""

    noun = "payroll.item"
    queryset = PayGroup.objects.all()
    serializer_class = PayGroupSerializer
    filterset_fields = ("scheme", "entity")
    ordering_fields = ("code",)
    request_serializers = {
        "create": NewGroupSerializer, "partial_update": GroupChangesSerializer, "members": MembersSerializer,
    }  # fmt: skip

    @extend_schema(request=NewGroupSerializer, responses={201: PayGroupSerializer})
    def create(self, request: Request) -> Response:
        """Make a pay group; one of the same code is changed."""
        given = self.validated()
        code = given.pop("code")
        return self.respond(save_group(code=code, changes=given, actor=self.actor, now=self.now), status=201)

    @extend_schema(request=GroupChangesSerializer, responses=PayGroupSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        code = self.get_object().code
        return self.respond(save_group(code=code, changes=self.validated(), actor=self.actor, now=self.now))

    @extend_schema(request=MembersSerializer, responses=AssignedAnswer)
    @action(detail=True, methods=["post"])
    def members(self, request: Request, pk: str) -> Response:
        """Move people into the group."""
        moved = assign_members(group=self.get_object(), **self.validated(), actor=self.actor, now=self.now)
        return Response({"moved": moved})


class PayGroupMemberViewSet(TenantViewSet):
    """Who belongs to which pay group from when to when; whoever is not listed belongs to the default group."""

    noun = "payroll.item"
    queryset = PayGroupMember.objects.all()
    serializer_class = PayGroupMemberSerializer
    filterset_fields = ("employee", "group", "start_date")
