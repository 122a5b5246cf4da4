"""Looking through a run before it is approved: findings, variances, acknowledgements, what-if calculations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import IdField, IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.models import FindingAcknowledgement, WhatIf
from payroll.queries.changed_inputs import Source
from payroll.queries.reviews import changes_summary, review_of
from payroll.queries.variances import variances
from payroll.rules.findings import STOPS, Kind, Severity
from payroll.services import reviews, what_ifs

STOP_KINDS = sorted(STOPS - {Kind.ERROR})


class FindingSerializer(serializers.Serializer[Any]):
    """value, other: what is and what it is compared with, in fen (overtime in minutes). is_open: it keeps the run from
    being reviewed. It is about an employee, a unit or an item; with an employee, item names the deduction.
    month: the closed one, as 2026-01, of month_without_payslip.
    """

    kind = serializers.ChoiceField(list(Kind))
    severity = serializers.ChoiceField(list(Severity))
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    employee = IdField(allow_null=True)
    employee_code = serializers.CharField()
    employee_name = serializers.CharField()
    unit = IdField(allow_null=True)
    item = serializers.CharField()
    month = serializers.CharField()
    value = serializers.IntegerField()
    other = serializers.IntegerField()
    is_open = serializers.BooleanField()
    zh = serializers.CharField()
    en = serializers.CharField()


class ChangedInputSerializer(serializers.Serializer[Any]):
    """An input of the formula set, or unit, position, city; people: how many."""

    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    people = serializers.IntegerField()


class ChangedSourceSerializer(serializers.Serializer[Any]):
    source = serializers.ChoiceField(list(Source))  # type: ignore[assignment]  # a field's own name
    zh = serializers.CharField()
    en = serializers.CharField()
    people = serializers.IntegerField()
    inputs = ChangedInputSerializer(many=True)


class ChangesSerializer(serializers.Serializer[Any]):
    """people: how many would be calculated otherwise today. missing: of them, without a payslip; surplus: with one, but
    not in the run any more. formulas, earlier_runs: changed since the calculation, so that everybody has to be
    calculated again.
    """

    formulas = serializers.BooleanField()
    earlier_runs = serializers.BooleanField()
    people = serializers.IntegerField()
    missing = serializers.IntegerField()
    surplus = serializers.IntegerField()
    sources = ChangedSourceSerializer(many=True)


class FindingCountSerializer(serializers.Serializer[Any]):
    """open: how many of them keep the run from being reviewed until they are put right or acknowledged."""

    kind = serializers.ChoiceField(list(Kind))
    severity = serializers.ChoiceField(list(Severity))
    title_zh = serializers.CharField()
    title_en = serializers.CharField()
    count = serializers.IntegerField()
    open = serializers.IntegerField()


class VarianceSerializer(serializers.Serializer[Any]):
    """key: code of an item, id of a unit or employee. percent: of before, decimal text; null where that was 0."""

    key = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    now_fen = serializers.IntegerField()
    before_fen = serializers.IntegerField()
    difference_fen = serializers.IntegerField()
    percent = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()
    people_before = serializers.IntegerField()


class NewAcknowledgementSerializer(serializers.Serializer[Any]):
    """employee: of whom; nobody for all findings of the kind."""

    kind = serializers.ChoiceField(STOP_KINDS)
    employee = IdRelatedField(queryset=Employee.objects.all(), required=False)
    reason = serializers.CharField(max_length=2_000)


class AcknowledgementSerializer(TenantSerializer):
    class Meta:
        model = FindingAcknowledgement
        fields = ("id", "run", "kind", "employee", "reason", "made_at", "made_by")
        read_only_fields = fields


class FormulasSerializer(serializers.Serializer[Any]):
    """formulas: text by code of the item; none to try the scheme's formulas as they are today."""

    formulas = serializers.DictField(
        child=serializers.CharField(max_length=4_000, trim_whitespace=False), required=False, default=dict
    )


class WhatIfSerializer(TenantSerializer):
    """result: {} until it is done; then people, changed, failed, mended, sums, items, units, most."""

    result = serializers.SerializerMethodField()

    class Meta:
        model = WhatIf
        fields = ("id", "run", "formulas", "is_done", "result", "made_at", "made_by")
        read_only_fields = fields

    def get_result(self, asked: WhatIf) -> dict[str, Any]:
        return asked.result if asked.is_done else {}


class WhatIfAnswer(serializers.Serializer[Any]):
    """result: at once for up to 25,000 people; else null, and what_if and job to ask for it."""

    result = serializers.DictField(allow_null=True)
    what_if = IdField(allow_null=True)
    job = IdField(allow_null=True)


class ReviewActions(TenantViewSet):
    """What belongs to the review of a run; part of the runs' own views."""

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=[kind.value for kind in Kind]),
            OpenApiParameter("severity", str, enum=[severity.value for severity in Severity]),
            OpenApiParameter("open", bool, description="only those that keep the run from being reviewed"),
        ],
        responses=FindingSerializer(many=True),
    )
    @action(detail=True, methods=["get"], filter_backends=[])
    def findings(self, request: Request, pk: str) -> Response:
        """What somebody should look at, gravest first."""
        given = request.query_params
        kind, severity = _one_of("kind", Kind, given), _one_of("severity", Severity, given)
        rows = review_of(self.get_object()).rows(
            kind=kind, severity=severity, only_open=given.get("open", "").lower() == "true"
        )
        return self._paged(rows, FindingSerializer)

    @extend_schema(responses=FindingCountSerializer(many=True))
    @action(detail=True, methods=["get"], url_path="finding-counts", filter_backends=[], pagination_class=None)
    def finding_counts(self, request: Request, pk: str) -> Response:
        """How many findings of each kind there are, gravest first."""
        return Response(FindingCountSerializer(review_of(self.get_object()).counts(), many=True).data)

    @extend_schema(responses=ChangesSerializer)
    @action(detail=True, methods=["get"], filter_backends=[], pagination_class=None)
    def changes(self, request: Request, pk: str) -> Response:
        """What was read for the run and is not what it was; nothing of a run that is approved."""
        return Response(ChangesSerializer(changes_summary(self.get_object())).data)

    @extend_schema(
        parameters=[OpenApiParameter("by", str, enum=["item", "unit", "person"], description="item if not given")],
        responses=VarianceSerializer(many=True),
    )
    @action(detail=True, methods=["get"], filter_backends=[])
    def variances(self, request: Request, pk: str) -> Response:
        """The run beside the regular run of its group before it."""
        by: Any = request.query_params.get("by", "item")
        if by not in ("item", "unit", "person"):
            raise _unknown("by", by)
        return self._paged(variances(self.get_object(), by), VarianceSerializer)

    @extend_schema(request=NewAcknowledgementSerializer, responses={201: AcknowledgementSerializer})
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say why findings that stop the review may stay; it counts until the figures change."""
        made = reviews.acknowledge_findings(run=self.get_object(), **self.validated(), actor=self.actor, now=self.now)
        return Response(AcknowledgementSerializer(made, context=self.get_serializer_context()).data, status=201)

    @extend_schema(request=FormulasSerializer, responses={200: WhatIfAnswer, 202: WhatIfAnswer})
    @action(detail=True, methods=["post"], url_path="what-if")
    def what_if(self, request: Request, pk: str) -> Response:
        """What the run would have been with other formulas; nothing of the run is touched."""
        run, given = self.get_object(), self.validated()
        if what_ifs.is_large(run):
            asked, job = what_ifs.start_what_if(run=run, **given, actor=self.actor, now=self.now)
            return Response(WhatIfAnswer({"result": None, "what_if": asked.pk, "job": job.pk}).data, status=202)
        result = what_ifs.what_if(run=run, **given, actor=self.actor, now=self.now)
        return Response(WhatIfAnswer({"result": result, "what_if": None, "job": None}).data)

    def _paged(self, rows: Any, serializer: type[serializers.Serializer[Any]]) -> Response:
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(serializer(page, many=True).data)


class WhatIfViewSet(TenantViewSet):
    """Comparisons that are made in the background; made by ``what-if`` of a run."""

    noun = "payroll.run"
    queryset = WhatIf.objects.all()
    serializer_class = WhatIfSerializer
    filterset_fields = ("run", "is_done")
    ordering_fields = ("made_at",)


def _one_of(name: str, words: Any, given: Any) -> str | None:
    value: str | None = given.get(name)
    if value is not None and value not in list(words):
        raise _unknown(name, value)
    return value


def _unknown(name: str, value: str) -> DomainError:
    return DomainError(
        "payroll.review.unknown_filter", field=name, zh=f"未知的筛选值“{value}”。", en=f"Unknown value '{value}'."
    )
