"""OpenAPI 3.1 of the API: problems, idempotency, If-Match, sparse and expandable fields, written down once for all."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override
from django_filters import ModelChoiceFilter
from drf_spectacular.drainage import set_override
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiTypes, extend_schema_serializer
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from hrsaas.api.examples import example_of
from hrsaas.api.idempotency import KEY_HEADER
from hrsaas.api.problems import MEDIA_TYPE
from hrsaas.api.serializers import TenantSerializer

# Ids are strings everywhere, so also where lists are filtered by another row.
set_override(ModelChoiceFilter, "field", OpenApiTypes.STR)


class FaultSerializer(serializers.Serializer[Any]):
    """One thing wrong with the input."""

    row = serializers.IntegerField(required=False, help_text="0-based position, in list bodies")
    field = serializers.CharField(allow_blank=True, help_text="dotted name; empty for the whole")
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "wrong input",
            media_type=MEDIA_TYPE,
            status_codes=["400"],
            value={
                "type": "urn:hrsaas:api.invalid",
                "title": "The input is not right",
                "status": 400,
                "detail": "Some values are not right; see errors.",
                "code": "api.invalid",
                "detail_zh": "有些内容不正确，详见 errors。",
                "detail_en": "Some values are not right; see errors.",
                "errors": [
                    {"field": "code", "code": "required", "zh": "该字段是必填项。", "en": "This field is required."}
                ],
                "request_id": "b3b1f4f0c2c34d5aa1e0a5f0f5a4b9c1",
            },
        )
    ]
)
class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details. Branch on ``code``; show ``detail``."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    detail_zh = serializers.CharField()
    detail_en = serializers.CharField()
    errors = FaultSerializer(many=True)
    request_id = serializers.CharField()


_IDEMPOTENCY_KEY = OpenApiParameter(
    KEY_HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Repeat a write safely: the same key within 24 hours gives the same answer and does nothing twice.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag that was read. 412 if somebody changed the object since, 428 if the header is missing.",
)


class TokenScheme(OpenApiAuthenticationExtension):
    """How programs sign in; drf-spectacular finds it by its base class."""

    target_class = "hrsaas.access.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API token of the tenant: ``hrs_…``"}


class EnglishGenerator(SchemaGenerator):
    """The same schema for every reader: labels and choices are in English, whatever language is active."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        with override("en"):
            return super().get_schema(request=request, public=public)


class Schema(AutoSchema):
    """drf-spectacular's inspector, knowing our base classes."""

    def get_override_parameters(self) -> list[Any]:
        parameters = super().get_override_parameters()
        if self.method in ("POST", "PATCH", "PUT", "DELETE") and hasattr(self.view, "now"):
            parameters.append(_IDEMPOTENCY_KEY)
        if self._needs_match():
            parameters.append(_IF_MATCH)
        answer = self._answer()
        if self.method == "GET" and answer is not None:
            parameters += _sparse_parameters(answer)
        return parameters

    def get_request_serializer(self) -> Any:
        chosen = getattr(self.view, "request_serializers", {}).get(getattr(self.view, "action", None))
        if getattr(self.view, "action", None) == "bulk":
            chosen = chosen or getattr(self.view, "request_serializers", {}).get("create")
            return chosen(many=True) if chosen is not None else super().get_request_serializer()
        return chosen or super().get_request_serializer()

    def _needs_match(self) -> bool:
        return hasattr(self.view, "needs_match") and self.view.needs_match()

    def _answer(self) -> type[TenantSerializer] | None:
        kind = getattr(self.view, "serializer_class", None)
        reads = getattr(self.view, "action", None) in ("list", "retrieve")
        return kind if reads and isinstance(kind, type) and issubclass(kind, TenantSerializer) else None

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            bodies.setdefault(status, self._get_response_for_code(ProblemSerializer, status, [MEDIA_TYPE], direction))
        return bodies

    def _problem_statuses(self) -> list[str]:
        statuses = {"400", "401", "403", "429"}
        if "{" in self.path or self._is_list_view():
            statuses.add("404")
        if "{" in self.path and getattr(self.view, "action", None) != "retrieve":
            statuses.add("409")  # more than the row itself is asked for, and the row may not be that far yet
        if self.method != "GET":
            statuses |= {"404", "409", "413", "415", "422"}
        if self._needs_match():
            statuses |= {"412", "428"}
        return sorted(statuses)

    def _get_examples(
        self, serializer: Any, direction: Any, media_type: str, status_code: Any = None, extras: Any = None
    ) -> Any:
        examples = super()._get_examples(serializer, direction, media_type, status_code, extras)
        if examples or direction != "request" or media_type != "application/json":
            return examples
        instance = serializer() if isinstance(serializer, type) else serializer
        return {"Example": {"value": example_of(instance)}} if isinstance(instance, BaseSerializer) else examples

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = _true_to_rows(super()._map_serializer_field(field, direction, bypass_extensions), field, direction)
        expandable = getattr(field.parent, "expandable", {})
        if direction != "response" or field.field_name not in expandable:
            return schema
        expanded = self.resolve_serializer(expandable[field.field_name], direction).ref
        return {"oneOf": [schema, expanded], "readOnly": True}


def _true_to_rows(schema: dict[str, Any], field: Any, direction: Any) -> dict[str, Any]:
    """Null is already one of "anything"; what may be left blank is answered as an empty text."""
    if {} in schema.get("oneOf", ()):
        return {name: value for name, value in schema.items() if name != "oneOf"}
    if direction == "response" and "enum" in schema and _may_be_blank(field):
        return {**schema, "enum": [*schema["enum"], ""]}
    return schema


def _may_be_blank(field: Any) -> bool:
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {one.name: one for one in model._meta.concrete_fields} if model else {}
    return field.source in columns and columns[field.source].blank


def _sparse_parameters(answer: type[TenantSerializer]) -> list[OpenApiParameter]:
    text = "Only these fields, separated by commas."
    parameters = [OpenApiParameter("fields", OpenApiTypes.STR, OpenApiParameter.QUERY, description=text)]
    if answer.expandable:
        text = f"Objects in place of their ids, separated by commas: {', '.join(answer.expandable)}."
        parameters.append(OpenApiParameter("expand", OpenApiTypes.STR, OpenApiParameter.QUERY, description=text))
    return parameters
