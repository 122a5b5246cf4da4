"""Where the month close lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from hrsaas.months.api.closes import MonthCloseViewSet


def register(router: SimpleRouter) -> None:
    router.register("months/closes", MonthCloseViewSet, basename="month-close")
