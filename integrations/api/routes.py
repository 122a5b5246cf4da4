"""Where integrations live below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from integrations.api.imports import ImportViewSet


def register(router: SimpleRouter) -> None:
    router.register("imports", ImportViewSet, basename="import")
