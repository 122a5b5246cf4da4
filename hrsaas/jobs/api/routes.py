"""Where jobs live below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from hrsaas.jobs.api.jobs import JobViewSet


def register(router: SimpleRouter) -> None:
    router.register("jobs", JobViewSet, basename="job")
