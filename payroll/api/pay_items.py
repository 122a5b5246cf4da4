"""Pay items, with formulas checked as they are typed."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.etags import Contested
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError
from payroll.api.serializers import (
    CheckAnswer,
    FormulaSerializer,
    FunctionSerializer,
    ItemChangesSerializer,
    NewItemSerializer,
    PayInputSerializer,
    PayItemSerializer,
    SchemeSerializer,
    TrySerializer,
    WordSerializer,
)
from payroll.models import PayInput, PayItem
from payroll.queries.formula_names import FormulaNames
from payroll.queries.pay_schemes import default_scheme
from payroll.services import pay_items


class PayItemViewSet(Contested, TenantViewSet):
    """The tenant's pay items. Formulas are written by Chinese or English names; renames change no formula."""

    noun = "payroll.item"
    queryset = PayItem.objects.select_related("scheme")
    serializer_class = PayItemSerializer
    filterset_fields = ("scheme", "category", "is_active", "is_shown")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("order", "code")
    request_serializers = {
        "create": NewItemSerializer,
        "partial_update": ItemChangesSerializer,
        "formula_check": FormulaSerializer,
        "formula_try": TrySerializer,
    }
    permission_verbs = {"formula_check": "view", "formula_try": "view"}

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "names": FormulaNames()}

    @extend_schema(request=NewItemSerializer, responses={201: PayItemSerializer})
    def create(self, request: Request) -> Response:
        given = self.validated()
        code, formula = given.pop("code"), given.pop("formula")
        scheme = given.pop("scheme", None) or default_scheme()
        if PayItem.objects.filter(scheme=scheme, code=code).exists():
            raise DomainError(
                "payroll.item.code_taken", field="code", status=409,
                zh=f"编码 {code} 已存在。", en=f"There is already an item with the code {code}.",
            )  # fmt: skip
        item = pay_items.save_item(
            code=code, formula=formula, changes=given, scheme=scheme, actor=self.actor, now=self.now
        )
        return self.respond(item, status=201)

    @extend_schema(request=ItemChangesSerializer, responses=PayItemSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        item, given = self.get_object(), self.validated()
        formula = given.pop("formula")
        saved = pay_items.save_item(
            code=item.code, formula=formula, changes=given, scheme=item.scheme, actor=self.actor, now=self.now
        )
        return self.respond(saved)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take it out of use; its earlier amounts stay in their payslips."""
        item = self.get_object()
        pay_items.remove_item(code=item.code, scheme=item.scheme, actor=self.actor, now=self.now)
        return Response(status=204)

    @extend_schema(request=FormulaSerializer, responses=CheckAnswer)
    @action(detail=False, methods=["post"], url_path="formula-check")
    def formula_check(self, request: Request) -> Response:
        """Would the whole set compile with this formula? Mistakes come with code, position, both languages."""
        try:
            check = pay_items.check_formula(**self.validated(), actor=self.actor, now=self.now)
        except DomainError as error:
            if not error.code.startswith("payroll.formula."):
                raise
            own = {"code": error.code, "position": error.position, "zh": error.zh, "en": error.en}
            return Response({"ok": False, "items": [], "errors": error.extra.get("errors", [own]), "notes": []})
        return Response({"ok": True, "items": check.items, "errors": [], "notes": check.notes})

    @extend_schema(request=TrySerializer, responses=OpenApiResponse(OpenApiTypes.OBJECT, "the explanation tree"))
    @action(detail=False, methods=["post"], url_path="formula-try")
    def formula_try(self, request: Request) -> Response:
        """What this formula would give one person in a month, explained; nothing is saved."""
        return Response(pay_items.try_formula(**self.validated(), actor=self.actor, now=self.now))

    @extend_schema(
        request=None, parameters=[OpenApiParameter("scheme", int, description="the default one if not given")],
        responses=WordSerializer(many=True),
    )  # fmt: skip
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def words(self, request: Request) -> Response:
        """What formulas of a scheme may name: items, inputs, tables, categories, functions; for completion."""
        given = SchemeSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        return Response(pay_items.words(**given.validated_data, actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=FunctionSerializer(many=True))
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[])
    def functions(self, request: Request) -> Response:
        """What formulas may call."""
        return Response(pay_items.functions())


class PayInputViewSet(TenantViewSet):
    """What formulas may read of a person."""

    noun = "payroll.item"
    queryset = PayInput.objects.all()
    serializer_class = PayInputSerializer
    filterset_fields = ("source", "type")
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code", "source")
