"""Signing in and out with a cookie, for the tenant's own web pages."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login, logout
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.viewsets import GenericViewSet

from hrsaas.access.api.me import MeSerializer, me
from hrsaas.access.authentication import CHALLENGE, NotAdmitted
from hrsaas.access.queries.actors import actor_of
from hrsaas.api.permissions import SignedIn
from hrsaas.api.serializers import validated


class SignInSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class SessionViewSet(GenericViewSet[Any]):
    """The session of a browser. Programs use tokens instead.

    Writes with a session need the header ``X-CSRFToken`` with the value of the cookie ``csrftoken``.
    """

    authentication_classes = (SessionAuthentication,)
    serializer_class = SignInSerializer
    pagination_class = None
    filter_backends = ()
    throttle_scope = "sign_in"

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.action == "create" else [SignedIn()]

    def get_authenticate_header(self, request: Request) -> str:
        """Sessions alone have no challenge of their own, and without one DRF turns 401 into 403."""
        return CHALLENGE

    def get_throttles(self) -> list[Any]:
        return [ScopedRateThrottle()] if self.action == "create" else super().get_throttles()

    @extend_schema(request=SignInSerializer, responses={200: MeSerializer})
    def create(self, request: Request) -> Response:
        """Sign in. The same answer for an unknown e-mail, a wrong password, and somebody deactivated or gone."""
        data = validated(SignInSerializer(data=request.data))
        user = authenticate(request._request, username=data["email"], password=data["password"])
        if user is None:
            raise _wrong_credentials()
        login(request._request, user)
        request.user = user
        return Response(me(request, actor_of(request)))

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"])
    def end(self, request: Request) -> Response:
        """Sign out."""
        logout(request._request)
        return Response(status=204)


def _wrong_credentials() -> NotAdmitted:
    return NotAdmitted(
        "access.wrong_credentials",
        zh="邮箱或密码不正确，或该用户已停用。",
        en="The e-mail or the password is wrong, or the user is deactivated.",
    )
