"""What tests of peak staffing begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from attendance.models import ContactQueue
from attendance.services.contact_queues import QueueFacts, add_queue
from attendance.services.contact_volumes import SlotCount, record_volumes
from hrsaas.access.actors import Actor
from hrsaas.people.models import OrgUnit

WEDNESDAY = date(2026, 11, 11)
HOURS = 24


def facts(unit: OrgUnit, **given: Any) -> QueueFacts:
    """By the hour, 180 s each, 80 % within 20 s, a fifth of shrinkage."""
    values = {
        "code": "HOT", "name": "热线", "name_en": "Hotline", "unit": unit, "slot_minutes": 60,
        "handling_seconds": 180, "answer_within_seconds": 20, "service_level_rate": Decimal("0.8"),
        "shrinkage_rate": Decimal("0.2"), **given,
    }  # fmt: skip
    return QueueFacts(**values)


def make_queue(unit: OrgUnit, actor: Actor, now: datetime, **given: Any) -> ContactQueue:
    return add_queue(facts=facts(unit, **given), actor=actor, now=now)


def bring(queue: ContactQueue, day: date, contacts: Sequence[int], actor: Actor, now: datetime) -> Any:
    """Contacts of a day from midnight on."""
    rows = [SlotCount(queue.code, day, at * queue.slot_minutes, count) for at, count in enumerate(contacts)]
    return record_volumes(rows=rows, actor=actor, now=now)


def weeks_before(*weeks: int) -> list[date]:
    return [WEDNESDAY - timedelta(weeks=week) for week in weeks]
