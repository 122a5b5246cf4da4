"""API tokens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.access.models import ApiToken, User
from hrsaas.access.services.tokens import issue_token, revoke_token
from hrsaas.api.idempotency import KEY_HEADER
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError


class TokenSerializer(TenantSerializer):
    class Meta:
        model = ApiToken
        fields = (
            "id", "user", "name", "prefix", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at",
        )  # fmt: skip
        read_only_fields = fields


class IssuedTokenSerializer(TokenSerializer):
    """With the secret, this once."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields = (*TokenSerializer.Meta.fields, "secret")
        read_only_fields = fields


class NewTokenSerializer(serializers.Serializer[Any]):
    """user: left out for oneself, or a user with no role but integration."""

    user = IdRelatedField(queryset=User.objects.all(), required=False)
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.CharField(max_length=60), allow_empty=False, max_length=200)
    expires_at = serializers.DateTimeField()


class TokenViewSet(TenantViewSet):
    """Tokens for programs: ``Authorization: Bearer hrs_…``."""

    noun = "access.token"
    queryset = ApiToken.objects.all()
    serializer_class = TokenSerializer
    filterset_fields = ("user",)
    search_fields = ("name", "prefix")
    ordering_fields = ("created_at", "expires_at", "last_used_at")
    request_serializers = {"create": NewTokenSerializer}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.action == "create" and KEY_HEADER in request.headers:
            raise _no_replay()
        super().initial(request, *args, **kwargs)

    @extend_schema(request=NewTokenSerializer, responses={201: IssuedTokenSerializer})
    def create(self, request: Request) -> Response:
        """The answer is the only place where the secret ever appears; it is not stored, so it cannot be replayed."""
        asked = {"user": request.user, **self.validated()}
        token, secret = issue_token(**asked, actor=self.actor, now=self.now)
        token.secret = secret
        return Response(IssuedTokenSerializer(token).data, status=201)

    @extend_schema(request=None, responses=TokenSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        return self.respond(revoke_token(token=self.get_object(), actor=self.actor, now=self.now))


def _no_replay() -> DomainError:
    return DomainError(
        "access.token.no_replay",
        zh="创建令牌不支持 Idempotency-Key：密钥只显示一次，不会保存。",
        en="Issuing tokens takes no Idempotency-Key: the secret is shown once and never stored.",
        field=KEY_HEADER,
    )
