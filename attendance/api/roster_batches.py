"""Steps of the roster, and what changed after it was published."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.api.roster_edits import RosterBatchSerializer, RosterChangeSerializer
from attendance.models import RosterBatch, RosterChange
from attendance.services.roster_copies import undo_batch
from attendance.services.roster_edits import CHANGE
from attendance.services.roster_publications import mark_seen
from hrsaas.api.pagination import Stream
from hrsaas.api.views import TenantViewSet


class SeenCountSerializer(serializers.Serializer[Any]):
    seen = serializers.IntegerField(help_text="Changes that were new to the person.")


class RosterBatchViewSet(TenantViewSet):
    """Steps in which the roster was changed, newest first; each may be taken back once."""

    noun = "attendance.roster"
    permission_verbs = {"list": "change", "retrieve": "change"}
    queryset = RosterBatch.objects.all()
    serializer_class = RosterBatchSerializer
    pagination_class = Stream
    filterset_fields = {"kind": ["exact"]}
    ordering_fields = ("id",)

    @extend_schema(request=None, responses=RosterBatchSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Make the days what they were before the step, where nobody has changed them since."""
        return self.respond(undo_batch(batch=self.get_object(), actor=self.actor, now=self.now))


class RosterChangeViewSet(TenantViewSet):
    """Days that changed. People see those of their own days that had been published before: what they have to know."""

    noun = "attendance.roster"
    permission_verbs = {"seen": "view"}
    person_path = "employee"
    queryset = RosterChange.objects.select_related("batch")
    serializer_class = RosterChangeSerializer
    pagination_class = Stream
    filterset_fields = {
        "employee": ["exact"],
        "date": ["exact", "gte", "lt"],
        "published": ["exact"],
        "seen_at": ["isnull"],
    }
    ordering_fields = ("id",)

    def get_queryset(self) -> QuerySet[RosterChange]:
        rows = super().get_queryset()
        return rows if self.actor.may(CHANGE) else rows.filter(published=True)

    @extend_schema(request=None, responses=SeenCountSerializer)
    @action(detail=False, methods=["post"])
    def seen(self, request: Request) -> Response:
        """The person who asks has read all changes of the own days."""
        return Response({"seen": mark_seen(actor=self.actor, now=self.now)})
