"""Users of the tenant."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.access.models import Membership, User
from hrsaas.access.models.memberships import ROLE_CHOICES
from hrsaas.access.services import users
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee, OrgUnit


class MembershipSerializer(TenantSerializer):
    class Meta:
        model = Membership
        fields = ("role", "unit", "created_at")
        read_only_fields = fields


class UserSerializer(TenantSerializer):
    memberships = MembershipSerializer(many=True, read_only=True)

    class Meta:
        model = User
        fields = (
            "id", "email", "name", "language", "employee", "is_active", "memberships", "last_login", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class _Roles(serializers.Serializer[Any]):
    roles = serializers.ListField(child=serializers.ChoiceField(ROLE_CHOICES), allow_empty=False)


class NewUserSerializer(_Roles):
    """password null: the user is a program and signs in by token only. unit: what a manager manages."""

    email = serializers.CharField(max_length=254)
    name = serializers.CharField(max_length=120)
    password = serializers.CharField(max_length=128, trim_whitespace=False, allow_null=True)
    language = serializers.ChoiceField([("zh-hans", "简体中文"), ("en", "English")], default="zh-hans")
    employee = IdRelatedField(queryset=Employee.objects.all(), allow_null=True, default=None)
    unit = IdRelatedField(queryset=OrgUnit.objects.all(), allow_null=True, default=None)


class RolesSerializer(_Roles):
    """All roles that the user shall have. units: what a manager manages."""

    units = IdRelatedField(queryset=OrgUnit.objects.all(), many=True, default=list)


class NewPasswordSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class UserFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(field_name="memberships__role", choices=ROLE_CHOICES, distinct=True)

    class Meta:
        model = User
        fields = ("is_active", "employee")


class UserViewSet(TenantViewSet):
    """Who may sign in, and as what. Nobody changes his own rights."""

    noun = "access.user"
    queryset = User.objects.prefetch_related("memberships")
    serializer_class = UserSerializer
    filterset_class = UserFilter
    search_fields = ("email", "name")
    ordering_fields = ("email", "name", "created_at", "last_login")
    request_serializers = {
        "create": NewUserSerializer,
        "roles": RolesSerializer,
        "password": NewPasswordSerializer,
    }

    @extend_schema(request=NewUserSerializer, responses={201: UserSerializer})
    def create(self, request: Request) -> Response:
        user = users.create_user(**self.validated(), actor=self.actor, now=self.now)
        return self.respond(user, status=201)

    @extend_schema(request=RolesSerializer, responses=UserSerializer)
    @action(detail=True, methods=["post"])
    def roles(self, request: Request, pk: str) -> Response:
        user = self.get_object()
        users.change_roles(user=user, **self.validated(), actor=self.actor, now=self.now)
        return self.respond(self.get_object())

    @extend_schema(request=None, responses=UserSerializer)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        user = self.get_object()
        users.deactivate(user=user, actor=self.actor, now=self.now)
        return self.respond(user)

    @extend_schema(request=None, responses=UserSerializer)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        user = self.get_object()
        users.activate(user=user, actor=self.actor, now=self.now)
        return self.respond(user)

    @extend_schema(request=NewPasswordSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def password(self, request: Request, pk: str) -> Response:
        """Set somebody else's password; one's own is changed at ``me/password/``."""
        users.set_password(user=self.get_object(), **self.validated(), actor=self.actor, now=self.now)
        return Response(status=204)
