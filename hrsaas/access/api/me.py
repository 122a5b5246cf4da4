"""Who is calling, and what he may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from hrsaas.access.actors import Actor
from hrsaas.access.models import User
from hrsaas.access.services.users import set_password
from hrsaas.api.permissions import SignedIn
from hrsaas.api.serializers import validated
from hrsaas.api.views import Acting


class MeSerializer(serializers.Serializer[Any]):
    """id and employee are null for a visiting operator. unit_ids: whose people one sees, null for everybody's."""

    id = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(["user", "token", "operator"])
    email = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    employee = serializers.CharField(allow_null=True)
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    unit_ids = serializers.ListField(child=serializers.CharField(), allow_null=True)
    tenant = serializers.CharField(help_text="subdomain")
    modules = serializers.ListField(child=serializers.CharField())


class OwnPasswordSerializer(serializers.Serializer[Any]):
    current = serializers.CharField(max_length=128, trim_whitespace=False)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


def me(request: Request, actor: Actor) -> dict[str, Any]:
    """The body of MeSerializer."""
    user, tenant = request.user, request.tenant  # type: ignore[attr-defined]  # set by TenantMiddleware
    return {
        "id": None if actor.user_id is None else str(actor.user_id),
        "kind": actor.kind,
        "email": user.get_username(),
        "name": user.get_full_name(),
        "language": getattr(user, "language", tenant.language),
        "employee": None if actor.employee_id is None else str(actor.employee_id),
        "roles": sorted(getattr(user, "roles", ())),
        "permissions": sorted(actor.permissions),
        "unit_ids": None if actor.unit_ids is None else sorted(map(str, actor.unit_ids)),
        "tenant": tenant.slug,
        "modules": tenant.modules,
    }


class MeViewSet(Acting, GenericViewSet[Any]):
    """Oneself."""

    permission_classes = (SignedIn,)
    serializer_class = MeSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(operation_id="me_retrieve", responses=forced_singular_serializer(MeSerializer))
    def list(self, request: Request) -> Response:
        return Response(me(request, self.actor))

    @extend_schema(request=OwnPasswordSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def password(self, request: Request) -> Response:
        """Change one's own password. All other sessions of the user end. Not with a token."""
        if self.actor.kind != "user" or not isinstance(request.user, User):
            raise PermissionDenied
        data = validated(OwnPasswordSerializer(data=request.data))
        set_password(user=request.user, **data, actor=self.actor, now=self.now)
        request.user.refresh_from_db(fields=["password"])
        update_session_auth_hash(request._request, request.user)
        return Response(status=204)
