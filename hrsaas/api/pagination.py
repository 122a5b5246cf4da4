"""Two ways to page: by number through lists that people read, by cursor through tables that only grow."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination, PageNumberPagination

LARGEST_PAGE = 500


class Page(PageNumberPagination):
    """``?page=2&page_size=50``; the answer has the count."""

    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE


class Stream(CursorPagination):
    """``?cursor=…``; no count, and as fast on the last page as on the first. Newest first unless the view says else.

    The view's ``ordering`` must be backed by an index (tenant, …, id).
    """

    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    ordering = "-id"
