"""Where recruiting lives below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from recruiting.api.applications import ApplicationViewSet, EvidenceCardViewSet
from recruiting.api.candidates import CandidateViewSet
from recruiting.api.offers import OfferViewSet
from recruiting.api.profiles import JobProfileViewSet


def register(router: SimpleRouter) -> None:
    router.register("recruiting/profiles", JobProfileViewSet, basename="job-profile")
    router.register("recruiting/candidates", CandidateViewSet, basename="candidate")
    router.register("recruiting/applications", ApplicationViewSet, basename="application")
    router.register("recruiting/cards", EvidenceCardViewSet, basename="evidence-card")
    router.register("recruiting/offers", OfferViewSet, basename="offer")
