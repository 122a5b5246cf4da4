"""People wanted: kept from a forecast, or decided by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from attendance.models import ContactQueue, StaffingDemand
from attendance.models.contacts import SLOTS_OF_A_DAY
from attendance.queries.contact_forecasts import ForecastDay, forecast
from attendance.queries.contact_queues import CHANGE
from attendance.rules.staffing import slots_per_day
from attendance.services.contact_queues import require_unit
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, StaleWrite
from hrsaas.people.models import OrgUnit

MOST_PEOPLE = 100_000
_KEPT = ("people", "forecast_people", "expected", "basis", "version")


@dataclass(frozen=True)
class ForecastCounts:
    """Days. by_hand: of the written and unchanged ones, those whose people somebody decided; they stay."""

    written: int
    unchanged: int
    by_hand: int
    without_history: int


@transaction.atomic
def save_forecast(*, queue: ContactQueue, first: date, end: date, actor: Actor, now: datetime) -> ForecastCounts:
    """Keep the forecast of [first, end), in constant statements. Days decided by hand keep their people, and get the
    new forecast beside them. Days without history are left out. Errors: as ``queries.contact_forecasts.forecast``.
    """
    locked = _lock(queue)
    actor.require(CHANGE)
    require_unit(locked.unit_id, actor)
    days = forecast(locked, first, end)
    there = {row.date: row for row in StaffingDemand.objects.filter(queue=locked, date__gte=first, date__lt=end)}
    rows = [_forecast_row(locked, day, there.get(day.date)) for day in days if day.people is not None]
    changed = [row for row, is_new in rows if is_new]
    StaffingDemand.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["tenant", "queue", "date"], update_fields=list(_KEPT)
    )
    counts = ForecastCounts(
        len(changed), len(rows) - len(changed), sum(row.by_hand for row, _new in rows), len(days) - len(rows)
    )
    if changed:
        new = {"first": first, "end": end, "written": counts.written, "by_hand": counts.by_hand}
        record(actor=actor, action="attendance.demand.forecast", subject=locked, new=new, now=now)
    return counts


@transaction.atomic
def set_demand(
    *,
    whose: ContactQueue | OrgUnit,
    day: date,
    people: Sequence[int],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> StaffingDemand:
    """Decide by hand how many people are wanted on a day, per slot; for a unit in 24, 48 or 96 slots.

    version: of the row that was read; StaleWrite where it is another by now. Errors: attendance.demand.people.
    """  # fmt: skip
    locked, key = _lock(whose), _key(whose)
    actor.require(CHANGE)
    require_unit(locked.unit_id if isinstance(locked, ContactQueue) else locked.id, actor)
    _require_people(people, locked)
    row: StaffingDemand = StaffingDemand.objects.filter(**key, date=day).first() or StaffingDemand(
        **key, date=day, version=0
    )
    if version is not None and version != row.version:
        raise StaleWrite("attendance.demand")
    old = {"people": row.people, "by_hand": row.by_hand}
    row.people, row.by_hand, row.version = list(people), True, row.version + 1
    row.save()
    new = {"date": day, "people": row.people, "by_hand": True}
    record(actor=actor, action="attendance.demand.set", subject=row, old=old, new=new, now=now)
    return row


@transaction.atomic
def withdraw_demand(*, demand: StaffingDemand, actor: Actor, now: datetime) -> StaffingDemand | None:
    """Take back what was decided by hand: the forecast counts again, or without one the day has no demand (None)."""
    whose = demand.queue or demand.unit
    if whose is None:
        raise TypeError("demand is of a queue or a unit")
    locked = _lock(whose)
    actor.require(CHANGE)
    require_unit(locked.unit_id if isinstance(locked, ContactQueue) else locked.id, actor)
    row: StaffingDemand = StaffingDemand.objects.get(pk=demand.pk)
    if not row.by_hand:
        return row
    old = {"date": row.date, "people": row.people, "by_hand": True}
    by_forecast: list[int] | None = row.forecast_people
    new = {"people": by_forecast, "by_hand": False}
    record(actor=actor, action="attendance.demand.withdraw", subject=row, old=old, new=new, now=now)
    if by_forecast is None:
        row.delete()
        return None
    row.people = by_forecast
    row.by_hand, row.version = False, row.version + 1
    row.save(update_fields=["people", "by_hand", "version"])
    return row


def _lock(whose: ContactQueue | OrgUnit) -> Any:
    """Whoever changes the demand of a queue or unit waits for its row, so that forecast and hand do not cross."""
    return type(whose).objects.select_for_update().get(pk=whose.pk)


def _key(whose: ContactQueue | OrgUnit) -> dict[str, Any]:
    return {"queue": whose} if isinstance(whose, ContactQueue) else {"unit": whose}


def _forecast_row(
    queue: ContactQueue, day: ForecastDay, there: StaffingDemand | None
) -> tuple[StaffingDemand, bool]:  # fmt: skip
    """The day's row with the forecast in it, and whether that is new."""
    row = there or StaffingDemand(queue=queue, date=day.date, version=0)
    expected = [_decimal(contacts) for contacts in day.expected or ()]
    if (row.forecast_people, row.expected, row.basis) == (day.people, expected, day.basis):
        return row, False
    row.forecast_people, row.expected, row.basis = day.people, expected, day.basis
    row.version += 1
    if not row.by_hand:
        row.people = day.people or []
    return row, True


def _decimal(contacts: Fraction) -> Decimal:
    return (Decimal(contacts.numerator) / contacts.denominator).quantize(Decimal("0.0001"))


def _require_people(people: Sequence[int], whose: Any) -> None:
    slots = (slots_per_day(whose.slot_minutes),) if isinstance(whose, ContactQueue) else SLOTS_OF_A_DAY
    if len(people) not in slots or any(not 0 <= count <= MOST_PEOPLE for count in people):
        wanted = " / ".join(str(count) for count in slots)
        raise DomainError(
            "attendance.demand.people", field="people",
            zh=f"请给出 {wanted} 个时段的人数，每个为 0 至 {MOST_PEOPLE} 的整数。",
            en=f"Give the people of {wanted} slots, whole numbers of 0 to {MOST_PEOPLE}.",
        )  # fmt: skip
