"""Pay runs and what may be done to them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from payroll.api.reviews import FormulasSerializer, NewAcknowledgementSerializer, ReviewActions
from payroll.api.serializers import (
    NewRunSerializer,
    NoteSerializer,
    PaidSerializer,
    PayRunDetailSerializer,
    PayRunSerializer,
    PeopleSerializer,
    RecalculatedSerializer,
    RunDecisionSerializer,
    RunMonthSerializer,
    StartedSerializer,
)
from payroll.models import PayRun
from payroll.services import calculations, pay_runs


class PayRunViewSet(ReviewActions):
    """draft → calculating → calculated → reviewed → approved (by another than who submitted it) → locked → paid."""

    noun = "payroll.run"
    queryset = PayRun.objects.select_related("group")
    serializer_class = PayRunSerializer
    filterset_fields = ("month", "state", "kind", "group", "entity")
    ordering_fields = ("month",)
    request_serializers = {
        "create": NewRunSerializer, "calculate": RunMonthSerializer, "people": PeopleSerializer,
        "review": NoteSerializer, "approve": RunDecisionSerializer, "pay": PaidSerializer,
        "acknowledge": NewAcknowledgementSerializer, "what_if": FormulasSerializer,
    }  # fmt: skip
    permission_verbs = {"approve": "approve", "lock": "lock", "pay": "lock", "what_if": "view"}

    @extend_schema(responses=PayRunDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(PayRunDetailSerializer(self.get_object(), context=self.get_serializer_context()).data)

    @extend_schema(request=NewRunSerializer, responses={201: PayRunSerializer})
    def create(self, request: Request) -> Response:
        """An off-cycle or bonus run beside the regular one of its month."""
        return self.respond(pay_runs.create_run(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take back an off-cycle or bonus run that was not approved."""
        pay_runs.remove_run(run=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)

    @extend_schema(request=RunMonthSerializer, responses={202: StartedSerializer})
    @action(detail=False, methods=["post"])
    def calculate(self, request: Request) -> Response:
        """Start calculating a month, again if it was not submitted; answers with the job to watch."""
        job = calculations.start_calculation(**self.validated(), actor=self.actor, now=self.now)
        return Response(StartedSerializer({"job": job.pk}).data, status=202)

    @extend_schema(request=None, responses={202: StartedSerializer})
    @action(detail=True, methods=["post"])
    def again(self, request: Request, pk: str) -> Response:
        """Start calculating this run, for the first time or again; answers with the job to watch."""
        job = calculations.start_run(run=self.get_object(), actor=self.actor, now=self.now)
        return Response(StartedSerializer({"job": job.pk}).data, status=202)

    @extend_schema(request=PeopleSerializer, responses=RecalculatedSerializer)
    @action(detail=True, methods=["post"])
    def people(self, request: Request, pk: str) -> Response:
        """Calculate some people of the run again, at once."""
        result = calculations.recalculate(run=self.get_object(), **self.validated(), actor=self.actor, now=self.now)
        return Response(RecalculatedSerializer(result.counts).data)

    @extend_schema(request=None, responses=RecalculatedSerializer)
    @action(detail=True, methods=["post"], url_path="recalculate-changed")
    def recalculate_changed(self, request: Request, pk: str) -> Response:
        """Calculate those again whose data changed since the run was calculated (GET …/changes/), at once."""
        result = calculations.recalculate_changed(run=self.get_object(), actor=self.actor, now=self.now)
        return Response(RecalculatedSerializer(result.counts).data)

    @extend_schema(request=NoteSerializer, responses=PayRunSerializer)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, pk: str) -> Response:
        """Put a name to having looked through the calculated run."""
        return self.respond(
            pay_runs.review_run(run=self.get_object(), **self.validated(), actor=self.actor, now=self.now)
        )

    @extend_schema(request=None, responses=PayRunSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self.respond(pay_runs.submit_run(run=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=RunDecisionSerializer, responses=PayRunSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Approve or send back; not by who submitted it."""
        run = self.get_object()
        return self.respond(pay_runs.approve_run(run=run, **self.validated(), actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=PayRunSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, request: Request, pk: str) -> Response:
        """Close an approved run for good."""
        return self.respond(pay_runs.lock_run(run=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=PaidSerializer, responses=PayRunSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request: Request, pk: str) -> Response:
        """Note that the bank has paid a locked run."""
        run = self.get_object()
        return self.respond(pay_runs.mark_paid(run=run, **self.validated(), actor=self.actor, now=self.now))
