"""``?on=YYYY-MM-DD``: the day as of which people are shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes

from hrsaas.errors import DomainError

ON = OpenApiParameter("on", OpenApiTypes.DATE, description="Show assignments as of this day; today if left out.")


def day_of(request: Any) -> date:
    """The day asked for, or today in the tenant's zone. Errors: api.date.invalid."""
    text = request.query_params.get("on", "")
    if not text:
        return timezone.localdate(timezone.now(), request.tenant.zone)
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise DomainError(
            "api.date.invalid",
            zh=f"“{text}”不是日期，请写成 2026-01-31 的形式。",
            en=f"'{text}' is no date; write it like 2026-01-31.",
            field="on",
        )
    return day
