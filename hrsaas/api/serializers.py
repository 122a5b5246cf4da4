"""Serializers: ids as strings, sparse and expandable fields, errors in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import override
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from hrsaas.api.errors import BilingualError
from hrsaas.api.problems import CHINESE, ENGLISH
from hrsaas.errors import DomainError


@extend_schema_field(OpenApiTypes.STR)
class IdField(serializers.IntegerField):
    """A row's id. A string in JSON: 64 bits do not fit a JavaScript number."""

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        return str(value)


class JsonField(serializers.JSONField):
    """What we keep as JSON; the ids in it (named ``id``, ``…_id``, ``…_ids``) are strings as everywhere."""

    def to_representation(self, value: Any) -> Any:
        return _ids_as_text(super().to_representation(value))


@extend_schema_field(OpenApiTypes.STR)
class IdRelatedField(serializers.PrimaryKeyRelatedField):
    """Another row of the same tenant, by its id as a string."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and not data.isascii():
            self.fail("incorrect_type", data_type="str")
        return super().to_internal_value(data)

    def to_representation(self, value: Any) -> str:
        return str(value.pk)


class TenantSerializer(serializers.ModelSerializer):
    """A row of one tenant.

    ``?fields=a,b`` answers with these fields only. ``?expand=unit`` puts the object in place of its id for names in
    ``expandable``; ``prepare`` fetches them, so that the number of queries does not grow with the rows.
    """

    serializer_related_field = IdRelatedField
    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.BigAutoField: IdField,
    }
    expandable: ClassVar[Mapping[str, type[serializers.BaseSerializer[Any]]]] = {}

    @classmethod
    def prepare(cls, rows: QuerySet[Any], request: Request) -> QuerySet[Any]:
        """Add to the query what ``?expand=`` asks for."""
        for name in _listed(request, "expand"):
            relation = rows.model._meta.get_field(name)
            rows = rows.prefetch_related(name) if relation.many_to_many or relation.one_to_many else (
                rows.select_related(name)
            )  # fmt: skip
        return rows

    @classmethod
    def check_query(cls, request: Request) -> None:
        """Raise DomainError for names in ``?fields=`` or ``?expand=`` that do not exist."""
        if wanted := _listed(request, "fields"):
            _require_known("fields", wanted, set(cls().fields))
        _require_known("expand", _listed(request, "expand"), set(cls.expandable))

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is None or not self._outermost() or not hasattr(request, "query_params"):
            return fields
        for name in _listed(request, "expand"):
            if name in self.expandable:
                fields[name] = self.expandable[name](read_only=True)
        wanted = _listed(request, "fields")
        return {name: field for name, field in fields.items() if name in wanted} if wanted else fields

    def _outermost(self) -> bool:
        listed = isinstance(self.parent, serializers.ListSerializer)
        return (self.parent.parent if listed else self.parent) is None and self.instance_is_read()

    def instance_is_read(self) -> bool:
        """Sparse fields are for answers; what is written is never cut."""
        return not hasattr(self, "initial_data") and not hasattr(self.parent, "initial_data")


def validated(serializer: serializers.BaseSerializer[Any]) -> Any:
    """The checked data, or BilingualError. Looks a second time, in Chinese, only at what was wrong."""
    with override(ENGLISH):
        if serializer.is_valid():
            return serializer.validated_data
    # Fields keep the first wording of their messages, so the second look needs new ones.
    getattr(serializer, "child", serializer).__dict__.pop("fields", None)
    with override(CHINESE):
        try:
            serializer.run_validation(serializer.initial_data)
        except ValidationError as error:
            raise BilingualError(error.detail, serializer.errors) from None
    raise ValidationError(serializer.errors)


def _ids_as_text(value: Any, is_id: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _ids_as_text(inner, _names_ids(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_ids_as_text(inner, is_id) for inner in value]
    return str(value) if is_id and type(value) is int else value


def _names_ids(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_ids"))


def _listed(request: Request, name: str) -> list[str]:
    return [part.strip() for part in request.query_params.get(name, "").split(",") if part.strip()]


def _require_known(parameter: str, names: list[str], known: set[str]) -> None:
    unknown = ", ".join(name for name in names if name not in known)
    if unknown:
        choices = ", ".join(sorted(known)) or "-"
        raise DomainError(
            f"api.{parameter}.unknown",
            zh=f"{parameter} 中没有 {unknown}。可用的有：{choices}。",
            en=f"{parameter} does not know {unknown}. It knows: {choices}.",
            field=parameter,
        )
