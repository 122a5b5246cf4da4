"""Two ways to page: by number through lists that people read, by cursor through tables that only grow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination, PageNumberPagination
from rest_framework.request import Request

LARGEST_PAGE = 500


class Page(PageNumberPagination):
    """``?page=2&page_size=50``; the answer has the count."""

    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE


class Stream(CursorPagination):
    """``?cursor=…``; no count, and as fast on the last page as on the first. Newest first unless the view says else.

    A cursor holds all values that order its row, the id last, so rows that are equal in what the client orders by are
    neither skipped nor repeated, however many they are. The view's ``ordering`` and ``ordering_fields`` must be columns
    that are never null, backed by an index (tenant, …).
    """

    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    ordering = "-id"

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """As the client or the view wants it, made unique by the id in the direction of the last name."""
        wanted = tuple(super().get_ordering(request, queryset, view))
        if any(name.lstrip("-") == "id" for name in wanted):
            return wanted
        return (*wanted, "-id" if wanted[-1].startswith("-") else "id")

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        self.request, self.base_url = request, request.build_absolute_uri()
        self.page_size = self.get_page_size(request)
        self.ordering = self.get_ordering(request, queryset, view)
        self.cursor = self.decode_cursor(request)
        backwards = self.cursor is not None and self.cursor.reverse
        order = _reversed(self.ordering) if backwards else self.ordering
        rows = queryset.order_by(*order)
        if self.cursor is not None:
            rows = rows.filter(_beyond(order, self._values(queryset, self.cursor.position)))
        found = list(rows[: self.page_size + 1])
        more, self.page = len(found) > self.page_size, found[: self.page_size]
        if backwards:
            self.page.reverse()
        came_from = self.cursor is not None
        self.has_next, self.has_previous = (came_from, more) if backwards else (more, came_from)
        return self.page

    def get_next_link(self) -> str | None:
        return self._link(-1, reverse=False) if self.has_next else None

    def get_previous_link(self) -> str | None:
        return self._link(0, reverse=True) if self.has_previous else None

    def _link(self, place: int, *, reverse: bool) -> str:
        """To the rows beyond that of the page; from an empty page back to where it came from."""
        position = _position(self.page[place], self.ordering) if self.page else self.cursor.position
        link: str = self.encode_cursor(Cursor(offset=0, reverse=reverse, position=position))
        return link

    def _values(self, queryset: QuerySet[Any], position: str | None) -> list[Any]:
        try:
            texts = json.loads(position or "")
            if not all(isinstance(text, str) for text in texts):
                raise TypeError("a cursor holds texts")
            names = [name.lstrip("-") for name in self.ordering]
            fields = [queryset.model._meta.get_field(name) for name in names]
            return [field.to_python(text) for field, text in zip(fields, texts, strict=True)]
        except (ValueError, TypeError, ValidationError):
            raise NotFound(self.invalid_cursor_message) from None


def _reversed(ordering: Sequence[str]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in ordering)


def _beyond(ordering: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows after the one with these values. The condition on the first column alone is what an index can use."""
    name, value = ordering[0].lstrip("-"), values[0]
    further = Q(**{f"{name}__{'lt' if ordering[0].startswith('-') else 'gt'}": value})
    if len(ordering) == 1:
        return further
    not_before = Q(**{f"{name}__{'lte' if ordering[0].startswith('-') else 'gte'}": value})
    return not_before & (further | _beyond(ordering[1:], values[1:]))


def _position(row: Any, ordering: Sequence[str]) -> str:
    fields = (row._meta.get_field(name.lstrip("-")) for name in ordering)
    return json.dumps([field.value_to_string(row) for field in fields])
