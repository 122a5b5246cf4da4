"""Where approvals live below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from hrsaas.approvals.api.delegations import DelegationViewSet
from hrsaas.approvals.api.requests import ApprovalRequestViewSet


def register(router: SimpleRouter) -> None:
    router.register("approvals/requests", ApprovalRequestViewSet, basename="approval-request")
    router.register("approvals/delegations", DelegationViewSet, basename="delegation")
