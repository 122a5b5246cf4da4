"""Pay runs and what may be done to them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.views import TenantViewSet
from payroll.api.serializers import PayRunSerializer, RunDecisionSerializer, RunMonthSerializer, StartedSerializer
from payroll.models import PayRun
from payroll.services import calculations, pay_runs


class PayRunViewSet(TenantViewSet):
    """draft → calculating → calculated → approved (by somebody else than who submitted it) → locked."""

    noun = "payroll.run"
    queryset = PayRun.objects.select_related("group")
    serializer_class = PayRunSerializer
    filterset_fields = ("month", "state")
    ordering_fields = ("month",)
    request_serializers = {"calculate": RunMonthSerializer, "approve": RunDecisionSerializer}
    permission_verbs = {"approve": "approve", "lock": "lock"}

    @extend_schema(request=RunMonthSerializer, responses={202: StartedSerializer})
    @action(detail=False, methods=["post"])
    def calculate(self, request: Request) -> Response:
        """Start calculating a month, again if it was not submitted; answers with the job to watch."""
        job = calculations.start_calculation(**self.validated(), actor=self.actor, now=self.now)
        return Response(StartedSerializer({"job": job.pk}).data, status=202)

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
