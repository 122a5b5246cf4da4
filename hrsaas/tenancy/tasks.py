"""What Celery calls."""

from __future__ import annotations

from hrsaas.celery import app
from hrsaas.tenancy.services import statistics


@app.task(name=statistics.TASK)
def refresh_statistics() -> None:
    """For processes that loaded much and may not analyse it themselves; concerns no tenant's rows."""
    statistics.refresh_statistics()
