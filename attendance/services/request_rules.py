"""What a tenant allows people to ask for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from attendance.models import AttendanceSettings
from attendance.queries.setups import current_settings
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record

RULES = ("correction_limit", "correction_days_back", "answer_days")


@transaction.atomic
def set_request_rules(
    *, correction_limit: int, correction_days_back: int, answer_days: int | None, actor: Actor, now: datetime
) -> AttendanceSettings:
    """Corrections a month, days back, and days until silence confirms a timesheet (None: never).

    Errors: attendance.settings.missing.
    """
    row: AttendanceSettings = AttendanceSettings.objects.select_for_update().get(id=current_settings().id)
    actor.require("attendance.setup.change")
    old = {name: getattr(row, name) for name in RULES}
    row.correction_limit, row.correction_days_back, row.answer_days = (
        correction_limit,
        correction_days_back,
        answer_days,
    )
    row.save(update_fields=RULES)
    new = {name: getattr(row, name) for name in RULES}
    record(actor=actor, action="attendance.settings.change", subject=row, old=old, new=new, now=now)
    return row
