"""Looking at month closes."""

from __future__ import annotations

from datetime import date
from typing import Any

from hrsaas.months.models import MonthClose


def listed() -> Any:
    """Newest month first, with the job of the latest run."""
    return MonthClose.objects.select_related("job").defer("job__steps").order_by("-month")


def close_of(month: date) -> MonthClose | None:
    """The state of one month; None as long as nobody has started to close it."""
    found: MonthClose | None = listed().filter(month=month).first()
    return found
