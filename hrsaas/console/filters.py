"""Filters of change lists that several apps share."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# The last three years.
MONTHS_OFFERED = 36
# From the first of any month this many days on is a day of the next.
TO_NEXT_MONTH = timedelta(days=31)


def month_filter(path: str) -> type[admin.SimpleListFilter]:
    """A filter by the month of a day. path: field or lookup, e.g. ``run__month``."""
    return type("MonthFilter", (_MonthFilter,), {"path": path})


class _MonthFilter(admin.SimpleListFilter):
    """Offers the months that there are rows of, newest first."""

    title = _("month")
    parameter_name = "month"
    path: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        months = model_admin.get_queryset(request).order_by().dates(self.path, "month", order="DESC")
        return [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months[:MONTHS_OFFERED]]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return rows
        try:
            first = date.fromisoformat(f"{self.value()}-01")
        except ValueError:  # an address that somebody typed
            return rows.none()
        after = (first + TO_NEXT_MONTH).replace(day=1)
        return rows.filter(**{f"{self.path}__gte": first, f"{self.path}__lt": after})
