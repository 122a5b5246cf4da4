"""Filtering and searching lists."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import SearchFilter
from rest_framework.request import Request


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
