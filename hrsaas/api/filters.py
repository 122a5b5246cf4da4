"""Filtering and searching lists."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.request import Request

from hrsaas.errors import DomainError


class FieldFilter(DjangoFilterBackend):
    """django-filter, with its errors in both languages."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise ValidationError(filterset.form.errors.as_data())
        return filterset.qs


class TextSearch(SearchFilter):
    """``?search=``: in the view's ``search_fields``, or by its ``find_rows(rows, text)``.

    The method wins: people are found by pinyin, initials and phone ending, which no list of fields can say.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        find_rows = getattr(view, "find_rows", None)
        if find_rows is None:
            return super().filter_queryset(request, queryset, view)
        text = " ".join(self.get_search_terms(request))
        return find_rows(queryset, text) if text else queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        searchable = hasattr(view, "find_rows") or getattr(view, "search_fields", None)
        return super().get_schema_operation_parameters(view) if searchable else []


class Ordering(OrderingFilter):
    """``?ordering=date`` or ``-date``, several with commas: names in the view's ``ordering_fields``, else its id only.

    Other names are refused: an order that nobody asked for looks like the right one.
    """

    ordering_fields = ("id",)

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: list[str], view: Any, request: Request
    ) -> list[str]:
        valid = [name for name, _title in self.get_valid_fields(queryset, view)]
        unknown = [name for name in fields if name.removeprefix("-") not in valid]
        if unknown:
            known, wrong = ", ".join(valid), ", ".join(unknown)
            raise DomainError(
                "api.ordering.unknown", field="ordering",
                zh=f"不能按 {wrong} 排序。可用的有：{known}。", en=f"Cannot order by {wrong}, but by: {known}.",
            )  # fmt: skip
        return fields

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = getattr(view, "ordering_fields", self.ordering_fields)
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        return [{**one, "description": f"One of {', '.join(names)}; descending with - in front."} for one in found]
