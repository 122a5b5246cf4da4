"""What a tenant allows people to ask for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from attendance.models import AttendanceSettings
from attendance.queries.setups import current_settings
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record

RULES = (
    "correction_limit", "correction_days_back", "overtime_days_back", "overtime_leave_kinds", "overtime_leave_percent",
    "answer_days",
)  # fmt: skip


@transaction.atomic
def set_request_rules(*, actor: Actor, now: datetime, **rules: Any) -> AttendanceSettings:
    """Set those of ``RULES`` that are given: corrections a month, days back, overtime that may become time off (words
    of ``OvertimeKind``, percent), and days until silence confirms a timesheet (None: never).

    Errors: attendance.settings.missing.
    """
    row: AttendanceSettings = AttendanceSettings.objects.select_for_update().get(id=current_settings().id)
    actor.require("attendance.setup.change")
    old = {name: getattr(row, name) for name in RULES}
    for name in RULES:
        setattr(row, name, rules.get(name, old[name]))
    row.save(update_fields=RULES)
    new = {name: getattr(row, name) for name in RULES}
    record(actor=actor, action="attendance.settings.change", subject=row, old=old, new=new, now=now)
    return row
