"""Where audit lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from hrsaas.audit.api.entries import EntryViewSet


def register(router: SimpleRouter) -> None:
    router.register("audit/entries", EntryViewSet, basename="audit-entry")
