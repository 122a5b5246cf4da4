"""Where access lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from hrsaas.access.api.me import MeViewSet
from hrsaas.access.api.sessions import SessionViewSet
from hrsaas.access.api.tokens import TokenViewSet
from hrsaas.access.api.users import UserViewSet


def register(router: SimpleRouter) -> None:
    router.register("access/users", UserViewSet, basename="user")
    router.register("access/tokens", TokenViewSet, basename="token")
    router.register("me", MeViewSet, basename="me")
    router.register("session", SessionViewSet, basename="session")
